"""The register of events is closed and whole: each event has a form, a sample and a place in the verifier."""

from __future__ import annotations

import dataclasses
import json
import string
from pathlib import Path

import pytest

from broker.audit.details import EntryRefused
from broker.audit.entry import entry_bytes, parse_entry
from broker.audit.event_words import EVENT_WORDS, OUTCOME_WORDS
from broker.audit.events import EVENT_FORMS, Event, Kind, Outcome
from broker.audit.verify import KNOWN_EVENTS
from broker.audit.verify.spelling import detail_names, match_entry
from tests.unit.audit.building import full_entry

SAMPLES = Path(__file__).parent / "samples"
RELATIONS = {"introduces", "ends", "narrows", "rests_on"}


def test_every_event_has_a_form_and_nothing_else_has() -> None:
    assert set(EVENT_FORMS) == set(Event)


def test_every_event_has_one_frozen_sample_and_no_sample_is_without_its_event() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == {event.value for event in Event}


def test_the_verifier_knows_the_same_events_as_the_register() -> None:
    assert {event.value for event in Event} == KNOWN_EVENTS


@pytest.mark.parametrize("event", Event)
def test_a_frozen_sample_still_parses_and_is_spelled_the_same(event: Event) -> None:
    data = (SAMPLES / f"{event.value}.json").read_bytes()
    entry = parse_entry(data)
    assert entry.event is event
    assert entry_bytes(entry) == data


@pytest.mark.parametrize("event", Event)
def test_the_verifier_reads_every_frozen_sample(event: Event) -> None:
    match = match_entry((SAMPLES / f"{event.value}.json").read_bytes())
    assert match is not None
    assert detail_names(match[3]) is not None


@pytest.mark.parametrize("event", Event)
def test_a_sample_shows_every_detail_its_event_needs(event: Event) -> None:
    shown = json.loads((SAMPLES / f"{event.value}.json").read_bytes())["details"]
    assert set(EVENT_FORMS[event].needed) <= set(shown)


@pytest.mark.parametrize("event", Event)
def test_each_needed_detail_is_needed(event: Event) -> None:
    entry = full_entry(event)
    for name in EVENT_FORMS[event].needed:
        fewer = {key: value for key, value in entry.details.items() if key != name}
        with pytest.raises(EntryRefused, match=f"`{name}` is missing"):
            dataclasses.replace(entry, details=fewer)


@pytest.mark.parametrize("event", Event)
def test_no_detail_is_both_needed_and_optional(event: Event) -> None:
    assert not set(EVENT_FORMS[event].needed) & set(EVENT_FORMS[event].may_have)


@pytest.mark.parametrize("event", Event)
def test_relations_between_entries_are_always_lists_of_grounds(event: Event) -> None:
    form = EVENT_FORMS[event]
    for name, kind in {**form.needed, **form.may_have}.items():
        assert (name in RELATIONS) == (kind is Kind.GROUNDS)


def test_every_event_and_every_outcome_has_its_words() -> None:
    assert set(EVENT_WORDS) == set(Event)
    assert set(OUTCOME_WORDS) == set(Outcome)


@pytest.mark.parametrize("event", Event)
def test_a_sentence_is_one_and_its_places_are_details_that_every_entry_has(event: Event) -> None:
    sentence = EVENT_WORDS[event]
    assert {place for _, place, _, _ in string.Formatter().parse(sentence) if place} <= set(
        EVENT_FORMS[event].needed
    )
    assert sentence[0] in string.ascii_uppercase + "{"
    assert sentence.endswith(".")
    assert ". " not in sentence
