"""Text of programs that stand alone: what components say of themselves in it.

A piece is Python, with numbers in the place of parameters and only what these ask for. Functions
that several pieces call are in `ebmviz.script.shared`; a piece has them by calling them.
"""

from __future__ import annotations

import inspect
import math

ACTIVATIONS = {
    "tanh": "torch.tanh",
    "sigmoid": "torch.sigmoid",
    "relu": "torch.relu",
    "silu": "torch.nn.functional.silu",
}


def piece(text: str, **values: object) -> str:
    """Python from an indented text, with `values` for each ‹name›."""
    out = inspect.cleandoc(text)
    for name, value in values.items():
        out = out.replace(f"‹{name}›", value if isinstance(value, str) else number(value))
    return out + "\n"


def number(value: object) -> str:
    """A number, or some, as Python has them."""
    if isinstance(value, float) and math.isinf(value):
        return "math.inf" if value > 0 else "-math.inf"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"{value:.1f}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(number, value))}]"
    return repr(value)
