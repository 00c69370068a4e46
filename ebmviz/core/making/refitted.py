"""A scene under another catalogue, such as that of a plug-in which has been saved again."""

from __future__ import annotations

from ebmviz.core.catalogue import PARTS, Catalogue, selector
from ebmviz.core.params import format_value
from ebmviz.core.scene import Scene, build


def refitted(scene: Scene, catalogue: Catalogue) -> tuple[Scene, tuple[str, ...]]:
    """The scene with every choice and value that is still there and still accepted, and the default
    in place of any other; a sentence for each that could not be kept.
    """
    gone = [
        (part, scene.kind(part))
        for part in PARTS
        if scene.kind(part) and scene.kind(part) not in catalogue.kinds(part)
    ]
    lost = {selector(part) for part, _ in gone}
    base = {at: value for at, value in scene.values.items() if at not in lost}
    made = build(scene.name, scene.title, scene.figures, {}, catalogue, base)
    said = [f"{selector(part)}: there is no “{kind}” any more" for part, kind in gone]
    left = {part for part, _ in gone}
    for at, value in base.items():
        if at.partition(".")[0] in left:
            continue
        if at not in made.values:
            said.append(f"{at} is gone")
        elif made.values[at] != value:
            now = format_value(made.values[at])
            said.append(f"{at} is {now}: {format_value(value)} is not accepted any more")
    return made, tuple(said)
