"""The menu bar, filled from the table of actions."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from ebmviz.core.lesson import shipped
from ebmviz.core.outside import short
from ebmviz.ui.menus import actions
from ebmviz.ui.session.document import Document


def fill(
    bar: QMenuBar,
    made: dict[str, QAction],
    document: Document,
    open_lesson: Callable[[str], object],
) -> None:
    """One menu for each name in the table, the recent files under Open, and the shipped lessons in
    the first place of Help; `open_lesson` gets the name of one.
    """
    menus: dict[str, QMenu] = {}
    for spec in actions.SPECS:
        if spec.menu not in menus:
            menus[spec.menu] = bar.addMenu(spec.menu)
        menus[spec.menu].addAction(made[spec.name])
    menus["Edit"].aboutToShow.connect(lambda: actions.name_undo(made, *document.store.steps))
    recent = QMenu("Open recent", bar)
    menus["File"].insertMenu(made["save"], recent)
    menus["File"].insertSeparator(made["export"])
    menus["File"].insertSeparator(made["quit"])
    recent.aboutToShow.connect(lambda: _fill_recent(recent, document))
    lessons = QMenu("Lessons", bar)
    menus["Help"].insertMenu(made["tour"], lessons)
    lessons.aboutToShow.connect(lambda: fill_lessons(lessons, open_lesson))


def _fill_recent(menu: QMenu, document: Document) -> None:
    menu.clear()
    for path in document.recent:
        menu.addAction(
            short(path, 100).replace("&", "&&"), functools.partial(document.open, Path(path))
        )
    if menu.isEmpty():
        menu.addAction("No recent files").setEnabled(False)


def fill_lessons(menu: QMenu, open_lesson: Callable[[str], object]) -> None:
    """The shipped lessons; `open_lesson` gets the name of one."""
    menu.clear()
    for name in shipped.names():
        title = short(shipped.lesson(name).title, 80)
        menu.addAction(title.replace("&", "&&"), functools.partial(open_lesson, name))
    if menu.isEmpty():
        menu.addAction("No lessons").setEnabled(False)
