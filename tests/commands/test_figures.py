"""`ebmviz figures`: the files it writes, and their names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ebmviz.files.opening import open_file
from ebmviz.files.session import load
from tests.commands.program import CATALOGUE, Run, program


def test_figures_of_a_session_hold_the_session(run: Run, tmp_path: Path) -> None:
    file, folder = tmp_path / "a.ebmviz", tmp_path / "new" / "figures"
    run("train", "ellipse", "--epochs", 1, "-o", file)
    done = run("figures", file, "--figure", "landscape", "--format", "pdf,svg,png", "-o", folder)
    assert (done.status, done.err) == (0, "")
    names = [f"a-landscape.{suffix}" for suffix in ("pdf", "svg", "png")]
    assert done.out.split() == [str(folder / name) for name in names]
    expected = load(file, CATALOGUE)
    for name in names:
        found = open_file(folder / name, CATALOGUE)
        assert found.scene == expected.scene
        assert found.session
        assert np.array_equal(
            found.session.checkpoint.weights["w"], expected.checkpoint.weights["w"]
        )
    again = run("train", folder / names[0], "--steps", 1)
    assert again.out.startswith("step 25, ")


def test_inspect_and_figures_agree_on_what_a_picture_holds(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.ebmviz"
    run("train", "ellipse", "--steps", 200, "-o", file)
    steps = run("inspect", file).rows["recorded_steps"]
    for past, kept, said in (
        ("1", steps, ""),
        ("0.004", 101, "all but 101"),
        ("0", 0, "all steps"),
    ):
        folder = tmp_path / past
        words = ("--figure", "landscape", "--format", "png", "--past", past, "-o", folder)
        assert run("figures", file, *words).status == 0
        found = run("inspect", folder / "a-landscape.png").rows
        assert said in found["left_out"]
        assert found["recorded_steps"] == kept
        assert found["branches"] == []
        assert found["step"] == 200
    for past in ("-1", "nan", "33", "much"):
        assert run("figures", file, "--past", past).status == 2


def test_figures_of_a_table_are_named_after_it(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("a,b\n1,2\n-1,0.5\n0.3,-1\n")
    done = run("figures", table, "--figure", "loss-curve", "--format", "svg", "-o", tmp_path)
    assert (done.status, done.out.strip()) == (0, str(tmp_path / "mine-loss-curve.svg"))
    picture = (tmp_path / "mine-loss-curve.svg").read_text("utf-8")
    assert "step" in picture, "text stays text"


def test_figures_without_a_name_are_the_lecture_s(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ebmviz.commands.base import headless
    from ebmviz.export import render

    written: list[str] = []
    monkeypatch.setattr(render, "write", lambda value, path, **more: written.append(path.name))
    monkeypatch.setattr(headless, "draw", lambda figure, found, catalogue: figure.name)
    assert run("figures", "-o", tmp_path).status == 0
    numbers = ("1", "1b", "2", "3", "4", "5", "6", "7", "8")
    horn = [f"horn-figure-{n}.pdf" for n in ("9", "10", "11")]
    assert written == [*(f"ellipse-figure-{n}.pdf" for n in numbers), *horn]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ellipse", "--figure", "figure-66"), "did you mean"),
        (("--figure", "nothing-like-it"), "not a figure of any built-in scene"),
        (("ellipse", "--format", "gif"), "formats are pdf, svg, png"),
        (("ellipse", "--format", ""), "formats are"),
        (("elipse",), "did you mean “ellipse”"),
    ],
)
def test_figures_that_do_not_exist(run: Run, words: tuple[str, ...], said: str) -> None:
    done = run("figures", *words)
    assert done.status == 2
    assert said in done.sentence


def test_one_figure_goes_to_the_output(run: Run, tmp_path: Path) -> None:
    words = ("figures", "ellipse", "--figure", "loss-curve", "-o", "-")
    done = program(*words, "--format", "svg", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.rstrip().endswith("</svg>")
    assert not list(tmp_path.iterdir())
    refused = run(*words, "--format", "svg,pdf")
    assert refused.status == 2
    assert "one figure in one format" in refused.sentence


def test_two_models_of_a_session_are_compared(run: Run, tmp_path: Path) -> None:
    """A step of the session's run, and then, in the picture, the model that it was."""
    file = tmp_path / "a.ebmviz"
    run("train", "ellipse", "--steps", 5, "-o", file)
    done = run(
        "figures", file, "--figure", "compare", "--set", "view.compare=0@2",
        "--format", "png", "-o", tmp_path,
    )  # fmt: skip
    assert (done.status, done.err) == (0, "")
    inside = open_file(tmp_path / "a-compare.png", CATALOGUE).session
    assert inside
    assert (inside.checkpoint.step, inside.scene.view.compare) == (5, "1")
    other = inside.branches[1].checkpoint
    assert other
    run("train", "ellipse", "--steps", 2, "-o", tmp_path / "b.ebmviz")
    then = load(tmp_path / "b.ebmviz", CATALOGUE).checkpoint
    assert np.array_equal(other.weights["w"], then.weights["w"])
    again = run("figures", tmp_path / "a-compare.png", "--figure", "compare", "-o", tmp_path / "c")
    assert (again.status, again.err) == (0, "")


@pytest.mark.slow
def test_a_figure_is_fitted_to_a_column(run: Run, tmp_path: Path) -> None:
    words = ("figures", "ellipse", "--figure", "landscape", "--format", "svg", "-o", tmp_path)
    file = tmp_path / "ellipse-landscape.svg"
    assert run(*words, "--page", "column", "--text", "7", "--transparent").status == 0
    clear = file.read_text("utf-8")
    assert 'width="240.945pt"' in clear  # 85 mm
    assert "manifold" in clear
    assert run(*words, "--page", "column", "--hide", "manifold,data").status == 0
    assert "manifold" not in file.read_text("utf-8")
    assert run(*words, "--text", "1").status == 1
    assert "did you mean “manifold”?" in run(*words, "--hide", "manifld").sentence
