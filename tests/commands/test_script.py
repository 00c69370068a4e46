"""`ebmviz script` writes a program, or says in a sentence why there is none."""

from __future__ import annotations

from pathlib import Path

from tests.commands.program import Run


def test_a_script_is_written_as_the_scene_is_set(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "mine.py"
    done = run("script", "kmeans", "--set", "optimizer.lr=0.25", "--steps", "7", "-o", target)
    assert done.status == 0
    assert done.out.strip() == str(target)
    text = target.read_text("utf-8")
    compile(text, "mine.py", "exec")
    assert "SEED, STEPS = 7, 7\n" in text
    assert "lr=0.25" in text
    assert (
        run("script", "kmeans", "--set", "optimizer.lr=0.25", "--steps", "7", "-o", "-").out == text
    )


def test_a_session_is_written_with_its_steps(run: Run, tmp_path: Path) -> None:
    session = tmp_path / "a.ebmviz"
    assert run("train", "ellipse", "--steps", "5", "-o", session).status == 0
    assert "SEED, STEPS = 7, 5\n" in run("script", session, "-o", "-").out
    # A scene that has not been trained: ten epochs.
    assert "SEED, STEPS = 7, 240\n" in run("script", "ellipse", "-o", "-").out


def test_what_has_no_script_is_one_sentence(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "mine.py"
    done = run("script", "information", "-o", target)
    assert (done.status, done.out) == (1, "")
    assert done.err == "ebmviz: there is nothing to train here that a script could show\n"
    assert not target.exists()
