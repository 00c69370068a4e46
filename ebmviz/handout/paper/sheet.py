"""One page of paper: lines of text and figures, placed from the top, in points."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.text import Text

from ebmviz.core.palette import color
from ebmviz.export.placed import POINTS, Placed
from ebmviz.handout.paper.letters import Piece, font
from ebmviz.handout.paper.lines import Line

WIDE, HIGH = 595.28, 841.89  # A4
SIDE, TOP, BOTTOM = 56.0, 62.0, 58.0
ROOM = WIDE - 2 * SIDE
_NEAR = 0.6  # spaces wider than this share of an em part texts


class Sheet:
    """`y` is how far it is filled, from the bottom of the page."""

    def __init__(self) -> None:
        self.page = Figure((WIDE / POINTS, HIGH / POINTS), dpi=POINTS)
        self.y = HIGH - TOP

    @property
    def left(self) -> float:
        """Room that is left above the foot."""
        return self.y - BOTTOM

    def write(self, line: Line, size: float, role: str = "text", sans: bool = False) -> None:
        """A line below what there is."""
        self.y -= line.above
        for at, text, piece in _joined(line, size):
            self._text(SIDE + at, self.y, text, piece, role, sans)
        self.y -= line.below

    def put(self, x: float, y: float, text: str, size: float, centred: bool = False) -> None:
        """Plain words anywhere, to be overlooked."""
        piece = Piece(text, "plain", 0, 0, 0, size)
        made = self._text(x, y, text, piece, "muted", True)
        if centred:
            made.set_horizontalalignment("center")

    def figure(self, inside: Figure, x: float, scale: float) -> None:
        """A figure below what there is, which stays where it is."""
        high = scale * inside.get_size_inches()[1] * POINTS
        self.page.add_artist(Placed(inside, x, self.y - high, scale))

    def rule(self, y: float) -> None:
        """A thin line across."""
        from matplotlib.lines import Line2D

        ink = color("border", "light")
        self.page.add_artist(
            Line2D([SIDE / WIDE, 1 - SIDE / WIDE], [y / HIGH, y / HIGH], color=ink, linewidth=0.7)
        )

    def _text(self, x: float, y: float, text: str, piece: Piece, role: str, sans: bool) -> Text:
        return self.page.text(
            x / WIDE,
            y / HIGH,
            f"${text}$" if piece.style == "formula" else text,
            fontproperties=font(piece.style, piece.size, sans),
            color=color(role, "light"),
            parse_math=piece.style == "formula",
            va="baseline",
        )


def _joined(line: Line, size: float) -> list[tuple[float, str, Piece]]:
    """Words of one style as one text, so that they are found and copied as such."""
    made: list[tuple[float, str, Piece]] = []
    end = 0.0
    for at, piece in line.pieces:
        last = made[-1] if made else None
        plain = piece.style != "formula"
        if last and plain and last[2].style == piece.style and at - end < _NEAR * size:
            between = " " if at > end + 1e-6 else ""
            made[-1] = (last[0], f"{last[1]}{between}{piece.text}", piece)
        else:
            made.append((at, piece.text, piece))
        end = at + piece.width
    return made
