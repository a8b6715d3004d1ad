"""What may leave: every reason for which a recipient is told, and no silent topic."""

from __future__ import annotations

from broker.usecases.holders.ask_holder import OVERDUE
from broker.usecases.notices import RECALLS
from broker.webhooks.topics import CODES, SYSTEMS_ONLY, topics_of, topics_text


def test_every_reason_to_tell_a_recipient_may_be_told_to_its_system_and_nothing_silent() -> None:
    assert set(CODES) == RECALLS | {OVERDUE} | SYSTEMS_ONLY


def test_topics_are_kept_by_their_codes() -> None:
    everything = topics_of(" ".join(CODES))
    assert topics_of(topics_text(everything)) == everything
    assert topics_of("withdrawal alert-conflict") == topics_of("withdrawal")
