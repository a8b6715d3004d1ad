"""Records over the interface: the ingest of a file, line by line, for the organisation whose key signed."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from broker.audit.events import Event
from broker.dates import Period
from broker.people import ProtectionMarker
from broker.usecases.acting import Acting
from broker.usecases.intake.feeds import Promise, promise_feed
from tests.functional.api.door import Got, Partner, partner
from tests.functional.usecases.office import Office

NDJSON: Final = "application/x-ndjson"
CHILD: Final = {"given_name": "Child", "family_name": "Testing", "born_on": "2015-06-01", "postcode": "CM1 1LX"}


@pytest.fixture
def school(office: Office) -> Partner:
    """The school's own system."""
    return partner(office, "oakdale-primary", seed=9)


def line(source: str = "a-1", **more: Any) -> dict[str, Any]:
    """The child's attendance, as the school's system knows it."""
    return {
        "source": source,
        "category": "attendance",
        "occurred_on": "2026-02-20",
        "about": [CHILD],
        "fields": {"percentage": 61},
        **more,
    }


def pupil(number: int) -> dict[str, Any]:
    return line(f"a-{number}", about=[{"number": f"P{number}", "given_name": "Pupil", "family_name": "Sent"}])


def send(one: Partner, *lines: Any, query: str = "list=attendance") -> Got:
    one.office.step()
    body = "".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in lines)
    return one.send_body("POST", "/v1/records", body.encode(), query, content_type=NDJSON)


def shown(office: Office) -> str:
    """What the council's worker is shown."""
    profile = office.ask().profile
    return str(profile.items) if profile is not None else ""


def test_a_record_that_was_sent_is_in_the_next_profile_of_whom_it_is_about(school: Partner) -> None:
    got = send(school, line())
    assert got.status == 200, got.json
    assert (got.json["accepted"], got.json["rejected"], got.json["new_records"]) == (1, 0, 1)
    assert "61" in shown(school.office)
    assert got.json["receipt"]["leaf_hash"]


def test_the_same_lines_again_change_nothing(school: Partner) -> None:
    first, before = send(school, line()), len(school.office.entries())
    again = send(school, line())
    assert (first.json["seen_before"], again.json["seen_before"]) == (False, True)
    assert first.json["batch"] == again.json["batch"]
    events = [entry.event for entry in school.office.entries()[before:]]
    assert events == [Event.PARTNER_ADMITTED]


def test_the_same_source_with_other_content_is_a_correction_and_is_told(school: Partner) -> None:
    send(school, line())
    school.office.ask()
    got = send(school, line(fields={"percentage": 77}))
    assert (got.json["changed_records"], got.json["new_records"]) == (1, 0)
    assert len(school.office.notices("correction")) == 1
    assert "77" in shown(school.office)


def test_an_entry_that_is_taken_back_ends_and_is_told(school: Partner) -> None:
    send(school, line())
    school.office.ask()
    got = send(school, {"source": "a-1", "withdrawn": True})
    assert got.json["ended"] == 1
    assert len(school.office.notices("deletion")) == 1
    assert "61" not in shown(school.office)


def test_every_line_is_accepted_or_rejected_by_its_number_and_nothing_of_it_repeated(school: Partner) -> None:
    got = send(
        school,
        line(),
        "",
        "{not json",
        line("a-2", category="police-incidents"),
        line("a-3", about=[{**CHILD, "born_on": "01/06/2015"}]),
        line("a-4", fields={"percentage": "61"}),
        line("a-5", fields={"secret-member": 1}),
        line("a-1", fields={"percentage": 1}),
        line("a-6", about=[{"given_name": "Canary"}]),
        line("a-7", about=[]),
        line("a-8", occurred_on="2027-01-01"),
        [1],
    )
    assert (got.json["lines"], got.json["accepted"], got.json["rejected"], got.json["blank"]) == (12, 1, 10, 1)
    assert [(one["line"], one["at"], one["reason"]) for one in got.json["rejections"]] == [
        (3, None, "not-json"),
        (4, "category", "unknown-code"),
        (5, "about.0.born_on", "bad-date"),
        (6, "fields.percentage", "bad-number"),
        (7, "fields", "unknown-code"),
        (8, "source", "duplicate"),
        (9, "about.0.family_name", "missing"),
        (10, "about", "missing"),
        (11, "occurred_on", "impossible-date"),
        (12, None, "bad-value"),
    ]
    for word in (b"Canary", b"Testing", b"2015", b"secret-member"):
        assert word not in got.body


def test_the_answer_does_not_tell_whether_anybody_is_known_here(school: Partner) -> None:
    """Whoever could read it from a line's answer could ask it of every name."""
    unknown = {**CHILD, "given_name": "Nobody", "family_name": "Known"}
    office = school.office
    office.mark("partner", ProtectionMarker.PROTECTED)
    hidden = {"given_name": "Partner", "family_name": "Testing", "born_on": "1985-01-01", "postcode": "CM1 1LX"}
    answers = [
        send(school, line(f"s-{who}", about=[one])).json for who, one in enumerate((CHILD, unknown, hidden))
    ]
    for answer in answers:
        for changing in ("receipt", "batch", "digest"):
            answer.pop(changing)
    assert answers[0] == answers[1] == answers[2]


def test_a_whole_list_that_was_cut_short_ends_nothing_until_somebody_agrees(school: Partner) -> None:
    query = "list=roll&extent=whole-list"
    send(school, *(pupil(number) for number in range(10)), query=query)
    short = send(school, *(pupil(number) for number in range(7)), query=query)
    assert short.status == 409
    assert short.json["type"] == "urn:broker:problem:would-end"
    assert "3 of 10" in short.json["detail"]
    wrong = send(school, *(pupil(number) for number in range(7)), query=f"{query}&confirm-ends=2")
    assert wrong.status == 409
    agreed = send(school, *(pupil(number) for number in range(7)), query=f"{query}&confirm-ends=3")
    assert (agreed.status, agreed.json["ended"]) == (200, 3)


def test_a_list_that_is_sent_in_parts_never_ends_by_what_is_missing(school: Partner) -> None:
    send(school, *(pupil(number) for number in range(3)), query="list=roll")
    assert send(school, pupil(0), query="list=roll&extent=whole-list").json["ended"] == 0
    assert send(school, pupil(1), query="list=roll").json["ended"] == 0


def test_the_organisation_is_the_keys_and_stands_in_no_body(school: Partner) -> None:
    assert send(school, line(controller="ecc")).json["rejected"] == 1
    send(school, line())
    taken = [entry for entry in school.office.entries() if entry.event is Event.RECORDS_INGESTED]
    assert {entry.details["controller"] for entry in taken[-2:]} == {"oakdale-primary"}
    assert taken[-1].actor == "oakdale-primary/agency-system"


def test_a_nil_return_keeps_a_promise_and_an_empty_batch_is_none(school: Partner) -> None:
    office = school.office
    promise = Promise("oakdale-primary", "api:attendance", frozenset({"attendance"}), Period(days=7))
    promise_feed(office.broker, Acting("ola", "ig-officer"), promise)
    assert send(school).status == 400
    got = send(school, query="list=attendance&nil=yes")
    assert (got.status, got.json["nil"]) == (200, True)
    assert send(school, query="list=other&nil=yes").status == 400
    assert send(school, line(), query="list=attendance&nil=yes").status == 400


def test_it_takes_lines_and_larger_bodies_than_the_others(school: Partner) -> None:
    body = json.dumps(line()).encode()
    assert school.send_body("POST", "/v1/records", body, "list=attendance").status == 415
    padded = body + b"\n" + (b" " * 99 + b"\n") * 20_000
    got = school.send_body("POST", "/v1/records", padded, "list=attendance", content_type=NDJSON)
    assert (got.status, got.json["accepted"]) == (200, 1)
    huge = b"\n" * (8 * 1024 * 1024 + 1)
    assert school.send_body("POST", "/v1/records", huge, "list=attendance", content_type=NDJSON).status == 413


@pytest.mark.parametrize(
    "query",
    ["", "list=UPPER", "list=a&extent=some", "list=a&confirm-ends=x", "list=a&again=no", "list=a&confirm-ends=0"],
)
def test_a_query_of_another_shape_is_refused(school: Partner, query: str) -> None:
    assert send(school, line(), query=query).status == 400
