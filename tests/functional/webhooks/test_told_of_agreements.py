"""A system is told of what changes in its agreements and of questions in its inbox, where it wants to be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from broker.usecases.agreements.end_agreement import end_agreement
from broker.usecases.agreements.publish_agreement import publish_agreement
from broker.usecases.agreements.sign_agreement import withdraw_signature
from broker.usecases.holders.ask_holder import NewQuestion, ask_holder
from broker.usecases.notices import list_notices
from broker.usecases.partners.deliver_notices import deliver_once
from broker.webhooks.topics import SYSTEMS_ONLY
from broker.wiring import open_answer_signer
from tests.functional.usecases.office import KIM, OFFICER, ROOT, SIRO, Office
from tests.functional.webhooks.receiver import Receiver, receiving
from tests.functional.webhooks.told import tell_at

OTHER = ROOT / "agreements" / "dwp-supporting-families" / "v1" / "agreement.yaml"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A partner's system."""
    with receiving() as found:
        yield found


def told(office: Office, receiver: Receiver) -> list[tuple[str, str | None, str | None]]:
    office.step()
    deliver_once(office.broker, open_answer_signer(office.broker.settings))
    return sorted((one["topic"], one["agreement"], one["party"]) for one in receiver.taken.values())


def change_agreements(office: Office) -> None:
    office.step()
    publish_agreement(office.broker, OFFICER, OTHER.read_bytes(), "agreement.yaml")
    office.step()
    withdraw_signature(office.broker, SIRO, "family-support", 1, "ecc", "we look at it again")
    office.step()
    office.sign("ecc")
    office.step()
    end_agreement(office.broker, SIRO, "family-support", 1, "replaced by another")


def test_every_party_is_told_what_changed_in_its_agreements(office: Office, receiver: Receiver) -> None:
    tell_at(office, receiver)
    change_agreements(office)
    assert told(office, receiver) == [
        ("agreement-ended", "family-support@1", None),
        ("agreement-published", "dwp-supporting-families@1", None),
        ("agreement-signed", "family-support@1", "ecc"),
        ("agreement-unsigned", "family-support@1", "ecc"),
    ]
    assert receiver.wrong == []


def test_peoples_lists_do_not_fill_with_what_they_see_elsewhere(office: Office, receiver: Receiver) -> None:
    tell_at(office, receiver)
    change_agreements(office)
    assert not SYSTEMS_ONLY & {one.topic for one in list_notices(office.broker, OFFICER)}


def test_where_no_system_is_told_nothing_is_queued(office: Office) -> None:
    change_agreements(office)
    assert [one for topic in SYSTEMS_ONLY for one in office.notices(topic)] == []


def test_where_a_system_is_told_of_other_topics_nothing_is_queued(office: Office, receiver: Receiver) -> None:
    tell_at(office, receiver, ("withdrawal",))
    change_agreements(office)
    assert [one for topic in SYSTEMS_ONLY for one in office.notices(topic)] == []


@pytest.mark.parametrize("known", [True, False])
def test_a_holder_who_knows_the_person_is_told_that_a_question_waits(
    office: Office, receiver: Receiver, known: bool
) -> None:
    """And one that does not is told nothing: whether the police hold anything is not to be learnt by asking."""
    tell_at(office, receiver, organisation="essex-police")
    about = office.people["mum" if known else "partner"]
    case, why = office.cases["team"], "we plan a visit on Friday"
    new = NewQuestion(about, "essex-police", "police-incidents", "family-support", why, case)
    asked = ask_holder(office.broker, KIM, new)
    told(office, receiver)
    questions = [one["question"] for one in receiver.taken.values() if one["topic"] == "holder-asked"]
    assert questions == ([asked.question_id] if known else [])
