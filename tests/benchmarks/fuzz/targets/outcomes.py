"""Runs of a sweep."""

from __future__ import annotations

import json
from random import Random

import numpy as np

from ebmviz.commands.base.sweep import table
from ebmviz.commands.base.sweep.outcome import Outcome
from tests.benchmarks.fuzz import mutations
from tests.benchmarks.fuzz.targets.base import Target


class Outcomes(Target):
    """Runs of a sweep that were done before."""

    name, what, where = "outcomes", "runs of a sweep", "a.json: "

    def seeds(self) -> list[bytes]:
        arrays = {"map": np.zeros((4, 4), np.float32), "data": np.ones((3, 2), np.float32)}
        return [
            Outcome(0, {"loss": 0.5, "lr": 1, "word": "a", "gap": float("inf")}, arrays).to_json()
        ]

    def made(self, dice: Random) -> bytes:
        if dice.random() < 0.2:
            return super().made(dice)
        whole = mutations.of_value(dice, json.loads(self.good[0]))
        return json.dumps(whole).encode()

    def act(self, data: bytes) -> None:
        found = Outcome.from_json(data, "a.json")
        again = Outcome.from_json(found.to_json(), "again")
        assert str(again.row) == str(found.row)
        table.table([found])
        table.rows([found])
