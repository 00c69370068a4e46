"""A text to read: Markdown with typeset formulas, in which nothing is loaded, followed or run."""

from __future__ import annotations

import itertools
import re

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QPainter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextImageFormat,
)
from pytestqt.qtbot import QtBot

from ebmviz.core.lesson import shipped
from ebmviz.core.lesson.latex import pieces, typeset
from ebmviz.core.symbols.latex import symbols
from ebmviz.ui.app import application
from ebmviz.ui.controls import explained, tips
from ebmviz.ui.controls.prose import Prose
from ebmviz.ui.formulas.drawn import Drawn, drawn
from ebmviz.ui.look import theme

FORMULA = re.compile(r"\$([^$\n]+)\$")


@pytest.fixture
def prose(qtbot: QtBot) -> Prose:
    theme.apply(application(), "light")
    made = Prose()
    qtbot.addWidget(made)
    made.resize(320, 40)
    made.show()
    return made


def images(document: QTextDocument) -> list[QTextImageFormat]:
    found = []
    block = document.begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            form = pieces.fragment().charFormat()
            if form.isImageFormat():
                found += [form.toImageFormat()] * len(pieces.fragment().text())
            pieces += 1
        block = block.next()
    return found


def ink(image: QImage) -> list[int]:
    """Rows of device pixels that have any."""
    return [
        y
        for y in range(image.height())
        if any(image.pixelColor(x, y).alpha() > 99 for x in range(image.width()))
    ]


def made(latex: str) -> Drawn:
    found = drawn(latex)
    assert found is not None, latex
    return found


def around(latex: str) -> QRectF:
    """Its ink, for letters of 20 pixels."""
    return made(latex).around(20.0)


def line_starts(prose: Prose) -> list[int]:
    """Letters that begin a line, but for the first."""
    cursor, starts = QTextCursor(prose.document()), []
    while cursor.movePosition(QTextCursor.MoveOperation.Down):
        cursor.movePosition(QTextCursor.MoveOperation.StartOfLine)
        starts.append(cursor.position())
    return starts


def bottoms(prose: Prose) -> list[int]:
    """Of the lines' last letters, which are no formulas."""
    cursor = QTextCursor(prose.document())
    found = []
    for start in line_starts(prose):
        cursor.setPosition(start)
        found.append(prose.cursorRect(cursor).bottom())
    return found


@pytest.mark.parametrize("name", shipped.names())
def test_every_formula_of_the_lessons_is_typeset(prose: Prose, name: str) -> None:
    for stop in shipped.lesson(name).stops:
        for said in (stop.text, stop.answer):
            for latex in FORMULA.findall(said):
                assert made(latex).symbols or not symbols(latex), latex
            prose.say(said)
            assert "$" not in prose.toPlainText()
            assert "\\" not in prose.toPlainText()


def test_letters_stand_on_the_base_line() -> None:
    x, y = (around(each) for each in ("x", "y"))
    assert abs(x.bottom()) < 0.5
    assert y.bottom() > 3


def test_a_sign_stands_at_its_number() -> None:
    minus, sign, braced = (around(each) for each in ("y = 1 - 2", "y = -2", "y = {-}2"))
    assert sign == braced
    assert sign.width() < minus.width()


def test_an_accent_takes_no_room_beside_it() -> None:
    assert around(r"\hat y").width() < 1.2 * around("y").width()
    assert around(r"\hat{\xi}").width() < 1.2 * around(r"\xi").width()


def test_it_has_the_colour_that_it_is_given() -> None:
    image = QImage(60, 60, QImage.Format.Format_ARGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    made("F").paint(painter, QPointF(5, 50), 40.0, QColor("#c0392b"))
    painter.end()
    assert image.pixelColor(20, 48).rgb() == QColor("white").rgb(), "below its bars"
    seen = {
        image.pixelColor(x, y).rgb() for x in range(image.width()) for y in range(image.height())
    }
    assert QColor("#c0392b").rgb() in seen


@pytest.mark.parametrize(
    "latex", [r"\nosuchcommand{x", "{" * 99 + "x" + "}" * 99, "x" * 501, r"\frac{", ""]
)
def test_what_cannot_be_read_is_shown_as_it_was_written(prose: Prose, latex: str) -> None:
    prose.say(f"Before ${latex}$ after, and $z$.")
    said = prose.toPlainText()
    assert said.startswith("Before ")
    assert " after, and " in said


def test_lines_are_broken_before_relations_and_never_inside_brackets() -> None:
    assert pieces("a = b + (c - d) = \\{e + f\\}") == [
        "a",
        "{}= b",
        "{}+ (c - d)",
        "{}= \\{e + f\\}",
    ]
    assert pieces("-x") == ["-x"]
    assert pieces(r"L = -\ln p \to \sum_{k=0}^{K-1} a_k") == [
        "L",
        r"{}= -\ln p",
        r"{}\to \sum_{k=0}^{K-1} a_k",
    ]
    assert pieces(r"[a + b]^+ + \Vert c - d\Vert^2,\; \mathrm{or}\ x") == [
        "[a + b]^+",
        r"{}+ \Vert c - d\Vert^2,",
        r"{}\mathrm{or}",
        "{}x",
    ]


@pytest.mark.parametrize("width", [120, 200, 320, 700])
def test_no_formula_is_cut(prose: Prose, width: int) -> None:
    prose.setFixedWidth(width)
    prose.say(r"So $E(x, y, z) = (y_1 - f_1(x) \cos z)^2 + (y_2 - f_2(x) \sin z)^2 + \frac{a}{b}$.")
    found = images(prose.document())
    assert found
    assert all(form.width() <= prose.viewport().width() for form in found)
    assert len(found) == 1 if width == 700 else len(found) > 1


def test_it_is_as_high_as_its_text(prose: Prose) -> None:
    prose.say("One line.")
    one = prose.height()
    prose.say("\n\n".join(["A paragraph with $F_\\beta(y)$ in it."] * 5))
    assert prose.height() > 5 * one
    wide = prose.height()
    prose.setFixedWidth(90)
    assert prose.height() > wide


@pytest.mark.parametrize("scale", [1.0, 1.4, 2.0])
def test_lines_with_formulas_are_as_far_apart_as_others(prose: Prose, scale: float) -> None:
    theme.apply(application(), "light", scale)
    prose.setFixedWidth(theme.px(300))
    plain = "words and y or yy of no more than words, "
    said = r"words, $y$ or $(y_1, y_2)$ of $E(y, z) = \Vert y - \tilde y(z) \Vert^2$ or $F_\infty$ "
    prose.say(plain * 9)
    apart = {low - high for high, low in itertools.pairwise(bottoms(prose))}
    assert apart == {theme.px(21)}
    prose.say(said * 9)
    apart = {low - high for high, low in itertools.pairwise(bottoms(prose))}
    assert apart == {theme.px(21)}


def test_a_deep_formula_has_room(prose: Prose) -> None:
    prose.say("One\n\ntwo\n\nthree")
    plain = prose.height()
    prose.say("One\n\n" + r"$\int_Z e^{-\beta E} dz + \frac{a}{b}$" + "\n\nthree")
    image = images(prose.document())[0]
    assert image.height() > 30
    assert prose.height() >= plain + image.height() - 21 - 3


def test_punctuation_stays_at_its_formula(prose: Prose) -> None:
    prose.say(r"Of the words ($\beta = 1$, $E$), $F(y)$; the rest “$z$”. So.")
    for width in range(60, 160):
        prose.setFixedWidth(width)
        said = prose.toPlainText()
        starts = {said[0], *(said[i] for i in line_starts(prose))}
        ends = {said[i - 1] for i in line_starts(prose)}
        assert not starts & set(",.;)”"), width
        assert not ends & set("(“"), width


def test_a_formula_stands_on_the_base_line(prose: Prose) -> None:
    """The lowest ink of a formula without depth is where that of a word is."""
    prose.say("mmm")
    word = prose.grab().toImage()
    prose.say("m $x = z$")
    typeset = prose.grab().toImage()
    assert abs(ink(word)[-1] - ink(typeset)[-1]) <= 1


def test_nothing_of_a_file_is_loaded_or_followed(prose: Prose) -> None:
    asked: list[object] = []
    prose.anchorClicked.connect(asked.append)
    prose.say("![x](file:///etc/hostname) <img src='file:///etc/hostname'> [a](http://b.invalid/)")
    assert not images(prose.document())
    assert "<img" in prose.toPlainText(), "words, not a tag"
    assert prose.loadResource(2, "file:///etc/hostname") is None
    assert not prose.openLinks()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("See [the paper](https://a.invalid/p).", "See the paper (https://a.invalid/p)."),
        ("[a **bold** one](b) and [c](d)", "a bold one (b) and c (d)"),
        ("[one](a)[two](a)", "onetwo (a)"),
        ('[x](y "a title")', "x (y)"),
        ("<https://a.invalid>", "https://a.invalid"),
        ("[r][1]\n\n[1]: file:///x", "r (file:///x)"),
        ("no link", "no link"),
    ],
)
def test_where_a_link_would_lead_is_said(prose: Prose, said: str, shown: str) -> None:
    prose.say(said)
    assert prose.spoken().strip() == shown
    cursor = QTextCursor(prose.document())
    plain = cursor.charFormat().foreground()
    for at in range(prose.document().characterCount() - 1):
        cursor.setPosition(at + 1)
        form = cursor.charFormat()
        assert not form.isAnchor()
        assert not form.fontUnderline()
        assert not form.toolTip()
        assert form.foreground() == plain


def test_letters_that_stand_for_formulas_can_not_be_smuggled_in(prose: Prose) -> None:
    prose.say(f"{chr(0xF0000)} and $x$")
    assert len(images(prose.document())) == 1
    assert prose.toPlainText().startswith(" and ") or prose.toPlainText().startswith("and ")


def underlined(prose: Prose) -> list[str]:
    """Words that are explained, in the order of the text."""
    found = []
    block = prose.document().begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            form = pieces.fragment().charFormat()
            if form.underlineStyle() == QTextCharFormat.UnderlineStyle.DotLine:
                found.append(pieces.fragment().text())
            pieces += 1
        block = block.next()
    return found


def test_words_of_the_glossary_are_explained_where_they_first_stand(prose: Prose) -> None:
    prose.say(
        "\N{GRINNING FACE} The *free energy*, an energy with a margin; margins and $F$ again."
    )
    assert underlined(prose) == ["free energy", "energy", "margin"]
    for word, says in (("free energy", "marginalised"), ("margin", "pushed no more")):
        cursor = prose.document().find(word)
        cursor.setPosition(cursor.selectionStart())
        said = explained.at(cursor)
        assert said is not None
        assert says in said
    cursor = prose.document().find("again")
    assert explained.at(cursor) is None


def test_what_a_word_means_is_said_at_the_pointer(
    prose: Prose, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(tips, "show", lambda _at, text, _owner: told.append(text))
    prose.say("A softargmax.")
    cursor = prose.document().find("softargmax")
    cursor.setPosition(cursor.selectionStart() + 3)
    spot = prose.cursorRect(cursor).center()
    there = prose.viewport().mapToGlobal(spot)
    event = QHelpEvent(QEvent.Type.ToolTip, spot, there)
    QCoreApplication.sendEvent(prose.viewport(), event)
    assert len(told) == 1
    assert "one-hot" in told[0]


def test_prices_are_no_formulas(prose: Prose) -> None:
    prose.say("It costs 5$ and 6$, or $5 and $6.")
    assert not images(prose.document())


def test_a_thin_space_is_no_comma() -> None:
    """Written as a backslash and a comma: the comma of (x, y) is set close, this one is a space."""
    thin = typeset(r"\sqrt{2h} \, \xi", 16.0, "#000000")
    none = typeset(r"\sqrt{2h} \xi", 16.0, "#000000")
    assert thin is not None
    assert none is not None
    assert 0 < thin.width - none.width < 6.0
    assert len(re.findall("<path|<use", thin.svg)) == len(re.findall("<path|<use", none.svg))
