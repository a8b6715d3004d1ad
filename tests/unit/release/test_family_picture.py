"""The family as a picture: parents above children, a pattern for each kind of line, and nobody on top of
another."""

from __future__ import annotations

from itertools import combinations

import pytest

from broker.release.family_picture import HEIGHT, WIDTH, Picture, family_picture
from broker.release.family_summary import Card, Known, Tie


def card(person_id: str, age: int | None) -> Card:
    return Card(person_id, person_id.capitalize(), Known("", age), (), ())


def tie(one: str, to: str, kind: str) -> Tie:
    return Tie(one, (to,), kind, kind)


def places(picture: Picture) -> dict[str, tuple[int, int]]:
    return {box.person_id: (box.x, box.y) for box in picture.boxes}


def test_parents_stand_above_their_children_and_grandparents_above_both() -> None:
    cards = [card("child", 4), card("mum", 30), card("gran", 60)]
    found = places(family_picture(cards, [tie("mum", "child", "mother"), tie("gran", "child", "grandparent")], 18))
    assert found["gran"][1] == found["mum"][1] < found["child"][1]


def test_children_whose_ties_were_not_released_stand_below_the_adults() -> None:
    found = places(family_picture([card("child", 4), card("mum", 30), card("unknown", None)], [], 18))
    assert found["mum"][1] == found["unknown"][1] < found["child"][1]


@pytest.mark.parametrize(("kind", "pattern"), [("mother", "parent"), ("partner", "partner"), ("sibling", "other")])
def test_a_lines_pattern_says_what_it_is(kind: str, pattern: str) -> None:
    [line] = family_picture([card("a", 30), card("b", 31)], [tie("a", "b", kind)], 18).lines
    assert (line.pattern, line.word) == (pattern, kind)


def test_a_tie_to_somebody_who_is_not_shown_draws_nothing() -> None:
    assert family_picture([card("a", 30)], [tie("a", "b", "mother"), tie("c", "a", "mother")], 18).lines == ()


def test_two_who_are_each_others_parent_end_in_a_picture_all_the_same() -> None:
    found = family_picture([card("a", 30), card("b", 31)], [tie("a", "b", "mother"), tie("b", "a", "mother")], 18)
    assert len(found.boxes) == 2


@pytest.mark.parametrize("size", [0, 1, 5, 13])
def test_nobody_stands_on_somebody_else_and_all_are_inside(size: int) -> None:
    cards = [card(f"p{number}", number * 3) for number in range(size)]
    ties = (
        [tie("p12", "p1", "mother"), tie("p12", "p2", "mother"), tie("p11", "p2", "father")] if size > 12 else []
    )
    picture = family_picture(cards, ties, 18)
    assert len(picture.boxes) == size
    for one, other in combinations(picture.boxes, 2):
        assert abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT
    for box in picture.boxes:
        assert box.x >= 0
        assert box.x + WIDTH <= picture.width
        assert box.y + HEIGHT <= picture.height
