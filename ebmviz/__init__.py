"""ebmviz: a desktop explorer of energy landscapes."""

__version__ = "0.1.0"
