"""Decoders: E(y, z) = ‖y − g(z)‖² + R(z) over a finite set of latents."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ebmviz.core.view import View
from ebmviz.engine.component import P
from ebmviz.engine.energies.base.capabilities import Conditional, Continuous, Latent, Nonnegative
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.landscape import memory
from ebmviz.engine.landscape.grid import landscape_grid, landscape_plane
from ebmviz.engine.landscape.least import argmin
from ebmviz.engine.landscape.points import exact_dtype
from ebmviz.engine.landscape.result import Landscape
from ebmviz.engine.landscape.scattered import unchecked
from ebmviz.engine.landscape.softmin import posterior_of, soft_minimum, softmin
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

Pull = Callable[[Tensor], Weights]
"""∂L/∂ỹ (K, 2) -> ∂L/∂w."""
ChosenPull = Callable[[Tensor, Tensor], Weights]
"""∂L/∂ỹ of some points (N, 2), and which of the K latents each is of (N,) -> ∂L/∂w."""

_TOGETHER = 1 << 15  # energies formed at once for slopes: they stay in the cache
MOST_AT_ONCE = 1 << 20
"""Energies that may be held at once, with what autograd keeps of them."""


class Decoder(Latent, Nonnegative, Continuous, Energy[P], trait="decoder"):
    """E(y, z) = ‖y − g(z)‖² + R(z), no ½, over a finite set of latents Z (mathematics.md §1).

    Conditional ones take rows (x, y1, y2), and ỹ = g(x, z). `Ring` and `Centres` say how the
    manifold is drawn.
    """

    over = "y"

    @property
    def grows(self) -> frozenset[str]:
        """Rows where each has an x: all else goes in blocks, of rows and of answers."""
        return frozenset({"rows"} if isinstance(self, Conditional) else ())

    def latents(self) -> Tensor:
        """The latent set Z, (K,) or (K, d), float64 on the CPU."""
        raise NotImplementedError

    def decode(self, weights: Weights, z: Tensor, x: Tensor | None = None) -> Tensor:
        """ỹ = g(z): (K,) or (K, d) -> (K, 2), in the weights' type and on their device.

        Conditional decoders: x (N,) -> (N, K, 2).
        """
        raise NotImplementedError

    def decode_each(self, weights: Weights, z: Tensor, x: Tensor) -> Tensor | None:
        """ỹ = g(x, z) of pairs: z (N,) or (N, d) and x (N,) -> (N, 2); None where it is no less
        work than all of them. Of conditional decoders.
        """
        return None

    def penalty(self, z: Tensor) -> Tensor | None:
        """R(z) ≥ 0, (K,), λ included; None for none."""
        return None

    def log_weights(self, weights: Weights) -> Tensor | None:
        """ln p(z), (K,); None for the uniform 1/K."""
        return None

    @property
    def plain(self) -> bool:
        """Whether it is one set of points of equal weight, whatever x."""
        own = type(self)
        given = own.penalty is Decoder.penalty and own.log_weights is Decoder.log_weights
        return given and not isinstance(self, Conditional)

    def points(self, weights: Weights, view: View) -> Tensor:
        """The manifold that the map shows: ỹ over all latents, (K, 2)."""
        z = self._set(weights)
        if not isinstance(self, Conditional):
            return self.decode(weights, z)
        return self.decode(weights, z, z.new_tensor([view.x]))[0]

    def energies(self, weights: Weights, rows: Tensor, z: Tensor | None = None) -> Tensor:
        """E over all latents (or over z) at rows (N, D): (N, K)."""
        z = self._set(weights) if z is None else z
        points = self._decoded(weights, rows, z)
        return self._to(points, rows[:, -2:, None].unbind(1), z)

    def _decoded(self, weights: Weights, rows: Tensor, z: Tensor) -> Tensor:
        """ỹ at the x of rows, (N, K, 2), or (1, K, 2) where there is no x."""
        if isinstance(self, Conditional):
            return self.decode(weights, z, rows[:, 0])
        return self.decode(weights, z)[None]

    def _to(self, points: Tensor, y: Sequence[Tensor], z: Tensor) -> Tensor:
        """E(y, z) from ỹ (…, K, 2) and the two coordinates of y, (…, 1)."""
        out = (y[0] - points[..., 0]).square() + (y[1] - points[..., 1]).square()
        extra = self.penalty(z)
        return out if extra is None else out + extra

    def posterior(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        """P(z|x, y) = softargmax_β[−E] at rows (N, D): (N, K), each row summing to 1."""
        return posterior_of(self.energies(weights, rows), beta, self.log_weights(weights))

    def table(self, weights: Weights, rows: Tensor, answers: Tensor, beta: float) -> Tensor:
        if not isinstance(self, Conditional):
            return super().table(weights, rows, answers, beta)
        z = self._set(weights)
        points = self._decoded(weights, rows, z)
        if len(rows) * len(answers) * len(z) > MOST_AT_ONCE:
            each = (self._scattered(weights, own, answers, beta) for own in points)
            return torch.stack(list(each))
        energies = self._to(points[:, None], answers[:, :, None].unbind(1), z)
        return soft_minimum(energies, beta, self.log_weights(weights))

    def at(self, weights: Weights, view: View, places: Tensor, beta: float) -> Tensor:
        return self._scattered(weights, self.points(weights, view), places, beta)

    def value_and_grad(
        self, weights: Weights, view: View, places: Tensor, beta: float
    ) -> tuple[Tensor, Tensor]:
        """∂F_β/∂y = Σ_z P(z|y)·2(y − g(z)), some places at a time (mathematics.md §1)."""
        if type(self).free is not Decoder.free:
            return super().value_and_grad(weights, view, places, beta)
        points, log_p = self.points(weights, view), self.log_weights(weights)
        extra = self.penalty(self._set(weights))
        found = []
        together = _TOGETHER if places.device.type == "cpu" else memory.ON_DEVICE
        for y in torch.split(places, max(1, together // len(points))):
            apart = (y[:, :1] - points[:, 0]).square() + (y[:, 1:] - points[:, 1]).square()
            energy = apart if extra is None else apart + extra
            free, p = softmin(energy, beta, log_p, share=True)
            assert p is not None
            found.append((free, 2 * (y - p @ points)))
        values, slopes = zip(*found, strict=True)
        return torch.cat(values), torch.cat(slopes)

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        size = len(rows) * len(self._set(weights))
        if isinstance(self, Conditional) or size <= MOST_AT_ONCE:
            lowest = self._lowest(weights, rows) if math.isinf(beta) else None
            if lowest is not None:
                return lowest
            return soft_minimum(self.energies(weights, rows), beta, self.log_weights(weights))
        points = self.decode(weights, self._set(weights))
        return self._scattered(weights, points, rows[:, -2:], beta)

    def _lowest(self, weights: Weights, rows: Tensor) -> Tensor | None:
        """F_∞ at rows, with a slope that is found at the best latent alone, where it is the same
        (the envelope theorem: Danskin 1966); None where that is of no use.
        """
        if not torch.is_grad_enabled() or type(self).energies is not Decoder.energies:
            return None
        z, log_p = self._set(weights), self.log_weights(weights)

        def energy(some: Tensor) -> Tensor:
            found = self.energies(weights, some, z)
            return found if log_p is None else found.masked_fill(log_p == -math.inf, math.inf)

        with torch.no_grad():
            best = z[argmin(energy, rows, len(z))]
        conditional = isinstance(self, Conditional)
        own = self.decode_each(weights, best, rows[:, 0]) if conditional else None
        if conditional and own is None:
            return None
        points = self.decode(weights, best) if own is None else own
        return self._to(points, rows[:, -2:].unbind(1), best)

    def _scattered(self, weights: Weights, points: Tensor, y: Tensor, beta: float) -> Tensor:
        """F_β at y (N, 2) for the points ỹ (K, 2) of all latents: (N,), in bounded memory."""
        points = self._lifted(weights, points)
        y = torch.nn.functional.pad(y, (0, points.shape[1] - 2))
        return unchecked(points, y, beta, self.log_weights(weights))

    def landscape(
        self,
        weights: Weights,
        view: View,
        y1: Tensor,
        y2: Tensor,
        beta: float,
        *,
        gradient: bool = False,
    ) -> Landscape:
        points, log_p = self.points(weights, view), self.log_weights(weights)
        if log_p is not None:  # in float64 its sum is 1 to the digits that a small β asks for
            log_p = torch.log_softmax(log_p.to(exact_dtype(log_p)), 0)
        lifted = self._lifted(weights, points)
        if lifted.shape[1] == 2:
            return landscape_grid(points, y1, y2, beta, log_p, gradient=gradient)
        origin, axes = points.new_zeros(3), torch.eye(3, dtype=points.dtype)[:2].to(points)
        return landscape_plane(lifted, origin, axes, y1, y2, beta, log_p, gradient=gradient)

    def _lifted(self, weights: Weights, points: Tensor) -> Tensor:
        """R(z) as a third coordinate √R: ‖y − g(z)‖² + R is a squared distance again."""
        extra = self.penalty(self._set(weights))
        return points if extra is None else torch.cat([points, extra.sqrt()[:, None]], 1)

    def _set(self, weights: Weights) -> Tensor:
        like = next(iter(weights.values()))
        return self.latents().to(like)

    def width(self, weights: Weights) -> int:
        return len(self._set(weights))

    def script_of_latents(self) -> str:
        """Of a script: initial, and manifold(w), or manifold(w, x), the ỹ of all z. If there are:
        price(), R(z), and log_prior(w), ln p(z).
        """
        return ""

    def script(self, view: View) -> str:
        own = self.script_of_latents()
        if not own:
            return ""
        price = " + price()" if "def price(" in own else ""
        prior = ", log_prior(w)" if "def log_prior(" in own else ""
        soft = "softmin_of" if prior else "softmin"
        given = {"price": price, "prior": prior, "soft": soft}
        if not isinstance(self, Conditional):
            return f"{own}\n\n{piece(_FREE, **given)}"
        return f"{own}\n\n{piece(_FREE_AT, x=view.x, **given)}"

    def bound(self, z: Tensor) -> Callable[[Weights], tuple[Tensor, Pull]]:
        """The decoder over fixed latents z (K,): weights -> ỹ (K, 2) and its pull on the weights.

        Through autograd. Worth overriding only where a closed form is much cheaper than that, or
        where much depends on z alone; the numbers must be those of `decode`. To be called where
        gradients are off.
        """

        def decoded(weights: Weights) -> tuple[Tensor, Pull]:
            with torch.enable_grad():
                leaves = {k: w.detach().requires_grad_() for k, w in weights.items()}
                points = self.decode(leaves, z)

            def pull(flow: Tensor) -> Weights:
                with torch.enable_grad():
                    along = (points * flow).sum()  # see lagrangian.stationary
                slopes = torch.autograd.grad(along, list(leaves.values()))
                return dict(zip(leaves, slopes, strict=True))

            return points.detach(), pull

        return decoded

    def bound_chosen(self, z: Tensor) -> Callable[[Weights], tuple[Tensor, ChosenPull]]:
        """The same, with a pull of the points of some latents alone."""
        bound = self.bound(z)

        def decoded(weights: Weights) -> tuple[Tensor, ChosenPull]:
            points, pull = bound(weights)

            def pull_chosen(flow: Tensor, which: Tensor) -> Weights:
                still = torch.zeros_like(points)
                return pull(still.index_put((which,), flow, accumulate=True))

            return points, pull_chosen

        return decoded

    def bound_each(self, z: Tensor) -> Callable[[Weights], tuple[Tensor, Pull]]:
        """The same of stacked weights, name -> (L, …): ỹ (L, K, 2) and its pull on each."""

        def decoded(weights: Weights) -> tuple[Tensor, Pull]:
            with torch.enable_grad():
                leaves = {k: w.detach().requires_grad_() for k, w in weights.items()}
                points = torch.func.vmap(lambda lane: self.decode(lane, z))(leaves)

            def pull(flow: Tensor) -> Weights:
                slopes = torch.autograd.grad(points, list(leaves.values()), flow)
                return dict(zip(leaves, slopes, strict=True))

            return points.detach(), pull

        return decoded

    def bound_each_chosen(self, z: Tensor) -> Callable[[Weights], tuple[Tensor, ChosenPull]]:
        """The same, pulled at some points alone: (L, N, 2), and which of the K latents of its lane
        each is of, (L, N).
        """
        bound = self.bound_each(z)

        def decoded(weights: Weights) -> tuple[Tensor, ChosenPull]:
            points, pull = bound(weights)
            lanes, count, _ = points.shape

            def pull_chosen(flow: Tensor, which: Tensor) -> Weights:
                begins = count * torch.arange(lanes, device=which.device)[:, None]
                still = torch.zeros_like(points).flatten(0, 1)
                at = ((which + begins).flatten(),)
                flows = still.index_put(at, flow.flatten(0, 1), accumulate=True)
                return pull(flows.view_as(points))

            return points, pull_chosen

        return decoded


_FREE = """
    def free_energy(w, rows, beta):
        # F_β(y) = softmin_β over z of E(y, z)
        energies = (rows[:, None] - manifold(w)).square().sum(2)‹price›
        return ‹soft›(energies, beta‹prior›)


    def drawn(w):
        return manifold(w)
"""
_FREE_AT = """
    def free_energy(w, rows, beta):
        # F_β(x, y) = softmin_β over z of E(x, y, z)
        energies = (rows[:, None, 1:] - manifold(w, rows[:, 0])).square().sum(2)‹price›
        return ‹soft›(energies, beta‹prior›)


    X = torch.tensor([‹x›])  # the condition x of the picture


    def shown(w, places, beta):
        energies = (places[:, None] - manifold(w, X)).square().sum(2)‹price›
        return ‹soft›(energies, beta‹prior›)


    def drawn(w):
        return manifold(w, X)[0]
"""


def circle(count: int) -> Tensor:
    """`count` equal steps of [0, 2π[, float64."""
    return torch.arange(count, dtype=torch.float64) * (2 * math.pi / count)
