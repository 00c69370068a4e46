"""The functions of instructions: for any form of arrays, each once, and kept for the next time."""

from __future__ import annotations

import logging
import math
import os
import time
from collections import OrderedDict
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from ebmviz.core.snapshot import Array
from ebmviz.engine.llvm import cache, made
from ebmviz.engine.tape import codes
from ebmviz.engine.tape.fused import store
from ebmviz.engine.tape.fused.each import operations
from ebmviz.engine.tape.fused.functions import form
from ebmviz.engine.tape.program import Program, program
from ebmviz.engine.tape.recording import recorded
from ebmviz.engine.tape.tape import ROWS, VALUE
from ebmviz.engine.training import step, taped
from tests.engine.tape.test_operations import played, table
from tests.engine.tape.test_steps_from_tapes import of
from tests.scenes import built_in


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
    def at(*where: int) -> Array:
        load, store = (each(op, 0, p, 1, 1, 7, 0, 0, 0, 1) for op, p in enumerate(where[:2]))
        numbers = body(7, load, each(codes.FILL, 1, where[2]), each(codes.MUL, 2, 0, 1), store)
        return np.concatenate([[codes.EACH, len(numbers) + 2], numbers])

    one, other = form(at(16, 32, 0)), form(at(48, 80, 5))
    assert one.bodies == other.bodies
    assert (one.places.tolist(), other.places.tolist()) == ([16, 0, 32], [48, 5, 80])
    both = form(np.concatenate([at(16, 32, 0), at(48, 80, 5)]))
    assert both.bodies == one.bodies
    assert both.calls.tolist() == [[0, 0], [0, 3]]
    longer = each(codes.LOAD, 0, 16, 1, 1, 7, 0, 0, 0, 2)
    numbers = body(7, longer, each(codes.STORE, 0, 32, 1, 1, 7, 0, 0, 0, 1))
    assert form(np.concatenate([[codes.EACH, len(numbers) + 2], numbers])).bodies != one.bodies


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
    function = FORMS[form]
    torch.testing.assert_close(played(function, X), function(X), rtol=2e-5, atol=2e-6)


def test_steps_are_the_same_whether_their_code_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_made", OrderedDict())
    monkeypatch.setattr(store, "_files", OrderedDict())
    monkeypatch.setattr(cache, "_folder", lambda _: tmp_path)
    found = []
    for way in ("made", "in memory", "kept", "damaged"):
        if way in ("kept", "damaged"):
            store._made.clear()
            store._files.clear()
        if way == "kept":
            monkeypatch.setattr(made, "compiled", None)
        if way == "damaged":
            monkeypatch.undo()
            monkeypatch.setattr(store, "_made", OrderedDict())
            monkeypatch.setattr(store, "_files", OrderedDict())
            monkeypatch.setattr(cache, "_folder", lambda _: tmp_path)
            for file in tmp_path.iterdir():
                file.write_bytes(file.read_bytes()[:-9] + b"\0" * 9)
        task = of(built_in("mixture"))
        found.append(step.advance(task, step.start(task), 40).state)
        assert taped.plays(task, found[-1])
    assert list(tmp_path.iterdir())
    assert all(state.equals(found[0]) for state in found)


def test_where_none_can_be_made_torch_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> bytes:
        raise RuntimeError("no such processor")

    monkeypatch.setattr(store, "_made", OrderedDict())
    monkeypatch.setattr(store, "_files", OrderedDict())
    monkeypatch.setattr(cache, "_folder", lambda _: tmp_path)
    monkeypatch.setattr(made, "compiled", broken)
    task = of(built_in("ellipse"))
    with caplog.at_level(logging.WARNING):
        after = step.advance(task, step.start(task), 5).state
        step.advance(task, after, 5)
    assert caplog.messages == ["No machine code of a step: no such processor"], "it is tried once"
    assert after.step == 5


def test_where_nothing_can_be_kept_it_is_made_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EBMVIZ_CACHE_DIR", str(tmp_path / "a file"))
    (tmp_path / "a file").write_text("x")
    monkeypatch.setattr(store, "_made", OrderedDict())
    monkeypatch.setattr(store, "_files", OrderedDict())
    monkeypatch.setattr(cache, "_folder", cache._folder.__wrapped__)
    task = of(built_in("ellipse"))
    assert taped.plays(task, step.start(task))


def test_what_nobody_read_for_a_month_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EBMVIZ_CACHE_DIR", str(tmp_path))
    old, new = (cache.place([tmp_path], key) for key in (b"old", b"new"))
    assert old is not None
    assert new is not None
    cache._folder.cache_clear()
    for path, age in ((old, 40), (new, 20)):
        cache.write(path, b"code")
        then = time.time() - 86_400 * age
        os.utime(path, (then, then))
    cache.place([tmp_path], b"old")
    assert old.exists(), "it has looked today"
    cache._folder.cache_clear()
    os.utime(tmp_path / "ebmviz-code" / "swept", (then, then))
    cache.place([tmp_path], b"old")
    assert cache.read(old) is None
    assert cache.read(new) == b"code"
    assert time.time() - new.stat().st_mtime < 3600, "it has been read"
    cache._folder.cache_clear()


def test_programs_that_are_alike_share_what_is_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_made", OrderedDict())
    monkeypatch.setattr(store, "_files", OrderedDict())
    monkeypatch.setattr(cache, "_folder", lambda _: tmp_path)
    one = programme(lambda x: (x * 2).sum(0) + 1, table(4, 4)).code
    other = programme(lambda x: (x * 2).sum(0).exp(), table(4, 4)).code
    store.code(one)
    known = set(store._files)
    store.code(other)
    assert len(set(store._files) - known) == 1, "what is done with the sum is another"
    assert {path.stat().st_size > 0 for path in tmp_path.iterdir()} == {True}
    assert len(list(tmp_path.iterdir())) == len(store._files)


def test_no_more_are_held_than_fit_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_made", OrderedDict())
    monkeypatch.setattr(store, "_files", OrderedDict())
    monkeypatch.setattr(store, "_KEPT", 2)
    codes_of = [programme(torch.exp, table(n, 3)).code for n in (11, 12, 13)]
    held = [store.code(each) for each in codes_of]
    assert len(store._made) == 2
    assert store.code(codes_of[2]).made is held[2].made
    assert store.code(codes_of[0]).made is not held[0].made
