"""What the decoders of the horn share: an ellipse-like set of answers y for every x."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, integer
from ebmviz.core.view import View
from ebmviz.engine.component import P
from ebmviz.engine.energies.base.capabilities import Auxiliary, Conditional, Network, Regressor
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.energies.base.networks import initial, network
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

HIDDEN = 8
Hidden = Annotated[
    int,
    integer(
        "Hidden units",
        symbol="h",
        help="Units of each of the two hidden layers of g",
        affects=Affects.BUILD,
        low=1,
        high=128,
        slider=(1, 64),
    ),
]


_SCRIPT = """
    def initial(generator, rows):
        # f predicts from x; a regressor of the same shape learns the mean answer beside it
        w = {**layers(generator, "f", [1, 8, 8, 2]), **layers(generator, "mse", [1, 8, 8, 2])}
        # the kinks of f's first layer, spread over [0, 1[
        w |= {"f.w1": torch.ones(8, 1), "f.b1": -torch.arange(8) / 8}
        return {**w, **decoder(generator)}


    def auxiliary(w, batch):
        # it has no part in the energy, and sees the mean where there is no answer
        mean = network(w, "mse", batch[:, :1], torch.relu)
        return (mean - batch[:, 1:]).square().sum(1).mean()


"""


class HornDecoder(Conditional, Regressor[P], Auxiliary[P], Network, Decoder[P]):
    """E(x, y, z) = ‖y − g(f(x), z)‖² + λR(z), f: 1→8→8→2 with ReLU after the first two.

    The weights hold a regressor of the same shape beside it, "mse", which learns the mean of the
    answers at each x and is no part of the energy.
    """

    answer = 2
    plane = (1, 2)
    takes = "conditioned"

    def networks(self, generator: torch.Generator) -> Weights:
        """Fresh f and regressor.

        The first layer's kinks are spread over [0, 1[: placed at random, in some seeds too few fall
        where the horn bends most.
        """
        sizes = [1, HIDDEN, HIDDEN, 2]
        weights = {**initial(generator, "f", sizes), **initial(generator, "mse", sizes)}
        weights["f.w1"] = torch.ones(HIDDEN, 1)
        weights["f.b1"] = -torch.arange(HIDDEN) / HIDDEN
        return weights

    def script_of_latents(self) -> str:
        own = self.script_of_decoder()
        return f"{piece(_SCRIPT)}\n\n{own}" if own else ""

    def script_of_decoder(self) -> str:
        """Of a script: decoder(generator), the weights of g, and manifold(w, x)."""
        return ""

    def predict(self, weights: Weights, x: Tensor) -> Tensor:
        """f(x): (N,) -> (N, 2)."""
        return network(weights, "f", x[:, None], "relu")

    def regress(self, weights: Weights, x: Tensor) -> Tensor:
        return network(weights, "mse", x[:, None], "relu")

    def auxiliary(self, weights: Weights, rows: Tensor) -> Tensor:
        return (self.regress(weights, rows[:, 0]) - rows[:, 1:]).square().sum(1).mean()

    def template(self, view: View) -> list[float]:
        return [view.x, 0.0, 0.0]


def decoded(weights: Weights, f: Tensor, z: Tensor, pairs: bool = False) -> Tensor:
    """g(f, z) of f (N, 2) and z (K, d): (N, K, 2); of pairs, K = N: (N, 2). ReLU; the first layer
    once per f and per z.
    """
    from_f, from_z = weights["g.w1"][:, :2], weights["g.w1"][:, 2:]
    of_f = f @ from_f.t() + weights["g.b1"]
    h = (of_f if pairs else of_f[:, None]) + z @ from_z.t()
    h = torch.relu(torch.relu(h) @ weights["g.w2"].t() + weights["g.b2"])
    return h @ weights["g.w3"].t() + weights["g.b3"]
