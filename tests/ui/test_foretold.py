"""What will take long is said before it does, with the way out, and for as long as it lasts."""

from __future__ import annotations

from ebmviz.core import library
from tests.ui.conftest import Student

LONG = "about 80 s to the first picture"


def test_a_long_wait_offers_a_way_out_until_there_is_a_picture(student: Student) -> None:
    window, banner = student.window, student.window.banner
    window.edit({"view.beta": 0.5}, False)
    window.client.foretold.emit(LONG)
    assert banner.isVisible() and banner.text.text().startswith("About 80 s")
    assert "restart" in banner.button.text().lower()
    student.settled()
    assert not banner.isVisible()


def test_its_way_out_leads_back_to_the_scene_before(student: Student) -> None:
    window, pid = student.window, student.window.client.pid
    # Chosen, but not shown yet: the event loop has not had its turn.
    window.edit({"view.beta": 0.25}, False)
    window.client.foretold.emit(LONG)
    before = window.stage.accepted
    window.banner.button.click()
    student.until(lambda: window.client.ready and window.client.pid != pid)
    student.settled()
    assert before is not None and window.store.scene == before


def test_a_new_document_has_no_scene_to_go_back_to(student: Student) -> None:
    window, banner = student.window, student.window.banner
    window.document.begin(library.scene("kmeans", window.store.catalogue))
    window.client.foretold.emit(LONG)
    assert banner.text.text().endswith("Another scene leaves it.")
    assert not banner.button.isVisible()
