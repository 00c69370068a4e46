"""Every operation of a tape against torch: values of all sizes, ∞ and NaN among them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from ebmviz.engine.tape.beforehand import Unrecordable
from ebmviz.engine.tape.recording import recorded
from ebmviz.engine.tape.tape import ROWS, VALUE, Tape

Function = Callable[[Tensor], Tensor]


def played(function: Function, x: Tensor) -> Tensor:
    """function(x) by a tape."""

    def step(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {VALUE: inputs[ROWS].sum() * 0, "out": function(inputs["x"]).float()}

    rows, shape = torch.zeros(1, 1), function(x).shape
    recording = recorded(
        lambda i: {**step(i), "x": i["x"] * 1, "out": step(i)["out"]},
        {ROWS: rows, "x": x, "out": torch.zeros(shape)},
    )
    tape = Tape(recording, ())
    going = {"x": x, "out": torch.zeros(shape)}
    order, wanted = np.zeros((1, 1), np.int64), np.zeros(1, np.bool_)
    return tape.run(going, rows, order, {}, math.inf, wanted).last["out"]


def table(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


ODD = torch.tensor([0.0, -0.0, 1.0, -2.5, 1e-30, 1e30, -90.0, 90.0, math.inf, -math.inf, math.nan])

UNARY: dict[str, Function] = {
    "neg": torch.neg,
    "exp": torch.exp,
    "exp2": torch.exp2,
    "log": torch.log,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "abs": torch.abs,
    "sign": torch.sign,
    "relu": torch.relu,
    "sqrt": torch.sqrt,
    "rsqrt": torch.rsqrt,
    "reciprocal": torch.reciprocal,
    "square": torch.square,
    "cube": lambda x: x**3,
    "fourth": lambda x: x**4,
    "root": lambda x: x**0.5,
    "expm1": torch.expm1,
    "log1p": torch.log1p,
    "logaddexp": lambda x: torch.logaddexp(x, -x),
    "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
    "floor": torch.floor,
    "trunc": torch.trunc,
    "silu": functional.silu,
    "not": lambda x: (x > 0).logical_not(),
    "finite": torch.isfinite,
    "nan": torch.isnan,
    "to bool": lambda x: x.bool(),
    "clamp": lambda x: x.clamp(-1, 2),
    "clamp below": lambda x: x.clamp(min=0.5),
    "clamp above": lambda x: x.clamp(max=0.5),
    "remainder": lambda x: x.remainder(1.5),
    "floor division": lambda x: torch.div(x, 0.75, rounding_mode="floor"),
    "plus": lambda x: torch.add(x, x, alpha=-0.5),
    "from one": lambda x: 1 - x,
    "over": lambda x: x / 3,
    "filled": lambda x: x.masked_fill(x < 0, -math.inf),
    "where": lambda x: torch.where(x >= 1, x, 0.25),
    "most": lambda x: torch.maximum(x, -x),
    "least": lambda x: torch.minimum(x, -x),
    "between": lambda x: x.lerp(x * x, 0.3),
    "product and sum": lambda x: torch.addcmul(x, x, x, value=0.1),
    "quotient and sum": lambda x: torch.addcdiv(x, x, x + 3, value=0.1),
    "equal": lambda x: x == x.abs(),
    "and or": lambda x: (x > 0) & (x < 2) | (x < -1),
}


CANCELLING = {"between", "product and sum", "quotient and sum", "remainder"}


@pytest.mark.parametrize("name", UNARY)
def test_numbers_to_numbers(name: str) -> None:
    function = UNARY[name]
    odd = ODD[ODD.isfinite()] if "division" in name else ODD
    for x in (odd, table(7, 5) * 3, table(1700) * 20, table(1)):
        wanted, found = function(x).float(), played(function, x)
        # Sums and products may be rounded once: where terms cancel, their size counts.
        least = 1e-6 * float(x.nan_to_num(0, 0, 0).abs().clamp(max=100).amax() ** 2)
        least = least if name in CANCELLING else 1e-37
        torch.testing.assert_close(found, wanted, rtol=2e-6, atol=least, equal_nan=True)


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_circular(name: str) -> None:
    function: Function = getattr(torch, name)
    x = table(300) * 4
    torch.testing.assert_close(played(function, x), function(x), rtol=1e-6, atol=1e-7)


VIEWS: dict[str, Function] = {
    "transposed": lambda x: x.t() + 1,
    "spread": lambda x: x[:, None] * x[None],
    "short rows": lambda x: x[:, :2] - x[:, :2].mean(0),
    "a column": lambda x: x[:, 1].exp(),
    "every other": lambda x: x[::2, 1::2] * 2,
    "narrow pairs": lambda x: x[:, :2][:, None].expand(-1, 40, 2) + x[:40, :2],
    "joined": lambda x: torch.cat([x, -x[:3]], 0),
    "side by side": lambda x: torch.cat([x * 2, x[:, :1]], 1),
    "stacked": lambda x: torch.stack([x, x + 1], 1),
    "taken apart": lambda x: x.unbind(1)[0] + x.split(2, 1)[1][:, 0],
    "a diagonal": lambda x: (x[:5, :5] * 2).diagonal() + 1,
    "in place": lambda x: (x + 0).mul_(2).add_(1),
    "a part in place": lambda x: _part_in_place(x),
    "another's memory": lambda x: torch.zeros(9, 6).add_(x[:9]),
}


def _part_in_place(x: Tensor) -> Tensor:
    out = x + 0
    out[:, 1] = x[:, 0]
    return out


@pytest.mark.parametrize("name", VIEWS)
def test_arrays_of_any_strides(name: str) -> None:
    x = table(64, 6)
    torch.testing.assert_close(played(VIEWS[name], x), VIEWS[name](x), rtol=2e-6, atol=1e-6)


REDUCED: dict[str, Function] = {
    "all": lambda x: x.sum(),
    "columns": lambda x: x.sum(0),
    "rows": lambda x: x.sum(1, keepdim=True),
    "mean": lambda x: x.mean(),
    "mean of rows": lambda x: x.mean(1),
    "least of rows": lambda x: x.amin(1),
    "most of columns": lambda x: x.amax(0, keepdim=True),
    "which is least": lambda x: x.argmin(1),
    "which is least below": lambda x: x.argmin(0),
    "log of sum of exp": lambda x: torch.logsumexp(5 * x, 1),
    "softmax": lambda x: torch.softmax(x, 1),
    "log softmax": lambda x: torch.log_softmax(x, 0),
    "norm": lambda x: torch.linalg.vector_norm(x, dim=1),
    "two axes": lambda x: x.view(x.shape[0], -1, 2).sum((0, 2)),
    "the middle": lambda x: x.view(x.shape[0], -1, 2).sum(1),
    "first of three": lambda x: x.view(x.shape[0], -1, 2).sum(0),
}


@pytest.mark.parametrize("shape", [(3, 2), (40, 6), (7, 200), (300, 16), (1, 2)])
@pytest.mark.parametrize("name", REDUCED)
def test_over_axes(name: str, shape: tuple[int, int]) -> None:
    x, function = table(*shape), REDUCED[name]
    wanted = function(x).float()
    scale = max(1.0, float(x.abs().sum()) if "sum" in name or name == "all" else 1.0)
    torch.testing.assert_close(played(function, x), wanted, rtol=3e-6, atol=1e-6 * scale)


def test_extremes_of_what_is_no_number() -> None:
    for size in (5, 300):
        x = table(4, size)
        x[0, 2], x[1, 3], x[2] = math.nan, math.inf, -math.inf
        for function in (lambda x: x.amin(1), lambda x: x.amax(1)):
            torch.testing.assert_close(played(function, x), function(x), equal_nan=True)
        logs = played(lambda x: torch.logsumexp(x, 1), x)
        torch.testing.assert_close(logs, torch.logsumexp(x, 1), equal_nan=True)


@pytest.mark.parametrize("size", [8, 15, 16, 17, 48, 63, 240, 1000])
def test_the_first_of_the_least(size: int) -> None:
    x = torch.randint(0, 5, (40, size), generator=torch.Generator().manual_seed(size)).float()
    x[1], x[2], x[3, size - 1], x[4] = math.inf, -math.inf, -9.0, x[4, 0]
    x[5, size // 2], x[6, [0, size - 1]], x[7] = math.nan, torch.tensor(math.nan), math.nan
    wanted = torch.from_numpy(x.numpy().argmin(1)).float()  # the first of equal ones, or NaN
    torch.testing.assert_close(played(lambda x: x.argmin(1), x), wanted)


def test_columns_that_take_turns_in_memory_are_each_its_own() -> None:
    def woven(x: Tensor) -> Tensor:
        pair = torch.stack([x[:, 0] * 2, x[:, 1] - 1], 1)
        shifted = pair.clone()
        shifted[:, 0] = pair[:, 1] + x[:, 2]
        return shifted[:, 0] * pair[:, 1] - shifted[:, 1] * pair[:, 0]

    for rows in (3, 700):
        x = table(rows, 3)
        torch.testing.assert_close(played(woven, x), woven(x), rtol=1e-6, atol=1e-6)


def test_columns_are_summed_in_any_number_of_rows() -> None:
    for rows in (1, 2, 3, 4, 5, 7, 8, 1001):
        x = table(rows, 20)
        far = 1e-6 * math.sqrt(rows) * 4
        torch.testing.assert_close(played(lambda x: x.sum(0), x), x.sum(0), rtol=1e-5, atol=far)


@pytest.mark.parametrize("m", [1, 2, 5, 6, 13, 130])
@pytest.mark.parametrize("k", [1, 2, 16, 300])
@pytest.mark.parametrize("n", [1, 2, 7, 8, 16, 17, 33, 64])
def test_products(m: int, k: int, n: int) -> None:
    x = table(m * k + k * n)
    a, b = x[: m * k].view(m, k).double(), x[m * k :].view(k, n).double()
    far = 1e-6 * math.sqrt(k) * 4

    def straight(x: Tensor) -> Tensor:
        return x[: m * k].view(m, k) @ x[m * k :].view(k, n)

    def turned(x: Tensor) -> Tensor:
        return x[: m * k].view(k, m).t() @ x[m * k :].view(n, k).t()

    torch.testing.assert_close(played(straight, x).double(), a @ b, rtol=1e-5, atol=far)
    other = x[: m * k].view(k, m).t().double() @ x[m * k :].view(n, k).t().double()
    torch.testing.assert_close(played(turned, x).double(), other, rtol=1e-5, atol=far)


PRODUCTS: dict[str, Function] = {
    "and a row": lambda x: torch.addmm(x[0, :3], x, x[:6, :3]),
    "with a vector": lambda x: x @ x[0],
    "with a vector, and a column": lambda x: torch.addmv(x[:, 1], x, x[0]),
    "many, and a table": lambda x: torch.baddbmm(
        x[:16, :5], x.view(4, 16, 6), x.view(4, 6, 16)[:, :, :5]
    ),
    "of vectors": lambda x: x[0] @ x[1],
    "many": lambda x: x.view(4, 16, 6) @ x.view(4, 6, 16),
    "one for many": lambda x: x.view(4, 16, 6) @ x[:6, :5],
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_other_products(name: str) -> None:
    x = table(64, 6)
    torch.testing.assert_close(played(PRODUCTS[name], x), PRODUCTS[name](x), rtol=1e-5, atol=1e-5)


def _index(x: Tensor) -> Tensor:
    return (x[:, 0].abs() * 3).long() % 6


CHOSEN: dict[str, Function] = {
    "one of each row": lambda x: x.gather(1, _index(x)[:, None]),
    "some of each row": lambda x: x.gather(1, _index(x)[:6].expand(len(x), 6)),
    "one of each column": lambda x: x.gather(0, _index(x)[None, :6]),
    "rows": lambda x: x[_index(x)],
    "columns": lambda x: x[:, _index(x)[:4]],
    "numbers": lambda x: x[_index(x), _index(-2 * x)],
    "put back": lambda x: torch.zeros_like(x).scatter_add(1, _index(x)[:, None], x[:, 1:2]),
    "marked": lambda x: torch.zeros_like(x).scatter(1, x.argmin(1, keepdim=True), 1.0),
    "rows put back": lambda x: torch.zeros_like(x).index_put((_index(x),), x, accumulate=True),
    "of a cube": lambda x: _cube(x)[:, :, _index(x)[:5] % 2],
    "in the middle of a cube": lambda x: _cube(x)[:, _index(x)[:3, None] % 3, _index(x)[:4] % 2],
    "across a cube": lambda x: _cube(x)[_index(x)[:3, None], :, _index(x)[:2] % 2],
    "across what lies apart": lambda x: _cube(x).mT[_index(x)[:3], :, _index(x)[1:4] % 3],
    "across a cube put back": lambda x: torch.zeros(6, 3, 2).index_put(
        (_index(x)[:3, None], torch.arange(3)[:, None], _index(x)[:2] % 2), x[:3, :2] * 1.0, True
    ),
    "what lies apart put back": lambda x: torch.zeros(6, 3).index_put(
        (_index(x)[:3, None], torch.arange(3)), x[:3, :3].mT * 2.0, accumulate=True
    ),
}


def _cube(x: Tensor) -> Tensor:
    return (x[:6] * 1.5).view(6, 3, 2)


@pytest.mark.parametrize("name", CHOSEN)
def test_numbers_by_their_place(name: str) -> None:
    x = table(64, 6)
    torch.testing.assert_close(played(CHOSEN[name], x), CHOSEN[name](x), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: functional.silu(x).sum(),
        lambda x: (torch.tanh(x @ x.t()[:, :9]) ** 2).sum(),
        lambda x: torch.logsumexp(torch.relu(x), 1).sum() + torch.sigmoid(x).sum(),
        lambda x: x.amin(1).sum() + x.diagonal().sum() + x[:, ::2].square().mean(),
        lambda x: torch.log_softmax(x, 1)[:, 2].sum() + x[_index(x)].square().sum(),
    ],
)
def test_slopes(function: Function) -> None:
    def slope(x: Tensor) -> Tensor:
        with torch.enable_grad():
            leaf = x.detach().requires_grad_()
            return torch.autograd.grad(function(leaf), leaf)[0]

    x = table(30, 6)
    torch.testing.assert_close(played(slope, x), slope(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: x[x > 0], "index"),
        (lambda x: x * float(x.sum()), "looks at a number"),
        (lambda x: torch.fft.fft(x).abs(), "operation"),
        (lambda x: x.double() * 2, "float64"),
        (lambda x: x.sort().values, "operation"),
    ],
)
def test_what_it_does_not_know_it_refuses(function: Function, said: str) -> None:
    with pytest.raises(Unrecordable) as why:
        played(function, table(8, 6))
    assert said in str(why.value) or "masks" in str(why.value)
