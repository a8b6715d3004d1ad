"""Agreements: adopted, published, signed party by party, and said in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from broker.audit.verify import Verdict
from broker.errors import CallWrong, DocumentsRefused, NotAllowed
from broker.usecases.acting import Acting
from broker.usecases.agreements.list_agreements import list_agreements
from broker.usecases.agreements.publish_agreement import publish_agreement
from broker.usecases.agreements.sign_agreement import Signing, sign_agreement, withdraw_signature
from broker.usecases.log.verify_log import verify_live
from broker.usecases.rules.adopt_policies import adopt_standing_rules
from tests.functional.usecases.office import FAMILY_SUPPORT, KIM, OFFICER, SIRO, Office, open_office

SIGNING = Signing("family-support", 1, "ecc", "Sid Marsh", "SIRO", "scheme of delegation")


def test_nothing_flows_from_a_party_that_has_not_signed(empty_office: Office) -> None:
    office = empty_office
    office.agree(["ecc", "essex-police"])
    office.family()
    office.team()
    office.consent("child", "mum")
    office.record("oakdale-primary", "attendance", ["child"], {"percentage": 81})
    before = office.ask()
    assert before.profile is not None
    assert before.profile.items == ()
    told = {line.reason for line in before.profile.not_shared if line.controller == "oakdale-primary"}
    assert "party-not-signed" in told
    office.step()
    office.sign("oakdale-primary")
    after = office.ask()
    assert after.profile is not None
    assert [item.papers.category for item in after.profile.items] == ["attendance"]


def test_a_signature_taken_back_stops_the_party_at_once_and_may_be_given_again(office: Office) -> None:
    assert office.ask().outcome == "answered"
    withdraw_signature(office.broker, SIRO, "family-support", 1, "ecc", "under review")
    stopped = office.ask()
    assert stopped.profile is not None
    assert stopped.profile.items == ()
    office.step()
    office.sign("ecc")
    again = office.ask()
    assert again.profile is not None
    assert len(again.profile.items) == 3
    assert verify_live(office.broker).verdict is Verdict.SOUND


def test_the_state_is_said_in_words_with_who_has_not_signed(empty_office: Office) -> None:
    office = empty_office
    office.agree(["ecc"])
    (found,) = list_agreements(office.broker, OFFICER)
    assert found.state.startswith("In force. Review by 1 January 2027. 13 of 14 have not signed: essex-police")
    assert found.counts
    assert "4.1" in dict(found.clauses)


def test_publishing_the_same_again_is_harmless_and_another_text_is_refused(empty_office: Office) -> None:
    office = empty_office
    document = FAMILY_SUPPORT.read_bytes()
    assert publish_agreement(office.broker, OFFICER, document, "a.yaml").changed
    count = len(office.entries())
    assert not publish_agreement(office.broker, OFFICER, document, "a.yaml").changed
    assert len(office.entries()) == count
    with pytest.raises(CallWrong, match="another text"):
        publish_agreement(office.broker, OFFICER, document + b"# changed\n", "a.yaml")
    with pytest.raises(DocumentsRefused):
        publish_agreement(office.broker, OFFICER, document.replace(b"article_6", b"article_7"), "a.yaml")
    with pytest.raises(NotAllowed):
        publish_agreement(office.broker, KIM, document, "a.yaml")


def test_who_signs_is_of_the_party_or_shows_its_authority_and_signs_what_was_published(
    empty_office: Office,
) -> None:
    office = empty_office
    office.agree([])
    with pytest.raises(NotAllowed, match="no authorisation"):
        sign_agreement(office.broker, SIRO, Signing("family-support", 1, "dwp", "Sid Marsh", "SIRO", "scheme"))
    with pytest.raises(CallWrong, match="not a party"):
        sign_agreement(office.broker, SIRO, Signing("family-support", 1, "essex-pol", "Sid", "SIRO", "x"))
    other = replace(SIGNING, document_digest="sha256:" + "0" * 64)
    with pytest.raises(CallWrong, match="another text"):
        sign_agreement(office.broker, SIRO, other)
    with pytest.raises(CallWrong, match="not published"):
        sign_agreement(office.broker, SIRO, Signing("family-support", 9, "ecc", "Sid Marsh", "SIRO", "scheme"))
    with pytest.raises(NotAllowed):
        sign_agreement(office.broker, Acting("ola", "ig-officer"), SIGNING)
    assert "ecc" not in sign_agreement(office.broker, SIRO, SIGNING).unsigned
    with pytest.raises(CallWrong, match="already"):
        sign_agreement(office.broker, SIRO, SIGNING)


def test_standing_rules_that_were_not_adopted_decide_nothing(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with open_office(tmp_path_factory.mktemp("other")) as other, pytest.raises(CallWrong, match="not those"):
        adopt_standing_rules(other.broker, {})
    count = len(office.entries())
    office.adopt()
    assert len(office.entries()) == count, "adopting the same again changes nothing"
