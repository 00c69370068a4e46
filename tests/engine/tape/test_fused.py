"""Functions of elementwise instructions: the machine's bits, for any form of arrays; and where none
can be made, the machine goes on.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from itertools import chain

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from ebmviz.core.snapshot import Array
from ebmviz.engine.landscape.kernels import tape_codes as codes
from ebmviz.engine.native import made
from ebmviz.engine.tape.fused import code, store
from ebmviz.engine.tape.fused.loops import operations, split
from ebmviz.engine.tape.fused.store import FUNCTIONS, Functions
from ebmviz.engine.tape.program import Program, program
from ebmviz.engine.tape.recording import recorded
from ebmviz.engine.tape.tape import ROWS, VALUE
from ebmviz.engine.training import step, taped
from ebmviz.engine.training.batches import next_run
from tests.engine.tape.test_operations import played, table
from tests.engine.tape.test_steps_from_tapes import SCENES, of
from tests.scenes import built_in
from tests.slow import sparing

FEW = {"ellipse", "horn", "unconditional", "vae"}


def each(op: int, *numbers: int) -> list[int]:
    return [op, *numbers, *[0] * (codes.SIZE - 1 - len(numbers))]


def body(count: int, *rows: list[int]) -> Array:
    return np.asarray([count, len(rows), *chain(*rows)], np.int64)


def programme(function: Callable[[Tensor], Tensor], x: Tensor) -> Program:
    return program(
        recorded(
            lambda i: {VALUE: i[ROWS].sum(), "x": function(i["x"])},
            {ROWS: torch.zeros(1, 1), "x": x},
        )
    )


def test_axes_are_those_that_all_arrays_can_be_gone_through_along() -> None:
    close = each(codes.LOAD, 0, 40, 1, 1, 96, 0, 0, 0, 1)
    pairs = each(codes.LOAD, 1, 8, 1, 48, 2, 0, 0, 0, 1)
    out = each(codes.STORE, 1, 200, 4, 2, 12, 1000, 24, 300, 2)
    axes, found = operations(body(96, close, pairs, out))
    assert math.prod(axes) == 96
    places = np.indices(axes).reshape(len(axes), -1)
    at = [(np.asarray(op.strides) @ places).tolist() for op in found]
    assert at[0] == list(range(96))
    assert at[1] == [0, 1] * 48
    shape = np.indices((1, 4, 2, 12)).reshape(4, -1)
    assert at[2] == (np.asarray([1000, 24, 300, 2]) @ shape).tolist()


def test_what_only_lies_elsewhere_is_the_same_function() -> None:
    def at(*places: int) -> Array:
        load, store = (each(op, 0, p, 1, 1, 7, 0, 0, 0, 1) for op, p in enumerate(places[:2]))
        return body(7, load, each(codes.FILL, 1, places[2]), each(codes.MUL, 2, 0, 1), store)

    one, other = split(at(16, 32, 0)), split(at(48, 80, 5))
    assert one[0] == other[0]
    assert (one[1], other[1]) == ([16, 0, 32], [48, 5, 80])
    longer = body(8, each(codes.LOAD, 0, 16, 1, 1, 8, 0, 0, 0, 1))
    assert split(longer)[0] != split(body(8, each(codes.LOAD, 0, 16, 1, 1, 8, 0, 0, 0, 2)))[0]


X = table(3, 4, 5, 6)
FORMS: dict[str, Callable[[Tensor], Tensor]] = {
    "close": lambda x: (x * 2).tanh(),
    "turned": lambda x: x.permute(3, 1, 0, 2) * x.permute(3, 1, 0, 2).exp(),
    "one column": lambda x: x[..., 2] - x[..., 5].sigmoid(),
    "spread over rows": lambda x: x + x[0, 0, 0],
    "spread over columns": lambda x: x * x[..., :1],
    "spread between": lambda x: x.minimum(x[:, :1]) / x[:, :, 1:2],
    "few": lambda x: x[0, 0, 0, :3].log1p(),
    "one": lambda x: x[0, 0, 0, 0].expm1() * x[1, 2, 3, 4],
    "pairs": lambda x: x.reshape(-1, 2) - x.reshape(-1, 2)[:1],
    "threes": lambda x: functional.silu(x.reshape(-1, 3)) + x.reshape(-1, 3)[7],
    "every other": lambda x: x[..., ::2] * x[..., 1::2].cos(),
    "long": lambda x: (x.reshape(-1, 1) - x.reshape(1, -1)).square().exp(),
    "in its place": lambda x: x.clone().mul_(x).add_(x[0]),
}


@pytest.mark.parametrize("form", FORMS)
def test_arrays_of_any_form(form: str) -> None:
    """`played` compares the bits of both."""
    function = FORMS[form]
    torch.testing.assert_close(played(function, X), function(X), rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("name", sparing(SCENES, FEW))
def test_a_run_goes_over_to_them_at_any_step(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some steps by the machine and the rest by functions, against all by the machine."""
    monkeypatch.setattr(code, "_WORTH_S", math.inf)
    theirs, ours = of(built_in(name)), of(built_in(name))
    whole = step.advance(theirs, step.start(theirs), 6).state
    half = step.advance(ours, step.start(ours), 2).state
    tape = taped.tapes(ours).tape(ours, half, next_run(ours, half, 1).size)
    assert tape is not None
    assert tape.settle()
    both = step.advance(ours, half, 4).state
    assert (whole.step, both.step) == (6, 6)
    for key, value in {**whole.weights, **whole.slots}.items():
        found = both.weights[key] if key in both.weights else both.slots[key]
        assert torch.equal(value, found) or bool(value.isnan().any()), key


def test_where_none_can_be_made_the_machine_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: str) -> None:
        raise RuntimeError("no such processor")

    monkeypatch.setattr(made, "Made", broken)
    functions, plain = Functions(), programme(torch.tanh, table(4, 4)).code
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert functions.code(plain) is None
            functions.settle()
    assert caplog.text.count("no such processor") == 1, "it is tried once"
    monkeypatch.setattr(code, "FUNCTIONS", functions)
    monkeypatch.setattr(code, "_WORTH_S", -1.0)
    asked: list[int] = []
    monkeypatch.setattr(functions, "code", lambda _: asked.append(1))
    runs = code.Code(plain)
    for _ in range(5):
        with runs.run() as now:
            assert now is plain
    assert len(asked) == 2, "and not at every run"
    assert not runs.settle()


def test_they_are_made_once() -> None:
    functions = Functions()
    one, other = (
        programme(lambda x: x.exp() * 3, table(*shape)).code for shape in ((6, 5), (5, 6))
    )
    assert functions.code(one) is None
    functions.settle()
    first = functions.code(one)
    assert first is not None
    known = dict(functions._addresses)
    assert functions.code(other) is not None, "thirty numbers that lie close, as before"
    assert functions._addresses == known
    assert first[0] == codes.CALL
    assert FUNCTIONS is not functions


def test_there_are_no_more_than_fit_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = Functions()
    one, other = (programme(torch.exp, table(n, 3)).code for n in (11, 12))
    functions.code(one)
    functions.settle()
    monkeypatch.setattr(store, "_MOST", len(functions._addresses))
    functions.code(other)
    functions.settle()
    assert functions.code(one) is not None
    assert functions.code(other) is None
