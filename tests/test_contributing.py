"""What CONTRIBUTING says is there: files, folders, tools, and a row for each skeleton."""

from __future__ import annotations

import re
from pathlib import Path

from ebmviz.core import assets
from tests.test_skeletons import DROPPED

PROJECT = Path(__file__).parent.parent
PAGE = (PROJECT / ".github" / "CONTRIBUTING.md").read_text("utf-8")
HOOKS = (PROJECT / ".pre-commit-config.yaml").read_text("utf-8")


def test_every_path_leads_somewhere() -> None:
    paths = re.findall(r"`((?:ebmviz|resources|tests|\.\w+)[/-][\w./-]*)`", PAGE)
    assert len(paths) > 8
    assert [
        path for path in paths if not (PROJECT / path.replace("NAME", "ellipse")).exists()
    ] == []


def test_each_skeleton_has_its_row_and_one_place() -> None:
    rows = {
        skeleton: (folder, places)
        for skeleton, folder, places in re.findall(r"\| `([\w.]+)` \| `([^`]+)`[^|]*\| (\d)", PAGE)
    }
    assert rows.keys() == {path.name for path in assets.resource("skeletons").glob("*.*")}
    assert {places for _, places in rows.values()} == {"1"}


def test_the_skeletons_lie_where_the_test_drops_them() -> None:
    for skeleton, place in DROPPED.items():
        row = next(line for line in PAGE.splitlines() if f"`{skeleton}`" in line)
        assert f"`{place.rpartition('/')[0]}/" in row


def test_the_rules_are_numbered() -> None:
    rules = PAGE.partition("## Seven rules")[2]
    assert re.findall(r"^(\d)\. ", rules, re.MULTILINE) == list("1234567")


def test_what_runs_before_a_commit_runs_in_the_whole_check_too() -> None:
    hooks = re.findall(r"entry: uv run ([\w-]+(?: (?:check|format))?)", HOOKS)
    assert hooks == ["ruff check", "ruff format", "mypy", "lint-imports"]
    whole = (PROJECT / ".ci" / "run").read_text("utf-8")
    assert all(f"uv run {hook}" in whole for hook in hooks)
