"""--columns says what the columns of a table are, wherever there can be one."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.commands.program import Run

KINDS = "u,v,kind\n0,1,late\n1,0,early\n2,2,late\n"
AT = "t,a,b\n1990,1,2\n2000,2,1\n2010,0,3\n"


@pytest.fixture
def kinds(tmp_path: Path) -> Path:
    path = tmp_path / "kinds.csv"
    path.write_text(KINDS)
    return path


def test_a_label_trains_a_classifier_that_the_session_keeps(
    run: Run, kinds: Path, tmp_path: Path
) -> None:
    file = tmp_path / "s.ebmviz"
    done = run("train", kinds, "--columns", "u,v,label=kind", "--steps", 2, "-o", file)
    assert done.status == 0, done.err
    scene = run("inspect", file).rows["scene"]
    assert scene["energy"]["kind"] == "multiclass"
    assert scene["data"]["kind"] == "own-labelled"
    assert scene["data"]["classes"] == "early,late"
    assert scene["data"]["labelled"] == "3 points"
    assert scene["data"]["read"].endswith("2 classes: early, late")
    assert run("train", file, "--steps", 1).status == 0
    words = ("--columns", "u,v,label=kind", "--set", "energy.kind=binary", "--steps", 1)
    assert run("train", kinds, *words).status == 0


def test_inspect_tells_the_roles_and_the_classes_before_anything_is_trained(
    run: Run, kinds: Path
) -> None:
    found = run("inspect", kinds, "--columns", "v,u,label=kind").rows
    assert found["roles"] == {"x1": "v", "x2": "u", "label": "kind"}
    assert (found["classes"], found["scene"]) == (["early", "late"], "multiclass")
    assert run("inspect", kinds).rows["roles"] == {"y1": "u", "y2": "v"}
    assert run("inspect", kinds, "--columns", "u,oops").status == 1


def test_an_x_makes_conditional_data_in_its_own_numbers(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "at.csv"
    path.write_text(AT)
    words = ("--columns", "x=t,y1=a,y2=b", "--y", "1,2", "--beta", "1")
    rows = run("eval", path, *words, "--x", 1990).rows
    assert rows[0]["x"] == 1990
    by_default = run("eval", path, *words).rows
    assert by_default[0]["x"] == 2000
    assert rows[0]["free_energy"] != by_default[0]["free_energy"]
    pairs = run("train", path, "--columns", "x=t,y1=b", "--steps", 1)
    assert pairs.status == 0


def test_points_are_never_left_out_in_silence(run: Run, kinds: Path) -> None:
    words = ("--columns", "u,v", "--set", "energy.kind=multiclass", "--steps", 1)
    refused = run("train", kinds, *words)
    assert refused.status == 2
    assert "kinds.csv cannot be used" in refused.sentence
    assert "needs points (x₁, x₂) with a class each" in refused.sentence


def test_the_window_knows_columns_too(
    run: Run, kinds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ebmviz.commands.base import window

    asked = Mock(return_value=0)
    monkeypatch.setattr(window, "run", asked)
    assert run(kinds, "--columns", "u,v,label=kind").status == 0
    asked.assert_called_once_with(str(kinds), [], "u,v,label=kind", "")
    assert run("--columns", "u,v").status == 2
