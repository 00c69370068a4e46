"""The page of a lesson in a browser: moved, asked in light and dark, and silent."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ebmviz.core.lesson.text import read
from ebmviz.core.snapshot import Array
from tests.handout.lesson import HOSTILE, files, short
from tests.screen.browser import Browser, chromium

pytestmark = pytest.mark.screen
MOVE = "(s => {{ s.focus(); s.valueAsNumber = {0}; s.dispatchEvent(new Event('input')); }})"
FIGURES = "document.getElementById('f3').innerHTML"


def pixels(picture: bytes) -> Array:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"), int)


def silent(browser: Browser, page: Path) -> None:
    """Nothing was asked for but the file and what stands in it, and nothing complained."""
    assert [url for url in browser.asked if not url.startswith("data:")] == [page.as_uri()]
    assert browser.said == []


def test_sliders_move_the_figures_and_nothing_is_asked_for(tmp_path: Path) -> None:
    page = tmp_path / "lesson.html"
    page.write_bytes(short("html"))
    with chromium(tmp_path) as browser:
        browser.open(page)
        browser.look(1280, 900)
        browser.run("document.getElementById('stop-3').scrollIntoView({behavior: 'instant'})")
        first, before = pixels(browser.look(1280, 900)), browser.run(FIGURES)
        seen = {before}
        for slider, to in (("f3-beta", 0), ("f3-step", 0), ("f3-step", 3)):
            browser.run(f"{MOVE.format(to)}(document.getElementById('{slider}'))")
            now = browser.run(FIGURES)
            assert now not in seen, slider
            seen.add(now)
            assert (pixels(browser.look(1280, 900)) != first).mean() > 0.005
        home = browser.run("document.getElementById('f3-beta').dataset.home")
        assert browser.run("document.getElementById('f3-beta').value") == home
        assert browser.run("document.querySelector('#f3-step ~ output').value") == "4"
        browser.key("End", 35)  # the slider of the step has the focus
        assert browser.run(FIGURES) == before
        silent(browser, page)


def test_it_is_dark_in_the_dark_and_fits_a_phone(tmp_path: Path) -> None:
    page = tmp_path / "lesson.html"
    page.write_bytes(short("html"))
    with chromium(tmp_path) as browser:
        browser.open(page)
        light, dark = (pixels(browser.look(1280, 900, scheme)) for scheme in ("light", "dark"))
        assert light[0, 0].min() > 200
        assert dark[0, 0].max() < 60
        browser.look(360, 740)
        assert browser.run("document.documentElement.scrollWidth") == 360
        silent(browser, page)


def test_a_stranger_s_page_runs_nothing(tmp_path: Path) -> None:
    page = tmp_path / "lesson.html"
    page.write_bytes(files(HOSTILE, "html")["html"])
    with chromium(tmp_path) as browser:
        browser.open(page)
        assert browser.run("document.querySelectorAll('section').length") == 1
        assert browser.run("getComputedStyle(document.querySelector('h1')).display") == "block"
        silent(browser, page)


def test_what_would_ask_for_something_is_seen(tmp_path: Path) -> None:
    """The policy of the page refuses it, and says so."""
    text = files(read(SHORT_TEXT), "html")["html"]
    page = tmp_path / "lesson.html"
    more = b'<img src="https://example.org/a.png"><script>document.title = "run"</script></body>'
    page.write_bytes(text.replace(b"</body>", more))
    with chromium(tmp_path) as browser:
        browser.open(page)
        assert browser.run("document.title") == "One"
        assert len(browser.said) >= 2


SHORT_TEXT = '+++\ntitle = "One"\n+++\n\n## A stop\n~~~stop\nscene = "ellipse"\n~~~\n'
