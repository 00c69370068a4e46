"""Wrong words: one sentence that names them, and status 2."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ebmviz.core import assets
from tests.commands.program import Run


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("optimizer.lr", "write PATH=VALUE"),
        ("=3", "write PATH=VALUE"),
        ("optimizer.rate=1", "did you mean"),
        ("nonsense=1", "no such parameter"),
        ("optimizer.lr=fast", "optimizer.lr: “fast” is not a number"),
        ("optimizer.lr=", "is not a number"),
        ("optimizer.lr=-1", "optimizer.lr"),
        ("optimizer.lr=nan", "not a number"),
        ("optimizer.lr=inf", "not finite"),
        ("optimizer.batch=1.5", "not a whole number"),
        ("objective.beta=-0.1", "objective.beta"),
        ("energy.kind=elipse", "did you mean “ellipse”"),
        ("energy.init=zero", "lecture, random"),
        ("view.window=1,2,3", "3 numbers where 4"),
        ("view.window=1,-1,0,1", "left must lie below right"),
        ("device=tpu", "auto, cpu, cuda, mps"),
        ("seed=-1", "seed"),
    ],
)
def test_a_wrong_assignment_is_named(run: Run, assignment: str, said: str) -> None:
    done = run("eval", "ellipse", "--y", "0,0", "--set", assignment)
    assert done.status == 2
    assert "--set" in done.sentence
    assert said in done.sentence


@pytest.mark.parametrize("command", ["train", "eval", "figures", "screenshot"])
def test_an_unknown_scene_is_named_and_the_known_ones_listed(
    run: Run, command: str, tmp_path: Path
) -> None:
    more = {"eval": ["--y", "0,0"], "screenshot": ["-o", str(tmp_path / "a.png")]}
    done = run(command, "elipse", *more.get(command, []))
    assert done.status == 2
    assert "did you mean “ellipse”" in done.sentence
    assert all(name in done.sentence for name in assets.scene_names())


@pytest.mark.parametrize(
    "words",
    [
        ("train",),
        ("train", "ellipse", "more"),
        ("train", "ellipse", "--steps", "-1"),
        ("train", "ellipse", "--steps", "many"),
        ("train", "ellipse", "--steps", "1", "--epochs", "1"),
        ("train", "ellipse", "--nonsense"),
        ("train", "ellipse", "-o"),
        ("screenshot", "ellipse"),
        ("screenshot", "ellipse", "-o", "a.png", "--size", "large"),
        ("screenshot", "ellipse", "-o", "a.png", "--size", "10x10"),
        ("bench", "nonsense"),
        ("inspect",),
        ("scenes", "--xml"),
        ("--nonsense",),
        ("trian", "ellipse"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_one_sentence_and_status_2(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words)
    assert (done.status, done.out) == (2, "")
    assert re.search(r"see `ebmviz( \w+)? --help`", done.sentence)
