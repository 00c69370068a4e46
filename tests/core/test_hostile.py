"""Some of what `tests.benchmarks.fuzz` does a hundred thousand times: a file from anybody is taken,
or refused in a sentence, and does nothing else.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ebmviz.core.errors import UserError
from ebmviz.core.formulas import laid
from ebmviz.core.lesson import latex, prose
from ebmviz.core.symbols.spelled import spelled
from ebmviz.files import strictjson
from ebmviz.files.tables.table import table_of_text
from tests.benchmarks.fuzz.targets import TARGETS, target_of
from tests.benchmarks.fuzz.tried import case, tried, unsaid
from tests.benchmarks.fuzz.watch import Watch

TIMES, SEED = 150, 1
FEW = {"formulas": 25, "lessons": 40}
QT = {"densities", "autosaves", "settings"}  # of the window: tests/ui/test_hostile_window.py
LETTERS = st.text("{}[]()\\^_$*`#~>+-.,;:|\"'= \n\t0123456789eax", max_size=300)
MANY = settings(derandomize=True, deadline=None, max_examples=150, database=None)


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Watch:
    return Watch(tmp_path_factory.mktemp("hostile"))


def attack(name: str, watch: Watch, times: int) -> list[str]:
    """What was wrong with each of so many files, and did not have to be."""
    target = target_of(name, Path(watch.folder))
    wrong = []
    for number in range(-20, times):
        found = tried(target, case(target, SEED, number), watch, 1 << 60, seconds=0)
        if number >= 0 and found.fault:
            wrong.append(f"{name} --seed {SEED} --only {number}: {found.fault}")
    return wrong


@pytest.mark.parametrize("name", [name for name in TARGETS if name not in QT])
def test_hostile_files_are_taken_or_refused(name: str, watch: Watch) -> None:
    assert attack(name, watch, FEW.get(name, TIMES)) == []


def test_the_watch_sees_what_it_is_for(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with watch.on():
        (tmp_path / "b").write_text("x")
        exec("1 + 1")
        (Path(watch.folder) / "c").write_text("x")
    assert [act.split()[0] for act in watch.acts] == ["writing", "exec"]
    with watch.on():
        (tmp_path / "a").read_text()
        (tmp_path / "b").unlink()
    assert [act.split()[0] for act in watch.acts] == ["reading", "os.remove"]


def test_the_watch_knows_where_a_folder_is_cleared(watch: Watch, tmp_path: Path) -> None:
    """Python does that by names within folders that are open."""
    for place in (Path(watch.folder), tmp_path):
        (place / "full" / "deep").mkdir(parents=True)
        (place / "full" / "deep" / "a").write_text("x")
    (tmp_path / "b").write_text("x")
    with watch.on():
        shutil.rmtree(Path(watch.folder) / "full")
    assert watch.acts == []
    with watch.on():
        shutil.rmtree(tmp_path / "full")
        (tmp_path / "b").rename(Path(watch.folder) / "b")
        (Path(watch.folder) / "b").rename(tmp_path / "c")
        (Path(watch.folder) / "to").symlink_to(tmp_path)
    heads = [act.split()[0] for act in watch.acts if not act.startswith("reading")]
    assert heads == ["shutil.rmtree", "os.remove", "os.rmdir", "os.rmdir", "os.rename", "os.rename"]


def test_a_refusal_is_a_sentence() -> None:
    assert unsaid("a.csv, line 3: not a number", "a.csv") == ""
    for sentence in ("", "a\nb", "turned \u202e", "x" * 2000):
        assert unsaid(sentence, "")
    assert unsaid("not a number", "a.csv")


@MANY
@given(LETTERS)
def test_any_text_is_laid_out(text: str) -> None:
    said = prose.read(text)
    prose.plain(text)
    prose.named(text)
    assert all(run.text for block in said for run in block.runs)


@MANY
@given(LETTERS)
def test_any_table_is_read_or_refused(text: str) -> None:
    try:
        table = table_of_text(text, "t")
    except UserError as error:
        assert unsaid(str(error), "t") == ""
    else:
        assert table.count > 0


@MANY
@given(LETTERS)
def test_any_formula_is_told_in_words(text: str) -> None:
    assert not set(spelled(text)) & {"{", "}", "$"} or "\\" in text


@pytest.mark.parametrize(
    "inner",
    ["{{{}}}", r"\hat{{{}}}", r"\left({}\right)", r"\sqrt{{{}}}", r"a\phantom{{{}}}"],
)
def test_a_formula_that_doubles_its_cost_with_each_brace_is_shown_in_words(inner: str) -> None:
    deep = "x"
    for _ in range(22):  # drawn, each would take hours
        deep = inner.format(deep)
    assert latex.readable(deep)
    assert latex.typeset(deep, 12.0, "black") is None
    assert laid.laid(deep) is None
    assert laid.laid(inner.format(inner.format("x"))) is not None


def test_a_short_formula_that_costs_as_much_as_a_long_one_is_shown_in_words() -> None:
    deep = r"\phantom{\phantom{\phantom{\phantom{\phantom{\binom{n}{k}}}}}}"
    assert laid.laid(deep) is None
    fraction = "x"
    for _ in range(5):
        fraction = rf"\frac{{1}}{{1+{fraction}}}"
    assert laid.laid(fraction) is not None, "a continued fraction of five"


def test_a_text_has_so_many_formulas_and_the_rest_are_words() -> None:
    said = " ".join(f"$x_{{{n}}}$" for n in range(200)) + r" and $x_{0}$ again"
    runs = [run for block in prose.read(said) for run in block.runs]
    drawn = [run.text for run in runs if run.style == "formula"]
    assert drawn == [*(f"x_{{{n}}}" for n in range(prose.FORMULAS)), "x_{0}"]
    assert "$x_{150}$" in "".join(run.text for run in runs if run.style == "plain")
    long = [f"${letter * 400}$" for letter in "abcdef"]
    kept = [r for b in prose.read("\n\n".join(long)) for r in b.runs if r.style == "formula"]
    assert [run.text[0] for run in kept] == ["a", "b", "c"]


def test_a_formula_of_ten_thousand_braces_is_told() -> None:
    for said in (
        "{" * 10_000 + "x",
        "^" * 10_000 + "x",
        r"\hat" * 5_000 + " x",
        "x" + "}" * 10_000,
    ):
        assert "x" in spelled(said)
        assert "x" in prose.plain(f"a ${said}$ b")


def test_numbers_of_any_length_are_no_way_in() -> None:
    with pytest.raises(UserError, match="x: not valid JSON"):
        strictjson.decode(b"9" * 5000, "x")
    with pytest.raises(UserError, match="x: nested too deeply"):
        strictjson.decode(b"[" * 100_000, "x")
