"""Words from outside: how they are shown, and what is a name."""

from __future__ import annotations

import pytest

from ebmviz.core import library
from ebmviz.core.errors import UserError
from ebmviz.core.outside import NAME_CAP, clean, name, short
from ebmviz.core.scene import from_json, to_json

NAMES = ["ellipse", "my scene 2", "Über-Lauf", "日本", "a.b", "x" * NAME_CAP, "v1_(copy)", "con2"]
NONE = {
    "an option": "--set=view.beta=0",
    "a short option": "-o",
    "the folder above": "..",
    "a way up": "a..b",
    "another folder": "figures/a",
    "another folder there": "figures\\a",
    "hidden": ".profile",
    "somebody's home": "~root",
    "a stream": "a:b",
    "a device": "NUL",
    "a device with a suffix": "com7.txt",
    "a tag": "<b>x</b>",
    "a pattern": "*",
    "a space before": " x",
    "a space behind": "x ",
    "a dot behind": "x.",
    "too long": "é" * (NAME_CAP + 1),
    "too many bytes": "𝔼" * 40,
    "two lines": "a\nb",
    "a direction": "a\u202eb",
    "an isolate": "a\u2066b",
    "nothing to see": "a\u200bb",
    "a terminal's order": "a\x9b2J",
    "half a letter": "a\ud800",
    "a paragraph": "a\u2029b",
    "a tabulator": "a\tb",
}


@pytest.mark.parametrize("good", NAMES)
def test_what_is_a_name(good: str) -> None:
    assert name(good, "a name") == good


@pytest.mark.parametrize("bad", NONE.values(), ids=NONE)
def test_what_is_none(bad: str) -> None:
    with pytest.raises(UserError) as caught:
        name(bad, "the figure's name")
    sentence = str(caught.value)
    assert sentence.startswith("the figure's name “")
    assert sentence.isprintable()
    assert len(sentence) < 200


@pytest.mark.parametrize("field", ["name", "figures", "plugins"])
@pytest.mark.parametrize("bad", ["--plugin=x.py", "../x", "a\u202eb", "z" * 65, "<i>"])
def test_a_scene_with_such_a_name_is_refused(field: str, bad: str) -> None:
    catalogue = library.shipped_catalogue()
    raw = to_json(library.scene("horn", catalogue))
    raw[field] = bad if field == "name" else [bad]
    with pytest.raises(UserError, match="name"):
        from_json(raw, catalogue)


def test_a_scene_has_few_figures() -> None:
    catalogue = library.shipped_catalogue()
    raw = to_json(library.scene("horn", catalogue))
    with pytest.raises(UserError, match="at most"):
        from_json(raw | {"figures": ["meter"] * 1000}, catalogue)


def test_every_built_in_scene_has_a_name() -> None:
    catalogue = library.shipped_catalogue()
    raw = to_json(library.scene("vae", catalogue))
    assert from_json(raw | {"name": ""}, catalogue).name == ""
    for figure in raw["figures"]:
        name(figure, "figure")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain", "plain"),
        ("two\nlines", r"two\nlines"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\x1b]0;x\x07", r"\x1b]0;x\x07"),
        ("a\u00adb", r"a\xadb"),
        ("\udcff", r"\udcff"),
        ("non\u00a0breaking", "non\u00a0breaking"),
        ("مرحبا", "مرحبا"),
    ],
)
def test_what_cannot_be_seen_is_shown_as_its_code(text: str, seen: str) -> None:
    assert clean(text) == short(text) == seen


def test_what_is_long_is_shortened() -> None:
    assert clean("x" * 300, 300) == "x" * 300
    assert clean("x" * 301, 300) == "x" * 299 + "…"
    assert len(clean("\n" * 10_000, 50)) == 50
    path = "/home/" + "deep/" * 100 + "points.csv"
    assert short(path, 40).startswith("/home/deep")
    assert short(path, 40).endswith("points.csv")
    assert len(short(path, 40)) == 40
    assert len(short("\u202e" * 300, 40)) == 40
    assert short("a\u202eb" * 13, 40).isprintable()
