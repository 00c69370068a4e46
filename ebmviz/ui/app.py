"""Starts Qt and opens the window.

The engine is started first: torch loads while pyqtgraph is imported and the window is built.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEventLoop, QSettings, QTimer
from PySide6.QtGui import QGuiApplication, QIcon, QPixmapCache
from PySide6.QtWidgets import QApplication

from ebmviz.core import assets, library
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.language import said as language
from ebmviz.core.outside import clean
from ebmviz.core.process import log
from ebmviz.core.process.elsewhere import Elsewhere
from ebmviz.files.session import SUFFIX
from ebmviz.ui import settings
from ebmviz.ui.collector import Collector
from ebmviz.ui.look import spoken
from ebmviz.ui.session.engine import EngineClient

if TYPE_CHECKING:
    from ebmviz.ui.window import Window

_PIXMAPS_KB = 2048
"""That Qt keeps of icons it has scaled; a question loads its icon anew each time (10 kB)."""


def application() -> QApplication:
    """The one QApplication."""
    QCoreApplication.setApplicationName("ebmviz")
    QCoreApplication.setOrganizationName("ebmviz")
    QGuiApplication.setDesktopFileName("ebmviz")  # whose entry has the icon
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    settings.ready()
    if language.spoken():
        spoken.install()
    if app.findChild(Collector) is None:
        Collector(app)
    QPixmapCache.setCacheLimit(_PIXMAPS_KB)
    return app


def window(
    file: str | None,
    plugins: Sequence[str] = (),
    columns: str = "",
    *,
    wait: bool = False,
    elsewhere: Elsewhere | None = None,
) -> Window:
    """A window on a file or built-in scene. Raises UserError when it cannot be opened.

    columns: which of a table, see `ebmviz.files.tables.roles`.
    wait: for the engine's catalogue, which alone knows what plug-ins bring.
    """
    app = application()
    client = EngineClient(plugins=plugins, elsewhere=elsewhere)
    client.start()
    try:
        from ebmviz.files import opening
        from ebmviz.ui import own_files
        from ebmviz.ui.look import theme
        from ebmviz.ui.loop.screen_pace import ScreenPace
        from ebmviz.ui.window import Window

        catalogue = _greeted(client) if wait or plugins else library.shipped_catalogue()
        own_files.load(client.plugins, catalogue)  # the window says what is broken
        try:
            opened = opening.open_any(file or "ellipse", catalogue, columns)
        except UserError as error:
            if client.trouble or client.loading:  # what it lacks may be in a plug-in
                raise UserError(f"{_why(client)}; {error}") from None
            raise
        dress(app)
        path = Path(file) if file and Path(file).suffix == SUFFIX else None
        with theme.dressed_together(app):
            made = Window(opened.scene, opened.session, path, client, catalogue, opened.lesson)
        ScreenPace(made, client.pace)
        return made
    except BaseException:
        client.stop()
        raise


def _greeted(client: EngineClient) -> Catalogue:
    """The engine's catalogue, once it has said hello; the shipped one where it does not, for the
    window is the place to say why.
    """
    loop = QEventLoop()
    client.greeted.connect(loop.quit)
    client.lost.connect(loop.quit)
    client.silent.connect(loop.quit)
    loop.exec()
    return client.hello.catalogue if client.hello else library.shipped_catalogue()


def _why(client: EngineClient) -> str:
    """What keeps the engine from starting."""
    if client.trouble:
        return client.trouble.message
    return f"plug-in {clean(client.loading)} does not answer"


def dress(app: QApplication) -> None:
    """The theme chosen last, else the system's."""
    from ebmviz.ui.look import theme

    app.setWindowIcon(QIcon(str(assets.icon("ebmviz"))))
    stored = QSettings().value("theme", "")
    theme.apply(app, stored if stored in ("dark", "light") else theme.system_theme(app))


def run(
    file: str | None,
    plugins: Sequence[str] = (),
    columns: str = "",
    *,
    wait: bool = False,
    elsewhere: Elsewhere | None = None,
) -> int:
    """Open the window and stay until it is closed. It asks for the columns of a table itself."""
    from ebmviz.files import opening

    log.begin("window")
    app = application()
    asked = file if file and opening.asks(file, columns) else None
    shown = window(None if asked else file, plugins, columns, wait=wait, elsewhere=elsewhere)
    from ebmviz.ui import placement
    from ebmviz.ui.farewell import Farewell
    from ebmviz.ui.session import written
    from ebmviz.ui.session.leftovers import Leftovers

    placement.show(shown)
    recovery, leftovers = shown.document.recovery, Leftovers()
    leftovers.found.connect(shown.offer_recovery)
    files = [*shown.document.recent, *([file] if file else [])]
    folders = [*written.folders(), *(Path(f).absolute().parent for f in files)]
    leftovers.look(recovery.orphans, [recovery.folder, *folders])
    Farewell(shown.document, shown.client)
    if asked:
        QTimer.singleShot(0, lambda: shown.document.open(Path(asked)))
    if not file:
        shown.ready.connect(shown.first_minute.begin)
    gc.collect()
    gc.freeze()  # what was imported stays: looking through it again would be seen as a pause
    code = app.exec()
    placement.remember(shown)
    # Qt objects die in an undefined order at exit; nothing is left to lose here.
    if sys.stdout is not None:  # none where no terminal belongs to the window
        sys.stdout.flush()
    os._exit(code)
