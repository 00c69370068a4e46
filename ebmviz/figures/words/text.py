"""How figures write numbers and names."""

from __future__ import annotations

import math

from ebmviz.core import axes as names
from ebmviz.core import markup
from ebmviz.core.samples import classes_of
from ebmviz.core.scene import Scene

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int = 3) -> str:
    """Short, with a true minus and ∞."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if 10**digits <= abs(value) < 1e5:
        return f"{value:.0f}".replace("-", "−")
    written = f"{value:.{digits}g}"
    if "e" in written:
        mantissa, _, power = written.partition("e")
        raised = "10" + str(int(power)).translate(_RAISED)
        written = raised if mantissa == "1" else f"{mantissa}·{raised}"
    return written.replace("-", "−")


def fixed(value: float, places: int = 3) -> str:
    """A fixed number of places, so that nothing jumps while it changes."""
    return f"{value:z.{places}f}".replace("-", "−")


def grouped(value: float) -> str:
    """The nearest whole number, with spaces between the thousands where no line is broken."""
    # Qt takes the narrow one in HTML for a common space.
    return f"{value:,.0f}".replace(",", "\N{NO-BREAK SPACE}")


def beta(value: float) -> str:
    """A β for a legend: 10^{−0.5} reads 0.32, as in the lecture."""
    if 9999.5 <= value < 1e5:
        return f"{value / 1e4:.2g}·10⁴".removeprefix("1·")
    return number(value, 2)


def free_energy(beta_value: float) -> str:
    """F with its β as a subscript where the limit has a name."""
    if math.isinf(beta_value):
        return "F_∞"
    return "F_0" if beta_value == 0 else "F_β"


def axes(scene: Scene) -> tuple[str, str]:
    """Names of the two axes of the map."""
    return names.axes(scene.facts)


def variational(scene: Scene) -> bool:
    """Whether the map shows F̃ instead of F."""
    return scene.view.picture == "variational" and "encodes" in scene.facts


def map_symbol(scene: Scene) -> str:
    """What the map shows: F_β where there is a β to it, E elsewhere."""
    if "discrete" in scene.facts and scene.view.answer >= 0:
        return "E"
    if not {"latent", "discrete"} & scene.facts:
        return "E"
    symbol = free_energy(scene.view.beta)
    return symbol.replace("F", "F̃") if variational(scene) else symbol


def map_title(scene: Scene, classes: float = math.inf) -> str:
    """The title of the map, with what it depends on; the last class answers for any beyond it."""
    symbol = map_symbol(scene)
    if "discrete" in scene.facts and symbol == "E":
        return f"Energy · {answer(scene, int(min(scene.view.answer, classes - 1)))}"
    if symbol == "E" and "takes:views" in scene.facts:
        return "Energy · E(x, y′)"
    if symbol == "E" and "atoms" in scene.facts:
        lista = "energy.inference=lista" in scene.facts
        return f"Free energy · E(y, {'z̃' if lista else 'ž'})"
    if symbol == "E":
        return "Energy · E(x, y)" if "plane:xy" in scene.facts else "Energy · E(y)"
    argument = "x" if "plane:x" in scene.facts else "y"
    name = "Variational free energy" if variational(scene) else "Free energy"
    title = f"{name} · {symbol}({argument}), β = {number(scene.view.beta, 6)}"
    if "conditional" in scene.facts:
        title += f", x = {number(scene.view.x, 9)}"
    return title


def answer(scene: Scene, k: int) -> str:
    """The energy of the class k; the two of a binary energy go by their sign."""
    return f"E(x, {label(scene, k)})"


def label(scene: Scene, k: int) -> str:
    """The class k as a value of y: of own data its name."""
    names = [markup.quoted(name) for name in classes_of(scene)]
    if "signed" in scene.facts:
        sign = "+1" if k else "−1"
        return f"{sign} ({names[k]})" if len(names) == 2 else sign
    return names[k] if k < len(names) else str(k)
