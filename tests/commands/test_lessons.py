"""The command that lists lessons, and says what is wrong with one."""

from __future__ import annotations

from pathlib import Path

from ebmviz.core.lesson import shipped
from tests.commands.program import Run

FILE = Path(__file__).parents[1] / "core" / "lesson" / "ellipse.md"


def test_lessons_are_listed(run: Run) -> None:
    found = run("lessons", "--json").rows
    assert [row["name"] for row in found] == shipped.names()
    assert all(row["title"] and row["about"] and row["stops"] for row in found)
    plain = run("lessons").out.splitlines()
    assert [line.split()[0] for line in plain] == shipped.names()
    assert run("lessons", "--check").status == 0


def test_the_stops_of_a_file_are_told(run: Run) -> None:
    told = run("lessons", str(FILE)).out.splitlines()
    assert told[0] == "The ellipse, cold and trained"
    assert told[2:] == [
        "  1  Cold: ellipse at step 0",
        "  2  What does training do?: ellipse at step 0, asks what will happen",
        "  3  Probe: ellipse at step 24",
    ]
    (row,) = run("lessons", str(FILE), "--json").rows
    assert [stop["asks"] for stop in row["stops"]] == [False, True, False]


def test_what_is_wrong_is_found(run: Run, tmp_path: Path) -> None:
    assert run("lessons", str(FILE), "--check").out.endswith("3 stops can be gone to\n")
    bad = tmp_path / "bad.md"
    bad.write_text(FILE.read_text("utf-8").replace("view.beta = inf", "view.bta = inf"), "utf-8")
    done = run("lessons", str(bad), "--check")
    assert done.status == 1
    assert "line 14: “Cold”: view.bta: no such parameter here" in done.out
    bad.write_text("nothing", "utf-8")
    done = run("lessons", str(bad))
    assert (done.status, "bad.md: line 1: a lesson begins with" in done.sentence) == (1, True)
    assert run("lessons", "nothing").status == 2


def test_other_commands_take_a_lesson_at_its_first_stop(run: Run) -> None:
    (row,) = run("eval", str(FILE), "--y", "0,0").rows
    assert row["beta"] == "inf"
    done = run("inspect", str(FILE))
    assert done.status == 1
    assert "ellipse.md` tells its stops" in done.sentence
