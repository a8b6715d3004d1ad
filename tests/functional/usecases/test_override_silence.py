"""Asking for emergency access, and what comes back, tell nothing about anybody: the same bytes in two offices."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from broker.cli.override.words import access_as_json, seen_as_json
from broker.errors import BrokerError
from broker.people import ProtectionMarker
from broker.release.disclosure import as_mapping
from broker.usecases.acting import Acting
from broker.usecases.emergency.answer_override import approve_override, refuse_override
from broker.usecases.emergency.close_override import close_override
from broker.usecases.emergency.read_override import list_overrides, show_override
from broker.usecases.emergency.request_override import NewOverride, request_override
from tests.functional.usecases.office import SCHOOL_LEAD, TOM, URGENT, Office, Seeded, open_office, working

LEAD = Acting("sal", "safeguarding-lead")
OTHER_LEAD = SCHOOL_LEAD
STRANGER = "p-neverissuedneverissued22"


def whole_story(office: Office, about: tuple[str, ...]) -> list[str]:
    """Every answer that requester, second person and onlookers get, from the asking to after the end. The last one
    asked about is called somebody, and receipts, which are hashes over pseudonyms, are left out."""
    broker, story = office.broker, Story(office, about[-1])
    new = NewOverride("significant-harm", URGENT, "vital-interests", "family-support", about, None)

    def asked(override: str) -> Any:
        return as_mapping(office.ask(TOM, about=about, case=None, override=override))

    for alone in (False, True):
        story.step()
        now = request_override(broker, TOM, replace(new, alone=alone))
        one = now.access.id
        story.add(access_as_json(now.access, now.access.state(now.at)))
        story.tell(lambda: [seen_as_json(seen) for seen in list_overrides(broker, LEAD)])
        story.tell(lambda one=one: approve_override(broker, OTHER_LEAD, one).access.id)
        story.tell(lambda one=one: refuse_override(broker, TOM, one, "no").access.id)
        story.tell(lambda one=one: approve_override(broker, LEAD, one).access.id)
        story.tell(lambda one=one: seen_as_json(show_override(broker, TOM, one)))
        story.tell(lambda one=one: asked(one))
        story.tell(lambda one=one: seen_as_json(show_override(broker, LEAD, one)))
        story.tell(lambda one=one: close_override(broker, TOM, one).access.id)
        story.tell(lambda one=one: asked(one))
    return story.said


@dataclass
class Story:
    """What was said, in order; each step under randomness of its own, so that a silent alert shifts nothing."""

    office: Office
    somebody: str
    said: list[str] = field(default_factory=list)

    def add(self, found: Any) -> None:
        if isinstance(found, dict) and found.get("receipt"):
            found = {**found, "receipt": None}
        text = json.dumps(found).replace(self.somebody, "somebody")
        self.said.append(json.dumps(json.loads(text), sort_keys=True))

    def step(self) -> None:
        self.office.step()
        self.office.broker.store._random_bytes = Seeded(f"step {len(self.said)}")

    def tell(self, work: Callable[..., Any]) -> None:
        self.step()
        try:
            self.add(work())
        except BrokerError as error:
            self.add(str(error))


def test_a_protected_person_and_an_id_never_issued_are_one_story(tmp_path: Path, database: str) -> None:
    """In both offices the partner is protected; one story names him, the other somebody who was never there."""
    told = []
    with (
        open_office(tmp_path / "one", database=database) as one,
        open_office(tmp_path / "two", keys_of=one, database=database) as two,
    ):
        for office, who in ((one, "partner"), (two, None)):
            working(office)
            office.enrol_one("sal", "Sal Frost", "ecc", "safeguarding-lead")
            office.record("oakdale-primary", "attendance", ["partner"], {"percentage": 20})
            office.mark("partner", ProtectionMarker.PROTECTED)
            office.reseed("asking")
            named = office.people[who] if who else STRANGER
            story = whole_story(office, (office.people["child"], named))
            told.append(story)
            events = [entry.event for entry in office.entries()]
            told.append([event.value for event in events])
            assert bool(office.notices("alert-protected-person")) == (who is not None)
    assert told[0] == told[2]
    assert told[1] == told[3], "the log grows by the same entries"


@pytest.mark.parametrize("differing", ["record", "nothing"])
def test_the_stories_of_two_offices_can_differ_at_all(tmp_path: Path, database: str, differing: str) -> None:
    """The comparison is worth something: a record that emergency access may show changes the bytes, and only in
    what was released."""
    told = []
    with (
        open_office(tmp_path / "one", database=database) as one,
        open_office(tmp_path / "two", keys_of=one, database=database) as two,
    ):
        for office, who in ((one, "child"), (two, "child" if differing == "nothing" else "mum")):
            working(office)
            office.enrol_one("sal", "Sal Frost", "ecc", "safeguarding-lead")
            office.record("oakdale-primary", "exclusions", [who], {"kind": "fixed-term", "days": 2})
            office.reseed("asking")
            told.append(whole_story(office, (office.people["child"],)))
    differs = [n for n, (a, b) in enumerate(zip(*told, strict=True)) if a != b]
    assert bool(differs) == (differing == "record")
    for number in differs:
        assert '"statements"' in told[0][number] or '"releases"' in told[0][number]
