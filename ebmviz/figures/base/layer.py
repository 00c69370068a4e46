"""What a layer of the map is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from ebmviz.core import traits
from ebmviz.core.plot import Entry, Layer, Named, Note
from ebmviz.core.scene import Scene
from ebmviz.figures.base.figure import Shot


@dataclass(frozen=True)
class Group:
    """What is hidden and shown together, declared once by the file of the layer that it is about.

    name: in `view.hidden`. title: in the legend, where nothing of it says more. settings: paths of
    its own parameters, or a part of the scene for all of its. control: the word of the button at
    the map that opens them, without one they are among those of the picture. when: facts of a scene
    without which there is nothing of it, as `Param.when`. symbol: what it shows, beside what the
    labels of its layers begin with.
    """

    name: str
    title: str
    settings: tuple[str, ...] = ()
    control: str = ""
    when: tuple[str, ...] = ()
    symbol: str = ""

    def __post_init__(self) -> None:
        traits.check(self.when, f"layer {self.name}")

    def fits(self, scene: Scene) -> bool:
        """Whether a scene can have something of it."""
        return all(not scene.facts.isdisjoint(each.split("|")) for each in self.when)

    def entry(self, hidden: bool = False) -> Entry:
        """In a legend."""
        return Entry(self.name, self.title, hidden)


@dataclass(frozen=True)
class MapLayer:
    """Something that lies on the map, over all of a lower order. Its function gives nothing where
    the shot has nothing of it.

    needs: what it is drawn of, beside what other layers ask for. group: what it is hidden with; the
    map itself is of none.
    """

    order: int
    draw: Callable[[Shot], tuple[Layer, ...]]
    needs: tuple[str, ...] = ()
    group: Group | None = None

    def drawn(self, shot: Shot) -> tuple[Layer, ...]:
        """The same, under the name of its group."""
        made = self.draw(shot)
        if self.group is None:
            return made
        return tuple(
            each if not isinstance(each, Named) else self._of(self.group, each) for each in made
        )

    @staticmethod
    def _of(group: Group, layer: Named) -> Named:
        own = {} if isinstance(layer, Note) or layer.symbol else {"symbol": group.symbol}
        return msgspec.structs.replace(layer, layer=group.name, **own)
