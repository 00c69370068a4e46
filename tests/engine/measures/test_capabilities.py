"""Each measure is asked of the energies that can do what it says, and of no others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.model import measuring
from ebmviz.engine.model.engine import Engine
from tests.engine.contracts.components import AnyComponent, every_energy, make, of, scene

PARTICULAR = [m for m in measuring.MEASURES.values() if m.energy or m.over]


@every_energy
def test_a_measure_is_asked_of_those_it_fits(
    energy: AnyComponent, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def spy(need: str) -> Measure:
        def arrays(_s: Subject) -> dict[str, Array]:
            asked.append(need)
            return {}

        return replace(measuring.MEASURES[need], arrays=arrays)

    spies = {need: spy(need) for need in measuring.MEASURES}
    monkeypatch.setattr(measuring, "MEASURES", spies)
    subject = Engine(scene(energy)).subject()
    assert measuring.measure(subject, tuple(spies)) == {}
    made = make(energy)
    wanted = {
        m.need
        for m in spies.values()
        if all(isinstance(made, cls) for cls in m.energy) and (not m.over or made.over in m.over)
    }
    assert set(asked) == wanted
    assert ("manifold" in asked) == issubclass(energy, Decoder)


@pytest.mark.parametrize("measure", PARTICULAR, ids=lambda m: m.need)
def test_some_energy_has_it_and_some_has_not(measure: Measure) -> None:
    fits = {measure.fits(make(cls)) for cls in of(Energy)}
    assert fits == {True, False}
