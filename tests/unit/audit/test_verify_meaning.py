"""The meaning of a log: a release rests on what stood before it, or it is found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from broker.audit.entry import AuditEntry, entry_bytes
from broker.audit.events import Event, Outcome
from broker.audit.verify import Evidence, State, Verdict, Verification, spelling, verify_export
from tests.unit.audit.building import (
    LOG,
    adoption,
    consent,
    export,
    make_entry,
    place,
    release,
    withdrawal,
)

OTHER_RULES = "sha256:" + "c3" * 32


@pytest.fixture
def judged(tmp_path: Path) -> Judge:
    return Judge(tmp_path / "log")


class Judge:
    """Exports entries under a genuine checkpoint and verifies them: only their meaning can be at fault."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, entries: Sequence[AuditEntry | bytes]) -> Verification:
        data = [one if isinstance(one, bytes) else entry_bytes(one) for one in entries]
        found = verify_export(export(self.folder, place(data).placed), Evidence(log_key=str(LOG.key)))
        assert {step.state for step in found.steps[:-1]} <= {State.HOLDS, State.NOT_CHECKED}
        return found

    def finds(self, entries: Sequence[AuditEntry | bytes], index: int, words: str) -> None:
        found = self(entries)
        assert found.verdict is Verdict.TAMPERED, found.narrative()
        assert found.first_bad_index == index
        assert words in found.narrative()


def test_a_release_on_a_standing_consent_is_sound(judged: Judge) -> None:
    found = judged([adoption(0), consent(1), release(2, ["consent:c-1"])])
    assert found.verdict is Verdict.SOUND, found.narrative()


def test_a_release_before_any_rules(judged: Judge) -> None:
    judged.finds([consent(1), release(2, ["consent:c-1"])], 1, "before any rules were adopted")


def test_a_release_by_rules_that_were_replaced(judged: Judge) -> None:
    entries = [adoption(0), consent(1), adoption(2, OTHER_RULES), release(3, ["consent:c-1"])]
    judged.finds(entries, 3, "not the ones adopted")


def test_a_release_by_policies_that_were_replaced(judged: Judge) -> None:
    entries = [adoption(0), consent(1), adoption(2, policies=OTHER_RULES), release(3, ["consent:c-1"])]
    judged.finds(entries, 3, "not the ones adopted")


def test_a_release_on_a_consent_nobody_gave(judged: Judge) -> None:
    judged.finds([adoption(0), release(1, ["consent:c-9"])], 1, "no entry before it introduced")


def test_a_release_before_its_consent_was_given(judged: Judge) -> None:
    judged.finds([adoption(0), release(1, ["consent:c-2"]), consent(2)], 1, "no entry before it introduced")


def test_a_release_after_withdrawal(judged: Judge) -> None:
    entries = [adoption(0), consent(1), withdrawal(2, ends=["consent:c-1"]), release(3, ["consent:c-1"])]
    judged.finds(entries, 3, "which entry 2 had ended")


def test_a_release_between_consent_and_withdrawal_is_sound(judged: Judge) -> None:
    entries = [adoption(0), consent(1), release(2, ["consent:c-1"]), withdrawal(3, ends=["consent:c-1"])]
    assert judged(entries).verdict is Verdict.SOUND


def test_a_release_on_a_consent_given_again_is_sound(judged: Judge) -> None:
    entries = [
        adoption(0),
        consent(1),
        withdrawal(2, ends=["consent:c-1"]),
        consent(3),
        release(4, ["consent:c-3"]),
    ]
    assert judged(entries).verdict is Verdict.SOUND


def test_a_consent_given_twice_under_one_id_cannot_undo_its_withdrawal(judged: Judge) -> None:
    entries = [
        adoption(0),
        consent(1),
        withdrawal(2, ends=["consent:c-1"]),
        make_entry(3, Event.CONSENT_GIVEN, {"kind": "engagement", "introduces": ["consent:c-1"]}),
        release(4, ["consent:c-1"]),
    ]
    judged.finds(entries, 3, "introduces `consent:c-1`")


def test_a_withdrawal_that_came_before_the_consent_it_names_still_bites(judged: Judge) -> None:
    entries = [adoption(0), withdrawal(2, ends=["consent:c-3"]), consent(3), release(4, ["consent:c-3"])]
    judged.finds(entries, 2, "introduces `consent:c-3`")


def test_a_release_after_the_consent_ran_out(judged: Judge) -> None:
    # Entry numbers are minutes after 09:30: the consent ends at 09:33, at which it is no longer given.
    ends = "2026-03-02T09:33:00.000000Z"
    judged.finds([adoption(0), consent(1, until=ends), release(3, ["consent:c-1"])], 2, "which was over at")


def test_a_release_a_minute_before_the_consent_ran_out_is_sound(judged: Judge) -> None:
    ends = "2026-03-02T09:33:00.000000Z"
    assert judged([adoption(0), consent(1, until=ends), release(2, ["consent:c-1"])]).verdict is Verdict.SOUND


def test_a_release_that_overlooks_a_partial_withdrawal(judged: Judge) -> None:
    entries = [adoption(0), consent(1), withdrawal(2, narrows=["consent:c-1"]), release(3, ["consent:c-1"])]
    judged.finds(entries, 3, "overlooks `consent:c-2`")


def test_a_release_that_took_a_partial_withdrawal_into_account_is_sound(judged: Judge) -> None:
    entries = [
        adoption(0),
        consent(1),
        withdrawal(2, narrows=["consent:c-1"]),
        release(3, ["consent:c-1", "consent:c-2"]),
    ]
    assert judged(entries).verdict is Verdict.SOUND


def test_a_partial_withdrawal_without_an_id_of_its_own(judged: Judge) -> None:
    nameless = make_entry(2, Event.CONSENT_WITHDRAWN, {"kind": "engagement", "narrows": ["consent:c-1"]})
    judged.finds([adoption(0), consent(1), nameless], 2, "introduces nothing")


def test_a_release_that_rests_on_nothing(judged: Judge) -> None:
    judged.finds([adoption(0), release(1, [])], 1, "rests on nothing")


def test_an_answer_in_which_nothing_was_released_needs_no_ground(judged: Judge) -> None:
    details = {"disclosure": "d-1", "purpose": "family-support", "permitted": 0, "records": 0, "rests_on": []}
    rules = {"agreements_digest": adoption(0).agreements_digest, "policies_digest": adoption(0).policies_digest}
    empty = make_entry(1, Event.PROFILE_RELEASED, details, Outcome.PERMITTED, **rules)
    assert judged([adoption(0), empty]).verdict is Verdict.SOUND


def test_a_release_after_the_override_window_closed(judged: Judge) -> None:
    details = {
        "override": "o-1",
        "reason": "significant-harm",
        "minutes": 60,
        "alone": False,
        "introduces": ["override:o-1"],
        "until": "2026-03-02T10:30:00.000000Z",
    }
    opened = make_entry(1, Event.OVERRIDE_OPENED, details, Outcome.PERMITTED)
    closed = make_entry(2, Event.OVERRIDE_CLOSED, {"override": "o-1", "ends": ["override:o-1"]})
    judged.finds([adoption(0), opened, closed, release(3, ["override:o-1"])], 3, "which entry 2 had ended")


def test_an_entry_written_twice(judged: Judge) -> None:
    judged_twice = [entry_bytes(one) for one in (adoption(0), consent(1), withdrawal(2), withdrawal(3))]
    copied = [*judged_twice, judged_twice[0]]
    found = verify_export(export(judged.folder, place(copied).placed), Evidence(log_key=str(LOG.key)))
    assert found.verdict is Verdict.TAMPERED
    assert found.first_bad_index == 4
    assert "random bytes of entry 0" in found.narrative()


def test_an_entry_written_twice_beside_entries_that_are_none(judged: Judge) -> None:
    copied = [entry_bytes(adoption(0)), b"nonsense", b"[]", b'{"nonce":1}', entry_bytes(adoption(0))]
    found = verify_export(export(judged.folder, place(copied).placed), Evidence(log_key=str(LOG.key)))
    assert [one.index for one in found.steps[3].problems] == [4]


def test_lists_of_names_are_remembered_only_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spelling, "_MOST_ORDERS", 0)
    details = b'{"never_seen_before":1,"zeta":2}'
    assert spelling.detail_names(details) == spelling.detail_names(details) == (b"never_seen_before", b"zeta")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((b'"v":1}', b'"v":0}'), "not spelled"),
        ((b'"v":1}', b'"v":true}'), "not spelled"),
        ((b'"kind":"engagement"', b'"kind": "engagement"'), "not spelled"),
        ((b'"kind":"engagement"', b'"kind":"engagement","kind":"statutory"'), "twice or out of order"),
        ((b'"kind":"engagement"', b'"zeta":1,"kind":"engagement"'), "twice or out of order"),
        ((b'["consent:c-1"]', b'"consent:c-1"'), "not a list of grounds"),
        ((b'{"about"', b'not json {"about"'), "not JSON"),
        ((b"engagement", b"engagement\xff"), "not JSON"),
    ],
)
def test_an_entry_that_is_not_spelled_as_version_1(judged: Judge, change: tuple[bytes, bytes], words: str) -> None:
    data = entry_bytes(consent(1)).replace(*change)
    assert data != entry_bytes(consent(1))
    judged.finds([adoption(0), data], 1, words)


@pytest.mark.parametrize("change", [(b'"v":1}', b'"v":2}'), (b"consent.given", b"consent.beamed")])
def test_an_entry_newer_than_the_verifier_means_nobody_can_say(judged: Judge, change: tuple[bytes, bytes]) -> None:
    found = judged([adoption(0), entry_bytes(consent(1)).replace(*change)])
    assert found.verdict is Verdict.CANNOT_SAY
    assert "newer than this verifier" in found.narrative()


def test_many_problems_are_counted_and_the_first_fifty_told(judged: Judge) -> None:
    found = judged([adoption(0), *(release(number, ["consent:c-0"]) for number in range(1, 81))])
    assert len(found.problems) == 50
    assert "80 entries" in found.steps[-1].told
