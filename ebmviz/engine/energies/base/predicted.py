"""What energies of one prediction say in a script."""

from __future__ import annotations

SCRIPT = """
    def initial(generator, rows):
        return layers(generator, "g", ‹sizes›)


    def free_energy(w, rows, beta):
        # the distance of y from the prediction G(x): a valley of fixed shape, whatever β
        mean = network(w, "g", rows[:, :1], ‹act›)
        return ‹distance›


    def drawn(w):
        x = torch.linspace(LEFT, RIGHT, 200)[:, None]
        return torch.cat([x, network(w, "g", x, ‹act›)], 1)
"""
