"""The message catalogue: every key in every language, with exactly the places it is filled in, and nothing it must
not say."""

from __future__ import annotations

import string

import pytest

from broker.consent.record import ConsentKind
from broker.decision.reasons import WORDINGS, Reason, Refusal, Told, told_refusal
from broker.release import officer_step as officer
from broker.release.messages import LANGUAGES, Message, consent_words, listed, say, sentence
from broker.release.messages.keys import PLACES
from broker.release.next_step import STEPS, refusal_step
from broker.release.officer_step import officer_refusal_step

NEVER = ("nothing held", "is held", "not held", "no record", "refused", "withdrew", "blame", "fault")


def places(text: str) -> set[str]:
    """What a sentence is filled in with."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("message", Message)
def test_every_message_is_said_in_every_language_with_its_places(message: Message, language: str) -> None:
    text = LANGUAGES[language][message]
    assert places(text) == PLACES.get(message, frozenset())
    assert text == " ".join(text.split())
    said = sentence(message, language, **{place: f"<{place}>" for place in places(text)})
    assert said[0] == said[0].upper()
    assert not any(words in said.lower() for words in NEVER)


def test_nothing_is_said_that_no_register_names() -> None:
    for texts in LANGUAGES.values():
        assert set(texts) == set(Message)
    assert set(PLACES) <= set(Message)


def test_every_reason_a_requester_may_hear_has_a_step() -> None:
    assert set(STEPS) == set(Told)


def test_every_reason_an_officer_reads_has_a_step_of_its_own_or_the_requesters() -> None:
    own = officer.ABOUT_HOLDER.keys() | officer.FIXED.keys() | officer.ABOUT_CONSENT.keys()
    for reason in Reason:
        assert reason in own or WORDINGS[reason].told is not None or reason is Reason.OVERRIDE
        if WORDINGS[reason].told is None and reason is not Reason.OVERRIDE:
            assert reason in officer.ABOUT_HOLDER.keys() | officer.FIXED.keys()


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_has_a_step_in_both_views(refusal: Refusal) -> None:
    assert refusal_step(told_refusal(refusal))
    assert officer_refusal_step(refusal)


def test_a_requester_is_told_one_step_for_both_refusals_that_depend_on_people() -> None:
    steps = {refusal_step(told_refusal(r)) for r in (Refusal.SUBJECT_NOT_IN_CASE, Refusal.CONFLICT_OF_INTEREST)}
    assert len(steps) == 1
    with pytest.raises(ValueError, match="conflict-of-interest"):
        refusal_step("conflict-of-interest")


@pytest.mark.parametrize("kind", ConsentKind)
def test_every_kind_of_consent_has_a_name(kind: ConsentKind) -> None:
    assert consent_words(kind)


def test_a_sentence_is_never_said_with_a_gap_or_something_over() -> None:
    with pytest.raises(ValueError, match="`holder-decides` is filled in with"):
        say(Message.HOLDER_DECIDES)
    with pytest.raises(ValueError, match="`prohibited` is filled in with"):
        say(Message.PROHIBITED, who="mum")


def test_names_are_listed_as_people_say_them() -> None:
    assert listed(Message.EITHER, ["mum"]) == "mum"
    assert listed(Message.EVERY, ["mum", "dad"]) == "mum and dad"
    assert listed(Message.EITHER, ["mum", "dad", "gran"]) == "mum, dad or gran"
