"""The tools of the map, in the order of the strip; each is an action of the window of this name."""

from __future__ import annotations

from typing import NamedTuple


class Tool(NamedTuple):
    """action: its name. brush: what a stroke of it does to points, of `BRUSHES`; empty for one that
    is no brush. edits: whether it changes the data. flows: whether it goes on while it is held.
    did: what a stroke did to points, in the history.
    """

    action: str
    brush: str = ""
    edits: bool = True
    flows: bool = False
    did: str = ""


NONE = Tool("tool-none", edits=False)
CUT = Tool("tool-cut", edits=False)
PROBE = Tool("tool-probe", edits=False)
STARTS = Tool("tool-starts", edits=False)
SELECT = Tool("tool-select")
PAINT = Tool("tool-paint", "paint", did="painted")
SPRAY = Tool("tool-spray", "spray", flows=True, did="sprayed")
ERASE = Tool("tool-erase", "erase", did="erased")
NOISE = Tool("tool-noise", "noise", did="added noise to")
THIN = Tool("tool-thin", "thin", did="thinned out")
TOOLS = (NONE, PROBE, CUT, STARTS, SELECT, PAINT, SPRAY, ERASE, NOISE, THIN)
BY_ACTION = {tool.action: tool for tool in TOOLS}
EDITS = ("paste", "select-all")
"""Other actions that need data which can be edited."""
READS = ("export-data",)
"""Those that need such data, wherever they are shown."""
CHOSEN = ("cut-points", "copy-points", "delete", "jitter", "halve")
"""Actions that need points which are selected."""
