"""Translations as files: what is wrong is named with its line; the template is the program's."""

from __future__ import annotations

import ast
from pathlib import Path

import polib
import pytest

import ebmviz
from ebmviz.core import assets
from ebmviz.core.errors import UserError
from ebmviz.core.language import collected, files

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "de.po"
    path.write_text(HEAD + text, "utf-8")
    return path


def test_what_is_translated_is_said_and_the_rest_is_english(tmp_path: Path) -> None:
    text = 'msgid "loss"\nmsgstr "Verlust"\n\nmsgid "step"\nmsgstr ""\n\n'
    text += '#, fuzzy\nmsgid "Data"\nmsgstr "Datum"\n'
    table = files.opened(written(tmp_path, text))
    assert [table.of(word) for word in ("loss", "step", "Data")] == ["Verlust", "step", "Data"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('msgid "step {0}"\nmsgstr "Schritt"\n', "line 4: “Schritt” does not put in"),
        ('msgid "a" "b\nmsgstr "Verlust"\n', "line 4"),
        ("nothing of the kind\n", "line 4"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as refused:
        files.opened(written(tmp_path, text))
    assert "de.po" in str(refused.value)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.po"
    bad.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="UTF-8"):
        files.opened(bad)
    with pytest.raises(UserError, match="No such file"):
        files.opened(tmp_path / "none.po")


@pytest.fixture(scope="module")
def template() -> str:
    """It is looked for in all of the source, once."""
    return files.template()


def test_the_template_is_that_of_the_program(template: str) -> None:
    shipped = assets.resource(files.TEMPLATE).read_text("utf-8")
    assert shipped == template, (
        "resources/language/ebmviz.pot is stale: run `ebmviz catalogue --write`"
    )


def test_the_template_is_one_that_translators_can_use(template: str, tmp_path: Path) -> None:
    made = polib.pofile(template)
    assert len(made) > 1500
    for entry in made:
        entry.msgstr = entry.msgid
    made.save(str(tmp_path / "same.po"))
    table = files.opened(tmp_path / "same.po")
    for text in ("Loss", "restarted at step 7", "nothing of it"):
        assert table.of(text) == text


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('tell("Two words")', {"Two words"}),
        ('tell(f"{n} of {m.x:.2f} points")', {"{0} of {1} points"}),
        ('x = "F_{∞} of all"', {"F_{{∞}} of all"}),
        ('Axis("loss")', {"loss"}),
        ('Spec(title="steps" if one else "epochs")', {"steps", "epochs"}),
        ('"""A docstring, of words."""', set()),
        ('x["some key"] == "other key"', set()),
        ('widget.setObjectName("a name b")', set()),
        ('open("a/b.py")', set()),
        ('kind = "adam"', set()),
    ],
)
def test_texts_are_found_and_names_are_not(source: str, found: set[str]) -> None:
    assert set(collected._said_in(ast.parse(source))) == found


def test_code_for_machines_is_nothing_to_translate() -> None:
    package = Path(ebmviz.__file__).parent
    writes = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "ebmviz.engine.llvm.text" in path.read_text("utf-8")
    }
    assert len(writes) > 5
    said = {file: text.template for text in collected.texts() for file in text.files}
    assert {file: said[file] for file in writes & said.keys()} == {}
    assert not [each for each in said.values() if "@llvm" in each]
