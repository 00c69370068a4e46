"""What a tape keeps of a function: its operations, and what follows from the number of a step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.engine.streams import Stream, stream, torch_stream
from ebmviz.engine.tape.beforehand import Counter, Unrecordable, beforehand
from ebmviz.engine.tape.program import program
from ebmviz.engine.tape.recording import MOST, recorded
from ebmviz.engine.tape.tape import ROWS, VALUE, Table, Tape

NUMBER = cast(int, Counter("step"))


def noise(number: int) -> Tensor:
    return beforehand(number, lambda n: torch.from_numpy(stream(3, Stream.ANSWERS, n).random(4)))


def walk(inputs: Mapping[str, Tensor], number: int = NUMBER) -> dict[str, Tensor]:
    x = inputs["x"] + noise(number) - 0.1 * inputs[ROWS].sum(0)
    return {VALUE: x.square().sum(), "x": x}


def started() -> dict[str, Tensor]:
    return {ROWS: torch.zeros(2, 4), "x": torch.zeros(4)}


DATA = torch.arange(20, dtype=torch.float32).view(5, 4) / 20
ORDER = np.array([[0, 1], [4, 2], [3, 3], [2, 0]])


def test_steps_follow_each_other_with_what_is_made_beforehand() -> None:
    tape = Tape(recorded(walk, started()), ("x",))
    wanted = np.array([True, False, True, False])
    x, first = torch.zeros(4), 11
    found = tape.run({"x": x}, DATA, ORDER, {"step": first}, math.inf, wanted)
    assert found.done == 4
    kept = []
    for i, rows in enumerate(ORDER):
        out = walk({"x": x, ROWS: DATA[torch.from_numpy(rows)]}, first + i)
        assert float(found.values[i]) == pytest.approx(float(out[VALUE]), rel=1e-6)
        x = out["x"].float()
        kept.append(x)
    torch.testing.assert_close(found.last["x"], x)
    torch.testing.assert_close(torch.from_numpy(found.kept), torch.stack([kept[0], kept[2]]))


def test_as_many_steps_at_once_as_one_by_one_to_the_last_bit() -> None:
    tape = Tape(recorded(walk, started()), ("x",))
    none = np.zeros(4, np.bool_)
    whole = tape.run({"x": torch.zeros(4)}, DATA, ORDER, {"step": 0}, math.inf, none).last["x"]
    x = torch.zeros(4)
    for i in range(4):
        part = ORDER[i : i + 1]
        x = tape.run({"x": x}, DATA, part, {"step": i}, math.inf, none[:1]).last["x"]
    assert torch.equal(whole, x)


def test_it_ends_before_a_value_beyond_the_limit_and_keeps_what_was_sound() -> None:
    def grows(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        x = inputs["x"] * 10
        return {VALUE: inputs["x"].sum(), "x": x}

    tape = Tape(recorded(grows, started()), ("x",))
    order, wanted = np.zeros((6, 2), np.int64), np.ones(6, np.bool_)
    found = tape.run({"x": torch.ones(4)}, DATA, order, {"step": 0}, 500.0, wanted)
    assert found.done == 3  # 4, 40, 400; 4 000 is beyond
    assert found.values.tolist() == [4, 40, 400, 4000]
    assert found.last["x"].tolist() == [1000.0] * 4
    assert len(found.kept) == 3
    far = torch.full((4,), 1e38)
    found = tape.run({"x": far}, DATA, order, {"step": 0}, math.inf, wanted)
    assert found.done == 0, "what goes on would not be finite"
    assert found.last == {}


def test_a_table_of_many_at_once() -> None:
    def energy(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {VALUE: (DATA @ inputs["w"] + inputs["b"]).square().mean()}

    table = Table(recorded(energy, {"w": torch.zeros(4), "b": torch.zeros(1)}))
    rows = torch.randn(7, 5, generator=torch.Generator().manual_seed(0))
    wanted = [float(energy({"w": row[:4], "b": row[4:]})[VALUE]) for row in rows]
    assert table.of(list(rows.numpy())) == pytest.approx(wanted, rel=1e-6)


def test_the_same_function_is_the_same_program_and_another_constant_another() -> None:
    def of(scale: float) -> Any:
        made = torch.tensor([scale, 1.0, 2.0, 3.0])
        return program(recorded(lambda i: {VALUE: (i["x"] * made).sum()}, {"x": torch.ones(4)}))

    assert of(1.0).same(of(1.0))
    assert not of(1.0).same(of(1.5))


@pytest.mark.parametrize(
    "use",
    [
        lambda n: n == 3,
        lambda n: n > 3,
        lambda n: n % 2,
        lambda n: 0.9**n,
        lambda n: n * 2,
        lambda n: float(n),
        lambda n: int(n),
        lambda n: range(n),
        lambda n: bool(n),
        lambda n: {n: 1},
        lambda n: stream(0, Stream.ANSWERS, 5),
        lambda n: torch_stream(0, Stream.CHAINS, 5),
        lambda n: beforehand(5, lambda k: torch.zeros(k)),
    ],
)
def test_what_would_be_the_same_in_every_step_is_refused(use: Any) -> None:
    def step(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        use(NUMBER)
        return {VALUE: inputs["x"].sum()}

    with pytest.raises(Unrecordable):
        recorded(step, {"x": torch.ones(4)})


def test_outside_a_recording_numbers_are_numbers() -> None:
    assert torch.equal(noise(5), torch.from_numpy(stream(3, Stream.ANSWERS, 5).random(4)))


def test_a_counter_is_told_how_far_ahead() -> None:
    def step(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        ahead = beforehand(NUMBER + 1, lambda n: torch.tensor([float(n)]))
        return {VALUE: inputs["x"].sum() + ahead.sum(), "x": inputs["x"] + 0}

    tape = Tape(recorded(step, {ROWS: DATA[:1], "x": torch.zeros(1)}), ("x",))
    order, none = np.zeros((3, 1), np.int64), np.zeros(3, np.bool_)
    found = tape.run({"x": torch.zeros(1)}, DATA, order, {"step": 40}, math.inf, none)
    assert found.values.tolist() == [41, 42, 43]


def test_a_function_too_large_is_left_to_torch() -> None:
    size = MOST // 4

    def large(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {VALUE: inputs["x"].expand(size).mul(2).sum()}

    with pytest.raises(Unrecordable, match="too large"):
        recorded(large, {"x": torch.ones(1)})


def test_a_constant_that_changes_on_the_way_is_refused() -> None:
    def step(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        scale = torch.ones(4)
        first = inputs["x"] * scale
        scale.add_(1)
        return {VALUE: (first + inputs["x"] * scale).sum()}

    with pytest.raises(Unrecordable, match="changes on the way"):
        recorded(step, {"x": torch.ones(4)})


def test_what_a_function_fills_in_place_is_empty_in_every_step() -> None:
    def step(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        heap = torch.zeros(4)
        heap.add_(inputs["x"])
        return {VALUE: heap.sum(), "x": inputs["x"] + 0}

    tape = Tape(recorded(step, {ROWS: DATA[:1], "x": torch.ones(4)}), ("x",))
    order, none = np.zeros((3, 1), np.int64), np.zeros(3, np.bool_)
    found = tape.run({"x": torch.ones(4)}, DATA, order, {"step": 0}, math.inf, none)
    assert found.values.tolist() == [4, 4, 4]
