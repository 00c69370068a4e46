"""A session that has all that one can have, and what reads it."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np
import pytest

from ebmviz.core import scene as scenes
from ebmviz.core.catalogue import Catalogue, Component, common
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import UserError
from ebmviz.core.params import Affects, ParamSet, integer, real, specs
from ebmviz.files import archive
from ebmviz.files.session import Session, pack, unpack


class Ring(ParamSet, frozen=True):
    latents: Annotated[int, integer("Latents", affects=Affects.BUILD, low=1, high=4096)] = 48


class Likelihood(ParamSet, frozen=True):
    beta: Annotated[float, real("β", affects=Affects.TRAIN, low=0, inf=True)] = 1.0


class Descent(ParamSet, frozen=True):
    lr: Annotated[float, real("Rate", affects=Affects.TRAIN, low=0)] = 0.1


CATALOGUE = Catalogue(
    (
        Component("data", "ellipse", "Ellipse"),
        Component("energy", "ring", "Ring", params=specs(Ring)),
        Component("objective", "nll", "Likelihood", params=specs(Likelihood)),
        Component("optimizer", "sgd", "Descent", params=specs(Descent)),
        Component("sampler", "walk", "Walk"),
        Component("regularizer", "regularizer", "Regularisers"),
        *common(),
    )
)
PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0"
    b":~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\2\0\1H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
)
WHERE = "lecture.ebmviz"


def session(**changes: Any) -> Session:
    values: dict[str, Any] = {
        "scene": scenes.build(
            "ellipse",
            "Ellipse, β = ∞",
            ("landscape",),
            {"energy.latents": 12, "objective.beta": math.inf, "view.beta": 0},
            CATALOGUE,
        ),
        "weights": {
            "w": np.array([1.5, -0.25], np.float32),
            "optimizer/velocity/w": np.zeros(2, np.float32),
            "train/step": np.array(1240, np.int64),
        },
        "history": {"w": np.arange(12, dtype=np.float32).reshape(6, 2)},
        "metrics": {"loss": 0.1, "gap": math.inf, "low": -math.inf, "lost": math.nan},
        "preview": PNG,
    }
    values |= changes
    kept = {name: values.pop(name) for name in ("weights", "history", "metrics")}
    return Session(checkpoint=Checkpoint(**kept), **values)


def read(data: bytes) -> Session:
    return unpack(data, CATALOGUE, WHERE)


def refusal(data: bytes) -> str:
    """The sentence with which `data` is refused."""
    with pytest.raises(UserError) as caught:
        read(data)
    text = str(caught.value)
    assert text.startswith(f"{WHERE}: ")
    assert text.isprintable()
    assert len(text) < 500
    return text


def members(**changes: bytes | None) -> dict[str, bytes]:
    """The members of a good session, by name, with some replaced or left out."""
    whole = archive.unpack(pack(session()), WHERE)
    renamed = {name.replace("__", "."): content for name, content in changes.items()}
    return {k: v for k, v in {**whole, **renamed}.items() if v is not None}


WHOLE = pack(session())
