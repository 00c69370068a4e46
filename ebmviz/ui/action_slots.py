"""What each action of the menus does; those of a part of the window stand together."""

from __future__ import annotations

import functools
from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from ebmviz.ui import view_fit
from ebmviz.ui.comparing import Comparing
from ebmviz.ui.controls.engine_status import Lamp
from ebmviz.ui.look import theme
from ebmviz.ui.looks import Looks
from ebmviz.ui.menus import about_scene, actions, glossary, help, page
from ebmviz.ui.past import Past
from ebmviz.ui.pointing.pointing import Pointing
from ebmviz.ui.presenting.curtain import Curtain
from ebmviz.ui.publish.publisher import Publisher
from ebmviz.ui.rescue import Rescue
from ebmviz.ui.session import kept
from ebmviz.ui.session.document import Document
from ebmviz.ui.session.store import Store
from ebmviz.ui.views.enlarged import Enlarged
from ebmviz.ui.views.stage import Stage

Slots = dict[str, Callable[[], object]]
Edit = Callable[[dict[str, object]], None]


def of_files(document: Document, publisher: Publisher, window: QWidget) -> Slots:
    """Documents, and what leaves the window."""
    store = document.store
    return {
        "new": lambda: document.begin(view_fit.anew(store.scene, store.catalogue)),
        "open": document.ask_open,
        "save": lambda: document.save(),
        "save-as": lambda: document.save_as(),
        "kept": lambda: kept.show(window, document),
        "export": publisher.export,
        "export-film": publisher.export_film,
        "copy": publisher.copy,
        "export-script": publisher.export_script,
        "copy-line": publisher.copy_line,
        "export-handout": publisher.export_handout,
        "close": window.close,
        "quit": window.close,
        "undo": store.undo,
        "redo": store.redo,
    }


def of_training(stage: Stage, rescue: Rescue, toggle: Callable[[], object]) -> Slots:
    """Steps, and the engine that does them."""
    return {
        "play": toggle,
        "step": stage.advance,
        "reset": stage.reset,
        "restart": rescue.restart,
        "engine-place": rescue.ask_where,
        "present-step": lambda: stage.branching.seek(None),
    }


def of_past(past: Past) -> Slots:
    """The steps behind, and the branches."""
    return {
        "replay": lambda: past.toggle(1),
        "replay-back": lambda: past.toggle(-1),
        "previous-mark": lambda: past.go_to_mark(forward=False),
        "next-mark": lambda: past.go_to_mark(forward=True),
        "bookmark": past.bookmark,
        "next-branch": past.next_branch,
        "rename-branch": past.rename,
        "delete-branch": past.delete,
    }


def of_comparing(comparing: Comparing) -> Slots:
    """Two models side by side."""
    return {"compare": comparing.toggle, "compare-session": comparing.ask_session}


def of_views(stage: Stage, looks: Looks, curtain: Curtain, edit: Edit) -> Slots:
    """What is seen of the scene, and how large."""
    store = stage.store

    def fit_levels() -> None:
        if stage.shot and (changes := view_fit.levels(stage.shot)):
            edit(changes)

    return {
        "lab": lambda: edit({"view.lab": not store.scene.view.lab}),
        "home": lambda: edit(view_fit.home(store.scene, store.catalogue)),
        "fit-levels": fit_levels,
        "theme": looks.switch_theme,
        "present": looks.present,
        "black": lambda: curtain.toggle("black"),
        "spotlight": lambda: curtain.toggle("light"),
        "pointer": curtain.point_large,
        "bigger": lambda: looks.rescale(1.1),
        "smaller": lambda: looks.rescale(1 / 1.1),
        "usual": lambda: looks.rescale(1 / theme.scale()),
    }


def of_cards(stage: Stage, enlarged: Enlarged) -> Slots:
    """Cards of the side in the map's place."""
    return {
        f"enlarge-{card.slot + 1}": functools.partial(enlarged.toggle, card) for card in stage.side
    }


def of_help(
    acts: dict[str, QAction], lamp: Lamp, store: Store, pointing: Pointing, window: QWidget
) -> Slots:
    """Pages to read."""
    return {
        "about-scene": lambda: about_scene.show(store, pointing, window),
        "keys": lambda: help.keys(window, acts),
        "mathematics": lambda: page.show(window, "mathematics", "Mathematics", pointing),
        "glossary": lambda: glossary.show(window, pointing),
        "changelog": lambda: page.show(window, "changelog", "What is new", pointing),
        "about": lambda: help.about(window, lamp.engine),
    }


def join(
    acts: dict[str, QAction],
    slots: Slots,
    first: Callable[[Callable[[], object]], Callable[[], object]],
) -> None:
    """Give the actions their slots; `first` makes a slot enter texts that are being typed before,
    where the action touches the scene.
    """
    for name, slot in slots.items():
        ready = slot if actions.OUTSIDE[name] else first(slot)
        acts[name].triggered.connect(actions.plain(ready))
