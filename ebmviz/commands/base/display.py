"""Whether a window can be shown here, and what to install when it cannot.

Qt ends the process when its platform plugin fails, so everything it needs is tried first.
"""

from __future__ import annotations

import ctypes
import os
import sys

from ebmviz.core.errors import UserError

# shared library: (Debian and Ubuntu package, Fedora package)
_ALWAYS = {
    "libGL.so.1": ("libgl1", "mesa-libGL"),
    "libEGL.so.1": ("libegl1", "mesa-libEGL"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
}
_X11 = {
    "libX11.so.6": ("libx11-6", "libX11"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libxcb-glx.so.0": ("libxcb-glx0", "libxcb"),
}


def no_screen() -> str:
    """One sentence when there is no screen to show a window on, else nothing."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return ""
    return (
        "there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set): `ebmviz figures`"
        " renders without one, and `xvfb-run -a ebmviz` opens the window on a virtual screen"
    )


def missing_libraries(platform: str | None = None) -> None:
    """Raises UserError naming the packages to install, when Qt could not start here.

    platform: the Qt platform that will be used, by default that of the environment.
    """
    if not sys.platform.startswith("linux"):
        return
    wanted = dict(_ALWAYS)
    platform = os.environ.get("QT_QPA_PLATFORM", "") if platform is None else platform
    on_x11 = platform.startswith("xcb") or (not platform and not os.environ.get("WAYLAND_DISPLAY"))
    if on_x11:
        wanted |= _X11
    missing = [packages for library, packages in wanted.items() if not _loads(library)]
    if missing:
        debian, fedora = (" ".join(dict.fromkeys(p[i] for p in missing)) for i in (0, 1))
        raise UserError(
            "Qt needs system libraries that are not installed; on Debian or Ubuntu run"
            f" `sudo apt-get install {debian}`, on Fedora `sudo dnf install {fedora}`"
        )
    if on_x11 and not _x11_answers():
        display = os.environ.get("DISPLAY") or "(DISPLAY is not set)"
        raise UserError(f"the screen {display} does not answer; `ebmviz figures` needs none")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _x11_answers() -> bool:
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    display = x11.XOpenDisplay(None)
    if display:
        x11.XCloseDisplay(display)
    return bool(display)
