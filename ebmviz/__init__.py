"""ebmviz: a desktop explorer of energy landscapes. Each of its folders says what it may import."""

__version__ = "0.1.0"

from ebmviz import former

former.install()
