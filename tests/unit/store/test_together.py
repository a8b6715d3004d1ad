"""Questions asked together are answered as if they had been asked one by one."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from broker.errors import SystemFailed
from broker.people import DataSubject
from broker.store import view as views
from broker.store.kinds import VersionedKind
from broker.store.locks import THESE
from broker.store.people import STATES, add_people, find_people, record_people
from broker.store.session import View
from broker.store.staff import STAFF, find_staff
from broker.store.together import ask_alone
from tests.unit.store.small_store import SmallStore, entry

IDS = ("mum", "dad", "nobody")


@pytest.fixture
def known(small: SmallStore) -> SmallStore:
    with small.act() as act:
        add_people(act, [DataSubject("mum", None), DataSubject("dad", None)], entry=entry())
        act.bump(entry(), VersionedKind.PERSON, ["mum"])
    return small


def both(view: View) -> tuple[object, ...]:
    return view.together(lambda one: find_people(one, IDS), lambda one: find_staff(one, []))


def test_the_answers_are_those_of_one_by_one(known: SmallStore) -> None:
    with known.store.look() as view:
        assert both(view) == (find_people(view, IDS), find_staff(view, []))
        assert both(view)[0] == {one: DataSubject(one, None) for one in ("mum", "dad")}


def test_a_reader_that_asks_again_is_answered_too(known: SmallStore) -> None:
    with known.store.look() as view:
        (found,) = view.together(lambda one: [find_people(one, [each]) for each in sorted(find_people(one, IDS))])
    assert found == [{"dad": DataSubject("dad", None)}, {"mum": DataSubject("mum", None)}]


def test_no_answer_is_kept_for_later(known: SmallStore) -> None:
    with known.act() as act:
        act.lock([(VersionedKind.PERSON, "mum")])
        before = both(act)[0]
        record_people(act, [DataSubject("mum", None, markers=frozenset())], entry=entry())
        assert find_people(act, ["mum"]).keys() <= before.keys()  # type: ignore[attr-defined]  # a dict
        assert act._ahead == {}


def test_each_question_costs_its_answer_once(known: SmallStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL the readers' first questions are not asked a second time."""
    asked: list[int] = []
    ask = views.ask_together
    monkeypatch.setattr(
        views,
        "ask_together",
        lambda connection, questions: asked.append(len(questions)) or ask(connection, questions),
    )
    with known.store.look() as view:
        both(view)
    assert asked == ([2] if known.database == "postgresql" else [])


@pytest.mark.only_on("postgresql")
def test_the_driver_answers_what_sqlalchemy_does(known: SmallStore) -> None:
    with known.store.look() as view:
        facts = [("person", view.keys.token("version", "person", one)) for one in IDS]
        limited = select(STATES).order_by(STATES.c.row_id).limit(1)
        for statement, params in ((THESE, {"facts": facts}), (THESE, {"facts": []}), (limited, {})):
            found = ask_alone(view._connection, statement, params)
            assert found is not None
            assert found == [tuple(row) for row in view._connection.execute(statement, params)]
        assert len(ask_alone(view._connection, limited, {}) or ()) == 1
        assert ask_alone(view._connection, limited, {"nobody": 1}) is None


@pytest.mark.only_on("postgresql")
def test_what_fails_among_them_fails_like_any_other(known: SmallStore) -> None:
    wrong = select(STAFF.c.staff_id).where(text("1 / 0 = 1"))
    with pytest.raises(SystemFailed, match="DivisionByZero"), known.store.look() as view:
        view.together(lambda one: find_people(one, IDS), lambda one: one.read(wrong, {}))
    with known.store.look() as view:
        assert both(view)
