"""The pages of Help: every section and reference that is cited is there, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ebmviz
from ebmviz.core import assets, library, pages
from ebmviz.core.library import shipped_catalogue
from ebmviz.core.markup import to_html
from ebmviz.core.symbols.glossary import entries
from ebmviz.engine.theory.errata import SLIPS
from tests.lecture import FIGURE_6

PAGE = pages.read("mathematics.md")
BODY, _, LIST = PAGE.partition("## References")
PACKAGE = Path(ebmviz.__file__).parent
PROJECT = Path(__file__).parent.parent.parent
BESIDE = ("README.md", "pyproject.toml", ".ci/run", ".github/CONTRIBUTING.md")
NAMES = r"(?:van den )?[A-Z]\w+(?:, [A-Z]\w+)*(?: and [A-Z]\w+| et al\.)?"
CITED = re.compile(rf"{NAMES} (?:1[89]|20)\d\d")
RIDDLE = re.compile(
    r"\b[Ss]eeds? ?00\d|(?<!e)math\.md|\bL06\b|\bR20\b|\bS4\b|\bissue \d"
    r"|\b(?:design|house|pitfalls|words)\.md|(?<![\w.])shared/"
)


def texts(*suffixes: str) -> dict[Path, str]:
    """What the project says, but for this file."""
    folders = PACKAGE, assets.resource("."), PROJECT / "tests"
    files = [
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in suffixes and path.is_file()
    ]
    files += [PROJECT / name for name in BESIDE if Path(name).suffix in suffixes]
    return {path: path.read_text("utf-8") for path in files if path != Path(__file__)}


def sources() -> str:
    """Of the components, those to begin with included, of the glossary and of the errata."""
    skeletons = assets.resource("skeletons").glob("*.py")
    found = [component.source for component in shipped_catalogue().components]
    found += [entry.source for entry in entries()]
    found += [slip.source for slip in SLIPS.values()]
    found += [line for path in skeletons for line in path.read_text("utf-8").splitlines()]
    return "\n".join(found)


def numbers() -> set[str]:
    """Of the sections."""
    return {title.partition(". ")[0] for title in pages.anchors(PAGE).values() if ". " in title}


def test_every_section_that_is_cited_is_there() -> None:
    cited = {
        number
        for text in texts(".py", ".json", ".md").values()
        for number in re.findall(r"mathematics\.md,? §(\d+)", text)
    }
    assert len(cited) > 5
    assert cited <= numbers()
    assert sorted(map(int, numbers())) == list(range(len(numbers())))


@pytest.mark.parametrize("name", ["mathematics.md", "changelog.md"])
def test_the_links_of_a_page_lead_to_its_headings(name: str) -> None:
    page = pages.read(name)
    anchors = pages.anchors(page)
    shown = pages.to_html(page)
    assert set(re.findall(r"\]\(([^)]*)\)", page)) <= {f"#{anchor}" for anchor in anchors}
    assert all(shown.count(f"<a name='{anchor}'>") == 1 for anchor in anchors)


def test_a_link_says_the_section_it_leads_to() -> None:
    links = re.findall(r"\[§(\d+)\]\(#(\d+)-", PAGE)
    assert len(links) > 5
    assert all(said == meant for said, meant in links)


def test_the_references_are_those_that_are_cited() -> None:
    listed = re.findall(r"- \*\*(.+)\.\*\* “.+”", LIST)
    assert all(CITED.fullmatch(each) for each in listed)
    assert listed == sorted(listed, key=str.casefold)
    without = LIST.rpartition("\n\n")[2]  # those that have no year of their own
    cited = set(CITED.findall(f"{sources()}\n{BODY}"))
    assert "Notes on Grathwohl et al. 2020" in BODY
    assert "notes on Grathwohl et al. 2020" in without
    assert cited == set(listed)


@pytest.mark.parametrize("suffix", [".py", ".json", ".md", ".toml", ""])
def test_no_citation_is_a_riddle(suffix: str) -> None:
    found = texts(suffix)
    assert found
    riddles = {path: RIDDLE.findall(text) for path, text in found.items()}
    assert not {path: found for path, found in riddles.items() if found}


@pytest.mark.parametrize(
    "riddle", ["S4", "L06, §3", "(R20, eq. 2)", "seed 003", "math.md §5", "house.md", "../shared/a"]
)
def test_a_riddle_is_seen(riddle: str) -> None:
    assert RIDDLE.search(f"Source: {riddle}.")
    assert not RIDDLE.search("mathematics.md §4, seed 3, S4D, LeCun et al. 2006")


def test_the_table_is_the_one_that_tests_hold() -> None:
    rows = [line.split("|")[2:-1] for line in BODY.splitlines() if line.startswith("| ")]
    wanted = [[float(cell) for cell in row] for row in rows if _numbers(row)]
    assert wanted == [list(row) for row in FIGURE_6.values()]


def _numbers(row: list[str]) -> bool:
    return len(row) == 9 and all(re.fullmatch(r" \d\.\d{4} ", cell) for cell in row)


def test_a_page_is_read_as_it_is_written() -> None:
    page = "# Top\n\n## 3. Losses of F_β\n\na <b> `x_1 < 2` **m^2**\nand [§3](#3-losses-of-f_β)\n"
    page += "\n- one y̌\n- p_{a/b}, 2 / 3\n"
    page += "\n| a | b\\|c |\n|---|---|\n| 1 | e^{−x} |\n"
    assert pages.anchors(page) == {"3-losses-of-f_β": "3. Losses of F_β"}
    apart = "<li style='margin-top: 4px'>"
    assert pages.to_html(page) == (
        "<h2><a name='top'>Top</a></h2>"
        "<h3><a name='3-losses-of-f_β'>3. Losses of F<sub>β</sub></a></h3>"
        "<p>a &lt;b&gt; <code>x_1 &lt; 2</code> <b>m<sup>2</sup></b>"
        " and <a href='#3-losses-of-f_β'>§3</a></p>"
        f"<ul>{apart}one <i>y̌</i></li>{apart}p<sub>a/\u2060b</sub>, 2 / 3</li></ul>"
        "<table cellpadding='4'><tr><th align='left'>a</th><th align='left'>b|c</th></tr>"
        "<tr><td valign='middle'>1</td><td valign='middle'>e<sup>−x</sup></td></tr></table>"
    )


@pytest.mark.parametrize("name", ["mathematics.md", "changelog.md"])
def test_no_sign_of_the_notation_is_left(name: str) -> None:
    shown = re.sub(r"<code>.*?</code>|<a [^>]*>", "", pages.to_html(pages.read(name)))
    assert not re.findall(r".{0,20}[_^{}`\\].{0,20}|\*\*|\]\(", shown.replace("{−1, 1}", ""))


def test_no_formula_of_a_component_has_scripts_in_scripts() -> None:
    """Neither Qt nor the notation has any: exp(E_C) in place of e^{E_C}."""
    for component in shipped_catalogue().components:
        for text in (component.title, component.doc, component.formula):
            assert not {"_", "^"} & set(to_html(text)), text


def test_the_wheel_has_the_pages() -> None:
    assert {"mathematics.md", "changelog.md", "skeletons"} <= {
        path.name for path in assets.resource(".").iterdir()
    }
    assert library.shipped_is_whole()
