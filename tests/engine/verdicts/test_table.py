"""The doctor agrees with the professor about every model of the table."""

from __future__ import annotations

import pytest

from tests.engine.verdicts.models import Case, engine, verdict
from tests.engine.verdicts.table import CASES
from tests.pairwise import covering
from tests.slow import sparing

FEW = covering(CASES, lambda case: (case.scene, case.state), lambda case: (case.state, case.words))
"""Each state of each scene, and each of its words, in every run; the rest is slow."""


@pytest.mark.parametrize("case", sparing(CASES, FEW, lambda case: case.name))
def test_the_doctor_agrees_with_the_professor(case: Case) -> None:
    said = verdict(engine(case))
    assert said.state == case.state, said.text
    assert case.words in said.text
    assert "raise the rate" not in said.text.lower()
