"""People who look the same in a list are told apart by what says least."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.people.telling_apart import SAME, Alike, street_of, tell_apart

LOOKS = ("sam example", 10, "CM1")


def alike(person: str, born: date | None = None, street: str = "", looks: tuple[object, ...] = LOOKS) -> Alike:
    return Alike(person, looks, born, street)


def test_nothing_more_is_said_of_somebody_whom_nobody_resembles() -> None:
    found = tell_apart([alike("a", date(2015, 6, 1), "High Street"), alike("b", looks=("other", 10, "CM1"))])
    assert dict(found) == {"a": "", "b": ""}


def test_the_month_is_said_before_the_day_and_the_day_before_the_street() -> None:
    months = tell_apart([alike("a", date(2015, 6, 1)), alike("b", date(2015, 8, 1), "High Street")])
    assert dict(months) == {"a": "born in June 2015", "b": "born in August 2015"}
    days = tell_apart([alike("a", date(2015, 6, 1)), alike("b", date(2015, 6, 2))])
    assert dict(days) == {"a": "born on 1 June 2015", "b": "born on 2 June 2015"}
    streets = tell_apart([alike("a", date(2015, 6, 1), "Mill Lane"), alike("b", date(2015, 6, 1), "High Street")])
    assert dict(streets) == {"a": "lives in Mill Lane", "b": "lives in High Street"}


def test_two_whom_nothing_tells_apart_are_said_to_be() -> None:
    assert set(tell_apart([alike("a"), alike("b")]).values()) == {SAME}


@given(
    st.lists(
        st.tuples(st.dates(date(2015, 5, 1), date(2015, 7, 1)), st.sampled_from(["", "Mill Lane"])), max_size=5
    )
)
def test_what_is_said_of_a_group_tells_every_one_of_it_apart_or_says_that_it_cannot(
    people: list[tuple[date, str]],
) -> None:
    said = list(tell_apart([alike(str(i), *one) for i, one in enumerate(people)]).values())
    assert len(said) < 2 or set(said) == {SAME} or len(set(said)) == len(said)


@pytest.mark.parametrize(
    ("address", "street"),
    [
        (["12 High Street", "Chelmsford"], "High Street"),
        (["Flat 3, 12a Mill Lane"], "Mill Lane"),
        (["Flat 3", "7 Mill Lane"], "Mill Lane"),
        (["CM1 1LX"], ""),
        ([], ""),
    ],
)
def test_a_street_never_has_the_house(address: list[str], street: str) -> None:
    assert street_of(address) == street
