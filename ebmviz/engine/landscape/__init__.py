"""The free energy of points on a grid and at scattered places: may import core alone."""

from ebmviz.engine.landscape.grid import free_energy_grid

__all__ = ["free_energy_grid"]
