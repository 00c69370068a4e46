"""What is random is told apart by its purpose."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
import torch

import ebmviz
from ebmviz.engine.streams import Stream, stream, streams, torch_stream


def test_no_two_purposes_get_the_same_numbers() -> None:
    firsts = {float(stream(7, purpose).random()) for purpose in Stream}
    assert len(firsts) == len(Stream.__members__) == len(set(Stream))
    assert float(stream(7, Stream.BATCHES, 3).random()) not in firsts
    states = {torch_stream(7, p, 2).initial_seed() for p in Stream}
    assert len(states) == len(Stream)


def test_a_stream_is_a_matter_of_its_words_alone() -> None:
    a, b = (stream(3, Stream.CHAINS, 5).random(4) for _ in range(2))
    assert (a == b).all()
    assert not (a == stream(3, Stream.CHAINS, 6).random(4)).any()
    assert not (a == stream(4, Stream.CHAINS, 5).random(4)).any()
    drawn = [torch.rand(3, generator=torch_stream(1, Stream.SAMPLER, n)) for n in (1, 1, 2)]
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])


def test_numbers_of_sessions_stay() -> None:
    """A stream's number is part of what a session is continued from."""
    wanted = np.random.default_rng([11, 3, 40]).random(5)
    assert (stream(11, Stream.ANSWERS, 40).random(5) == wanted).all()
    assert {s.name: int(s) for s in Stream if s < 8} == {
        "PLACES": 0,
        "NOISE": 1,
        "BATCHES": 2,
        "ANSWERS": 3,
        "CHAINS": 4,
        "BUFFER": 5,
        "SAMPLER": 6,
        "STARTS": 7,
    }


@pytest.mark.parametrize("words", [1, 2, 3, 4])
def test_many_streams_are_what_each_is_alone(words: int) -> None:
    keys = np.random.default_rng(5).integers(0, 1 << 32, (300, words), np.uint32)
    keys[:4] = [[0] * words, [1] * words, [(1 << 32) - 1] * words, [0, 7, 0, 9][:words]]
    for key, made in zip(keys, streams(keys), strict=True):
        wanted = np.random.default_rng(key)
        assert made.bit_generator.state == wanted.bit_generator.state
        assert (made.permutation(50) == wanted.permutation(50)).all()


def test_nobody_makes_a_stream_of_his_own() -> None:
    """A number in another place is how two purposes once shared their numbers."""
    engine = Path(ebmviz.__file__).parent / "engine"
    astray = []
    for path in engine.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            made = node.func.attr in ("default_rng", "SeedSequence")
            if made and path.stem not in ("streams", "oracle"):
                astray.append(f"{path.name}:{node.lineno}")
    assert not astray
