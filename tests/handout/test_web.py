"""The page: it asks nobody, runs nothing but its own, and says all that the lesson says."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import msgspec
import pytest

from ebmviz.core.lesson import shipped
from ebmviz.handout.web.formulas import Formulas
from tests.handout.lesson import HOSTILE, SHORT, files, short

VOID = {"meta", "input", "img", "br", "hr", "link"}
SVG = {"path", "rect", "use", "image"}


class Tree(HTMLParser):
    """All elements with their attributes; ends in the wrong order are a fault."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.words: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append((self._open[-1] if self._open else "", data))


@pytest.fixture(scope="module", params=["short", "hostile"])
def page(request: pytest.FixtureRequest) -> str:
    made = short("html") if request.param == "short" else files(HOSTILE, "html")["html"]
    return made.decode()


def test_its_policy_lets_its_own_style_and_script_be_and_nothing_else(page: str) -> None:
    tree = Tree(page)
    policy = next(a["content"] for _, a in tree.found if "http-equiv" in a)
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    for kind in ("style", "script"):
        (text,) = (data for tag, data in tree.words if tag == kind)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_nothing_in_it_points_elsewhere_or_runs(page: str) -> None:
    for tag, attrs in Tree(page).found:
        assert tag not in ("iframe", "object", "embed", "base", "form", "link", "img"), tag
        for name, value in attrs.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in ("style", "src", "srcdoc", "xlink:href", "action"), (tag, name)
            if name == "href":
                assert value.startswith(("#", "data:image/webp;base64,")), value[:80]


def test_what_a_stranger_wrote_is_words() -> None:
    tree = Tree(files(HOSTILE, "html")["html"].decode())
    assert sum(tag == "script" for tag, _ in tree.found) == 1
    assert sum(tag == "style" for tag, _ in tree.found) == 1
    said = "".join(data for tag, data in tree.words if tag not in ("script", "style"))
    for words in (
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(2)>",
        "<b onclick='x()'>",
        "<iframe src='https://example.org'></iframe>",
        "a picture",
        "</details>",
    ):
        assert words in said, words


def test_every_stop_has_its_words_its_figures_and_its_answer() -> None:
    text = short("html").decode()
    tree = Tree(text)
    sections = [a["id"] for tag, a in tree.found if tag == "section"]
    assert sections == ["stop-1", "stop-2", "stop-3"]
    assert sum(tag == "details" for tag, _ in tree.found) == sum(s.asks for s in SHORT.stops)
    said = "".join(data for _, data in tree.words)
    assert all(stop.name in said for stop in SHORT.stops)
    ids = [a["id"] for _, a in tree.found if "id" in a]
    assert len(ids) == len(set(ids))
    sliders = [a for tag, a in tree.found if tag == "input"]
    assert {a["id"].split("-")[1] for a in sliders} == {"beta", "step"}
    kept = {a["id"] for tag, a in tree.found if tag == "template"}
    for slider in sliders:
        every = range(int(slider["max"]) + 1)
        wanted = {f"{slider['id']}-{k}" for k in every if k != int(slider["data-home"])}
        assert wanted <= kept
        assert len(slider["data-words"].split("|")) == len(every)
    used = {a["href"] for tag, a in tree.found if tag == "use"}
    assert used <= {f"#{each}" for each in ids}


@pytest.mark.slow
def test_the_same_lesson_is_the_same_bytes() -> None:
    assert files(SHORT, "html", "pdf") == {"html": short("html"), "pdf": short("pdf")}


def test_a_lesson_without_anything_said_is_a_page() -> None:
    stop = msgspec.structs.replace(SHORT.stops[0], text="", answer="", reveal=None)
    text = files(msgspec.structs.replace(SHORT, title="", about="", stops=(stop,)), "html")["html"]
    assert b"<h1>Lesson</h1>" in text


@pytest.mark.slow
def test_every_formula_of_the_shipped_lessons_is_drawn_with_numbers_alone() -> None:
    formulas = Formulas()
    known = 0
    for name in shipped.names():
        for stop in shipped.lesson(name).stops:
            for latex in re.findall(r"\$([^$\n]+)\$", f"{stop.text}\n{stop.answer}"):
                assert "<use" in formulas.element(latex), latex
                known += 1
    assert known > 300
    shapes = re.findall(r' d="([^"]*)"', formulas.drawings())
    assert all(re.fullmatch(r"[MLQCZHV\d .\-e]+", d) for d in shapes)


def test_what_is_no_formula_is_words() -> None:
    assert Formulas().element(r"\nosuch{") == r"<em>\nosuch{</em>"
