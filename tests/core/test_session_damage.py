"""Session files that were damaged at random: the same session, another one or a refusal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ebmviz.core.errors import UserError
from ebmviz.files import archive, strictjson
from ebmviz.files.session import Session, pack
from tests.core.sessions import WHERE, WHOLE, members, read, refusal


@settings(derandomize=True, deadline=None, max_examples=600, database=None)
@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(1, 255)), min_size=1, max_size=4)
)
def test_flipped_bytes_give_the_same_session_or_a_refusal(flips: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE)
    for at, mask in flips:
        data[at] ^= mask
    try:
        after = read(bytes(data))
    except UserError as error:
        assert str(error).startswith(WHERE)
    else:
        assert pack(after) == WHOLE


@settings(derandomize=True, deadline=None, max_examples=300, database=None)
@given(st.sampled_from(sorted(members())), st.integers(0, 10_000), st.binary(max_size=9))
def test_damage_beneath_good_checksums_gives_a_session_or_a_refusal(
    name: str, at: int, junk: bytes
) -> None:
    whole = members()
    content = whole[name]
    at %= len(content)
    whole[name] = content[:at] + junk + content[at + len(junk) :]
    try:
        after = read(archive.pack(whole))
    except UserError as error:
        assert str(error).startswith(WHERE)
    else:
        assert isinstance(after, Session)


@settings(derandomize=True, deadline=None, max_examples=200, database=None)
@given(st.binary(max_size=200))
def test_junk_is_refused(junk: bytes) -> None:
    refusal(junk)
    refusal(WHOLE[:62] + junk)
    with pytest.raises(UserError):
        strictjson.as_number(junk, "x")
