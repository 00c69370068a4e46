"""The doctor agrees with the professor about every model of the table."""

from __future__ import annotations

import pytest

from tests.engine.verdicts.models import Case, engine, verdict
from tests.engine.verdicts.table import CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_doctor_agrees_with_the_professor(case: Case) -> None:
    said = verdict(engine(case))
    assert said.state == case.state, said.text
    assert case.words in said.text
    assert "raise the rate" not in said.text.lower()
