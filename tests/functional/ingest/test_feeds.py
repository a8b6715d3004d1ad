"""Promises to send: made, kept by a list or a declared nil return, and told as late where they are not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from broker.agencies import FileRefused, get_adapter
from broker.audit.events import Event
from broker.dates import Period
from broker.errors import CallWrong, NotAllowed
from broker.usecases.intake.feeds import FeedState, Promise, declare_nil, end_promise, list_feeds, promise_feed
from broker.usecases.intake.ingest import IngestCall, ingest_file
from broker.usecases.kinds import FeedNews
from tests.functional.ingest.test_corrections import ATTENDANCE, pupil
from tests.functional.usecases.office import (
    KIM,
    OFFICER,
    ROOT,
    Office,
    Template,
    environment_of,
    make_template,
    reopen_office,
)
from tests.typed import typed

SCHOOL, LIST = "oakdale-primary", "school-attendance"
DAILY = Promise(SCHOOL, LIST, frozenset({"attendance"}), Period(days=1))


def familiar(office: Office) -> Office:
    """A family and its team."""
    office.agree()
    office.family()
    office.team()
    return office


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, database: str) -> Template:
    return make_template(tmp_path_factory.mktemp("template") / "office", database, familiar)


@pytest.fixture
def office(template: Template, tmp_path: Path) -> Iterator[Office]:
    with reopen_office(template, tmp_path / "office") as found:
        yield found


def coverage(office: Office) -> str:
    """What a profile says of the school's attendance."""
    profile = office.ask().profile
    assert profile is not None
    (line,) = [one for one in profile.coverage if (one.controller, one.category) == (SCHOOL, "attendance")]
    return line.state


def only(office: Office) -> FeedState:
    (found,) = list_feeds(office.broker, OFFICER)
    return found


def send(office: Office, folder: Path, *rows: str) -> bool:
    path = folder / f"attendance-{office.clock.at.timestamp()}.csv"
    path.write_text("\n".join((ATTENDANCE, *rows)) + "\n", "utf-8")
    return ingest_file(office.broker, IngestCall(path, get_adapter(LIST), SCHOOL)).feed_received


def test_a_source_is_late_once_its_promise_has_passed_and_not_before(office: Office, tmp_path: Path) -> None:
    assert coverage(office) == "covered"
    promise_feed(office.broker, OFFICER, DAILY)
    assert only(office).news is FeedNews.PROMISED
    assert coverage(office) == "covered"
    office.step(minutes=24 * 60)
    assert coverage(office) == "late"
    assert send(office, tmp_path, pupil(60))
    assert coverage(office) == "covered"
    office.step(minutes=23 * 60)
    assert coverage(office) == "covered"
    office.step(minutes=2 * 60)
    assert coverage(office) == "late"


def test_a_nil_return_keeps_the_promise_and_is_logged(office: Office) -> None:
    promise_feed(office.broker, OFFICER, DAILY)
    office.step(minutes=25 * 60)
    assert coverage(office) == "late"
    state = declare_nil(office.broker, None, SCHOOL, LIST)
    assert (state.news, state.late_by) == (FeedNews.NIL_RETURN, None)
    assert coverage(office) == "covered"
    (entry,) = [one for one in office.entries() if one.event is Event.FEED_NIL_RETURN]
    assert entry.details == {"feed": f"{SCHOOL}/{LIST}", "controller": SCHOOL}
    assert entry.organisation == SCHOOL


def test_an_empty_file_is_no_nil_return(office: Office, tmp_path: Path) -> None:
    promise_feed(office.broker, OFFICER, DAILY)
    office.step(minutes=25 * 60)
    with pytest.raises(FileRefused, match=r"not a nil return.*broker feed nil"):
        send(office, tmp_path)
    assert coverage(office) == "late"


def test_a_list_of_which_no_row_could_be_taken_keeps_no_promise(office: Office, tmp_path: Path) -> None:
    promise_feed(office.broker, OFFICER, DAILY)
    office.step(minutes=25 * 60)
    assert not send(office, tmp_path, pupil(99))
    assert coverage(office) == "late"


def test_who_is_late_stands_first_and_by_how_much(office: Office) -> None:
    promise_feed(office.broker, OFFICER, DAILY)
    weekly = Promise("ecc", "child-index", frozenset({"identity"}), Period(days=7))
    promise_feed(office.broker, OFFICER, weekly)
    office.step(minutes=27 * 60)
    first, second = list_feeds(office.broker, OFFICER)
    assert (first.feed_id, second.feed_id) == (f"{SCHOOL}/{LIST}", "ecc/child-index")
    assert first.late_by is not None
    assert timedelta(hours=2, minutes=50) < first.late_by <= timedelta(hours=3)
    assert second.late_by is None


def test_another_promise_counts_from_what_was_heard_before(office: Office, tmp_path: Path) -> None:
    promise_feed(office.broker, OFFICER, DAILY)
    send(office, tmp_path, pupil(60))
    heard_at = only(office).heard_at
    office.step(minutes=48 * 60)
    state = promise_feed(office.broker, OFFICER, Promise(SCHOOL, LIST, DAILY.categories, Period(days=7)))
    assert (state.news, state.heard_at, state.late_by) == (FeedNews.RECEIVED, heard_at, None)


def test_what_is_no_longer_promised_is_never_late(office: Office) -> None:
    promise_feed(office.broker, OFFICER, DAILY)
    end_promise(office.broker, OFFICER, SCHOOL, LIST)
    office.step(minutes=30 * 24 * 60)
    assert list_feeds(office.broker, OFFICER) == ()
    assert coverage(office) == "covered"
    with pytest.raises(CallWrong, match="has not promised"):
        declare_nil(office.broker, None, SCHOOL, LIST)


def test_a_promise_is_of_some_length_by_somebody_known_and_made_by_whoever_may(office: Office) -> None:
    with pytest.raises(CallWrong, match="no time at all"):
        promise_feed(office.broker, OFFICER, Promise(SCHOOL, LIST, DAILY.categories, Period()))
    with pytest.raises(CallWrong, match="did you mean `oakdale-primary`"):
        promise_feed(office.broker, OFFICER, Promise("oakdale", LIST, DAILY.categories, Period(days=1)))
    with pytest.raises(NotAllowed):
        promise_feed(office.broker, KIM, DAILY)
    with pytest.raises(NotAllowed):
        list_feeds(office.broker, KIM)
    with pytest.raises(NotAllowed):
        declare_nil(office.broker, KIM, SCHOOL, LIST)


def test_an_old_list_sent_again_keeps_no_promise(office: Office, tmp_path: Path) -> None:
    promise_feed(office.broker, OFFICER, DAILY)
    old = tmp_path / "old.csv"
    old.write_text("\n".join((ATTENDANCE, pupil(60))) + "\n", "utf-8")
    call = IngestCall(old, get_adapter(LIST), SCHOOL)
    assert ingest_file(office.broker, call).feed_received
    office.step()
    assert send(office, tmp_path, pupil(64))
    office.step(minutes=25 * 60)
    again = ingest_file(office.broker, call)
    assert (again.superseded, again.feed_received) == (True, False)
    assert coverage(office) == "late"


def test_a_promise_made_with_a_list_is_logged_once(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    for attended in (60, 61):
        path.write_text("\n".join((ATTENDANCE, pupil(attended))) + "\n", "utf-8")
        ingest_file(office.broker, IngestCall(path, get_adapter(LIST), SCHOOL, every=Period(days=7)))
    (entry,) = [one for one in office.entries() if one.event is Event.FEED_PROMISED]
    assert entry.details["every"] == "P7D"
    with pytest.raises(CallWrong, match="no time at all"):
        ingest_file(office.broker, IngestCall(path, get_adapter(LIST), SCHOOL, every=Period()))


def test_the_verb_promises_declares_lists_and_ends(office: Office) -> None:
    def run(*words: str) -> Any:
        done = typed(["feed", *words, "--json"], environment_of(office.broker.settings.data_dir), ROOT)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    by = ("--by", "ola", "--as", "ig-officer")
    made = run("promise", "--from", SCHOOL, "--adapter", LIST, "--every", "P1D", *by)
    assert set(made) == {
        "feed", "controller", "list", "categories", "every", "news", "heard", "due", "late", "late_seconds"
    }  # fmt: skip
    assert (made["news"], made["categories"]) == ("promised", ["attendance"])
    assert run("nil", "--from", SCHOOL, "--adapter", LIST)["news"] == "nil-return"
    assert [one["feed"] for one in run("list", *by)["feeds"]] == [f"{SCHOOL}/{LIST}"]
    assert run("end", "--from", SCHOOL, "--adapter", LIST, *by)["news"] == "ended"
    assert run("list", *by) == {"feeds": []}
