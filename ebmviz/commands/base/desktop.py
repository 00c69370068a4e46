"""An entry in the menu of a Linux desktop, and the type of its sessions.

Source: the freedesktop.org specifications of desktop entries, shared MIME information and icon
themes.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from ebmviz.core import assets
from ebmviz.core.errors import UserError
from ebmviz.files.atomic import make_folder, write_bytes

NAME = "ebmviz"  # of the entry: Qt tells it to the desktop, which so finds the icon
_MIME = "application/x-ebmviz"
_ENTRY = f"""[Desktop Entry]
Type=Application
Name=ebmviz
GenericName=Energy landscape explorer
Comment=Explore the landscapes of energy-based models
Exec={{program}} %f
Icon={NAME}
Terminal=false
Categories=Education;Science;Math;
MimeType={_MIME};
StartupWMClass={NAME}
"""
_TYPE = f"""<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{_MIME}">
    <comment>ebmviz session</comment>
    <icon name="{NAME}"/>
    <glob pattern="*.ebmviz"/>
  </mime-type>
</mime-info>
"""


def install() -> list[Path]:
    """The files written, for this user alone.

    Raises UserError where there is no such desktop, and for what a disk refuses.
    """
    if not sys.platform.startswith("linux"):
        raise UserError("--install-desktop: only Linux desktops read such entries")
    share = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    files = {
        share / "applications" / f"{NAME}.desktop": _ENTRY.format(program=_program()).encode(),
        share / "mime" / "packages" / f"{NAME}.xml": _TYPE.encode(),
        share / "icons/hicolor/scalable/apps" / f"{NAME}.svg": assets.icon(NAME).read_bytes(),
    }
    for path, data in files.items():
        make_folder(path.parent)
        write_bytes(path, data)
    for tool, folder in (
        ("update-desktop-database", "applications"),
        ("update-mime-database", "mime"),
    ):
        if shutil.which(tool):  # a desktop without them looks into the folders by itself
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                subprocess.run([tool, str(share / folder)], timeout=30, check=False)
    return list(files)


def _program() -> str:
    """This program, as a desktop entry quotes it."""
    here = Path(sys.executable).with_name(NAME)
    found = str(here) if here.is_file() else shutil.which(NAME)
    words = [found] if found else [sys.executable, "-m", NAME]
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\")
    for letter in '"`$':
        escaped = escaped.replace(letter, "\\" + letter)
    # The entry's own escapes come on top of those of the quotes; % begins a field.
    escaped = escaped.replace("\\", "\\\\").replace("%", "%%")
    return f'"{escaped}"'
