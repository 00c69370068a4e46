"""What is said of a plug-in with a trait that there is not, or without what its trait needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ebmviz.engine.energies.base.capabilities import Continuous, Embeds
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.model import plugins
from ebmviz.engine.plugged import PLUGGED

pytestmark = pytest.mark.usefixtures("unplugged")

HEAD = """
from typing import Annotated

from ebmviz.plugin import *


class Params(ParamSet, frozen=True):
    width: Annotated[float, real("Width", affects=Affects.TRAIN, low=0.1, high=10{when})] = 2.0


class Mine({bases}):
    '''Mine'''

    kind = "mine"
    Params = Params
    {body}

    def initial(self, generator, rows):
        return {{"w": rows[0]}}

    def free(self, weights, rows, beta):
        return (rows - weights["w"]).square().sum(1)
"""


def loaded(
    tmp_path: Path, body: str, bases: str = "Energy[Params]", when: str = ""
) -> tuple[str, ...]:
    path = tmp_path / "mine.py"
    path.write_text(HEAD.format(body=body, bases=bases, when=when))
    return plugins.load([path])


def test_an_unknown_trait_is_named_with_its_class_and_line(tmp_path: Path) -> None:
    (said,) = loaded(tmp_path, 'traits = ("continous", "plane:y")')
    assert said == (
        f"plug-in {tmp_path}/mine.py, line 11: Mine: there is no trait “continous” "
        "(did you mean “continuous”?); it is left out"
    )
    assert not PLUGGED


def test_so_is_one_in_a_when(tmp_path: Path) -> None:
    (said,) = loaded(tmp_path, 'traits = ("plane:y",)', when=', when=("latnt",)')
    assert "Params.width: there is no trait “latnt” (did you mean “latent”?)" in said


def test_so_is_a_choice_that_nobody_has(tmp_path: Path) -> None:
    (said,) = loaded(tmp_path, 'over = "y"', when=', when=("energy.memory=sparse",)')
    assert "energy.width: there is no “energy.memory=sparse”" in said


def test_a_capability_without_its_method_is_named(tmp_path: Path) -> None:
    (said,) = loaded(tmp_path, 'over = "y"', bases="Embeds[Params]")
    assert "Mine is Embeds, and does not define `embed`" in said


def test_a_trait_that_is_more_than_a_word_says_what_to_inherit(tmp_path: Path) -> None:
    (said,) = loaded(tmp_path, 'traits = ("decoder", "plane:y")')
    assert "Mine: “decoder” needs `latents`: inherit from Decoder" in said


def test_a_plug_in_of_before_is_what_its_traits_say(tmp_path: Path) -> None:
    body = """traits = ("continuous", "plane:xy", "takes:points", "embeds")

    def embed(self, weights, rows):
        return rows, rows"""
    assert loaded(tmp_path, body) == ()
    ((cls,),) = (each for name, each in PLUGGED.items())
    assert isinstance(cls, type)
    assert issubclass(cls, Energy)
    assert issubclass(cls, Continuous)
    assert issubclass(cls, Embeds)
    assert cls.traits == ("embeds", "continuous", "plane:xy", "takes:points")


def test_one_that_inherits_has_the_same_traits(tmp_path: Path) -> None:
    assert loaded(tmp_path, 'over = "xy"', bases="Continuous, Energy[Params]") == ()
    ((cls,),) = (each for name, each in PLUGGED.items())
    assert isinstance(cls, type)
    assert issubclass(cls, Energy)
    assert cls.traits == ("continuous", "plane:xy", "takes:points")
