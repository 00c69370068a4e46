"""The line of a POSIX shell that shows a picture again."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import NamedTuple

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.palette import Theme
from ebmviz.core.params import Value
from ebmviz.core.scene import Scene, fields, replace


class Source(NamedTuple):
    """What a line begins with: a built-in scene's name or a session's path, and its scene."""

    name: str
    scene: Scene


def screenshot(
    source: Source,
    scene: Scene,
    catalogue: Catalogue,
    *,
    steps: int = 0,
    size: tuple[int, int] = (1600, 1000),
    theme: Theme = "dark",
    plugins: Iterable[str] = (),
) -> str:
    """`ebmviz screenshot …` of `scene` after so many steps more than its source has. Raises
    UserError where no line can say what the scene is.
    """
    words = ["ebmviz", "screenshot", source.name]
    for plugin in plugins:
        words += ["--plugin", plugin]
    for each in assignments(source.scene, scene, catalogue):
        words += ["--set", each]
    if steps:
        words += ["--steps", str(steps)]
    words += ["--size", "{}x{}".format(*size)] if size != (1600, 1000) else []
    words += ["--theme", theme] if theme != "dark" else []
    return shlex.join([*words, "-o", f"{scene.name or 'ebmviz'}.png"])


def assignments(base: Scene, scene: Scene, catalogue: Catalogue) -> list[str]:
    """PATH=VALUE of all in which a scene differs from another, as `--set` takes them. Raises
    UserError where they do not lead to it: what a line cannot hold, or another name.
    """
    params, texts = fields(scene, catalogue), dict[str, str]()
    made = base
    # A component brings values of its own: some were the same before.
    while differ := {at for at, v in scene.values.items() if made.values.get(at) != v}:
        if any(at in params and params[at].type == "table" and scene[at] for at in differ):
            raise UserError("a command line cannot hold your own data: save the session")
        if differ <= texts.keys():
            raise UserError("no command line reproduces this scene: save the session")
        texts |= {at: _text(scene[at]) for at in differ}
        made = replace(base, texts, catalogue)
    if made.values.keys() != scene.values.keys() or made.name != scene.name:
        raise UserError("no command line reproduces this scene: save the session")
    return [f"{at}={texts[at]}" for at in scene.values if at in texts]


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    return str(value)
