"""Weights by name, as every component passes them on."""

from __future__ import annotations

from torch import Tensor

Weights = dict[str, Tensor]
