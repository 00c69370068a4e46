"""Three sentences about the scene that is in the window."""

from __future__ import annotations

import pytest

from ebmviz.core import library
from ebmviz.core.assets import scene_names
from ebmviz.core.lesson.about import about
from ebmviz.ui.menus.about_scene import AboutScene
from tests.ui.conftest import Student


def dialog(student: Student) -> AboutScene:
    student.window.acts["about-scene"].trigger()
    found = student.window.findChild(AboutScene)
    assert isinstance(found, AboutScene)
    assert found.isVisible()
    return found


def test_every_built_in_scene_has_three() -> None:
    for name in scene_names():
        said = about(name)
        assert said is not None, name
        assert all(sentence.endswith(".") for sentence in said), name
    assert about("nothing of that name") is None


@pytest.mark.slow
def test_it_follows_the_scene(student: Student) -> None:
    window, here = student.window, dialog(student)
    said = about("ellipse")
    assert said is not None
    assert all(sentence in here.text.said() for sentence in said)
    catalogue = window.store.catalogue
    window.document.begin(library.scene("kmeans", catalogue), "another scene")
    student.settled()
    other = about("kmeans")
    assert other is not None
    assert all(sentence in here.text.said() for sentence in other)
    assert here.name.text() == library.scene("kmeans", catalogue).title
    assert dialog(student) is here, "one, not two"
    assert here.text.height() <= here.height()


def test_of_a_scene_of_ones_own_nothing_is_said(student: Student) -> None:
    window = student.window
    here = dialog(student)
    own = library.scene("ellipse", window.store.catalogue)
    own = type(own)(name="mine", title="<b>Mine</b>", values=own.values, figures=own.figures)
    window.document.begin(own, "one of mine")
    student.settled()
    assert "not a built-in one" in here.text.said()
    assert here.name.text() == "<b>Mine</b>"
