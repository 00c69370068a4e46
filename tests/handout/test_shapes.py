"""Layers that stay from frame to frame are in a page once."""

from __future__ import annotations

from ebmviz.handout.web.shapes import Shapes

LONG, OTHER = (f'<path class="{name}" d="M0 0l{"1 1 " * 60}"/>' for name in ("axis", "grid"))
SHORT, WORDS = '<path d="M0 0h5"/>', f"<text>{'word ' * 60}</text>"


def test_each_is_drawn_from_one_place_if_that_pays() -> None:
    shapes = Shapes()
    made = [shapes.shared(each) for each in (LONG, OTHER, LONG, SHORT, WORDS)]
    assert made == [f'<use href="#{name}"/>' for name in ("s0", "s1", "s0")] + [SHORT, WORDS]
    every = shapes.drawings("".join(made))
    assert f'<g id="s0">{LONG}</g><g id="s1">{OTHER}</g>' in every
    assert OTHER not in shapes.drawings(made[0])


def test_frames_weigh_what_they_add_to_a_page() -> None:
    shapes = Shapes()
    frames = [shapes.shared(each) for each in (LONG, OTHER, LONG, LONG)]
    letters = sum(map(len, frames))
    assert shapes.weight(frames, "") == letters + len(LONG) + len(OTHER)
    assert shapes.weight(frames, frames[0]) == letters + len(OTHER)
