"""JSON of unknown origin: what would keep a reader busy is refused before it does."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

import msgspec
import pytest

from ebmviz.core.errors import UserError
from ebmviz.core.numerals import quoted
from ebmviz.engine.model import registry
from ebmviz.files import strictjson


@pytest.mark.parametrize(
    "text", ["0.1", "-1e-7", "1.7976931348623157e308", "5e-324", "123456.789", "1e22", "-0.0"]
)
def test_numbers_are_those_of_python(text: str) -> None:
    found = strictjson.decode(f"[{text}]".encode(), "here")
    assert repr(found) == f"[{float(text)!r}]"
    assert found == msgspec.json.decode(f"[{text}]")


@pytest.mark.parametrize("text", ["1e309", "-1e400", "1" * 400 + ".5", "NaN", "Infinity", "01.5"])
def test_numbers_that_json_does_not_have_are_refused(text: str) -> None:
    with pytest.raises(UserError, match="here: not valid JSON"):
        strictjson.decode(f"[{text}]".encode(), "here")


@pytest.mark.parametrize("part", [b"[]", b'{"b":{}}'])
def test_more_lists_than_anything_holds_are_refused(part: bytes) -> None:
    many = b"[" + b",".join([part] * 600_000) + b"]"
    with pytest.raises(UserError, match="here: more lists and tables than the 500000"):
        strictjson.decode(many, "here")


def test_the_most_points_of_a_scene_are_taken() -> None:
    many = b"[" + b",".join([b"[0.5,-2]"] * 100_000) + b"]"
    assert strictjson.decode(many, "here") == [[0.5, -2]] * 100_000


@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize("data", [b"[1]", b"[1", b"[" * 100_000])
def test_the_collector_goes_on_afterwards(data: bytes, on: bool) -> None:
    before = gc.isenabled()
    (gc.enable if on else gc.disable)()
    try:
        with contextlib.suppress(UserError):
            strictjson.decode(data, "here")
        assert gc.isenabled() is on
    finally:
        (gc.enable if before else gc.disable)()


class _Endless(list[object]):
    """Says how much of it is looked at."""

    seen = 0

    def __iter__(self) -> Iterator[object]:
        for each in super().__iter__():
            type(self).seen += 1
            yield each


def test_of_a_large_value_only_what_is_said_is_written() -> None:
    assert quoted([1, [2.5, "a"]]) == "“[1, [2.5, 'a']]”"
    assert quoted("a" * 1000) == f"“{'a' * 40}…”"
    large = _Endless(range(10**6))
    assert len(quoted([large])) < 60
    assert _Endless.seen < 100


def test_a_component_that_is_a_large_value_is_refused_shortly() -> None:
    with pytest.raises(UserError, match="energy.kind: “") as refused:
        registry.catalogue().component("energy", [[0] * 1000] * 1000)
    assert len(str(refused.value)) < 2000
