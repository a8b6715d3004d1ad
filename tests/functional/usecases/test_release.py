"""The release: one transaction, an entry for every answer, holder's decisions."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from broker.audit.verify import Verdict
from broker.canonical import canonical_json, canonical_members
from broker.decision.facts import HolderRuling
from broker.errors import CallWrong, NotAllowed, SystemFailed
from broker.release.disclosure import as_mapping, spelled
from broker.store import disclosures
from broker.store.disclosures import find_disclosure, find_disclosures_about
from broker.usecases.acting import Acting
from broker.usecases.agreements.depending_cases import count_depending_cases
from broker.usecases.agreements.publish_agreement import publish_agreement
from broker.usecases.agreements.sign_agreement import Signing, sign_agreement
from broker.usecases.casework.cases import close_case
from broker.usecases.holders.decide_as_holder import HolderRules, decide_as_holder
from broker.usecases.log.verify_log import verify_live
from broker.usecases.release.decided_request import Asked
from broker.usecases.release.release_profile import release_profile
from tests.functional.usecases.office import (
    KIM,
    OFFICER,
    REASON,
    ROOT,
    SCHOOL_LEAD,
    SIRO,
    TOM,
    Office,
    engine_of,
    full_disk,
)

POLICE = Acting("pat", "safeguarding-lead")


def test_a_release_stores_what_it_rests_on_and_leaves_one_entry(office: Office) -> None:
    count = len(office.entries())
    disclosure = office.ask()
    (entry,) = office.entries()[count:]
    with office.broker.store.look() as view:
        stored = find_disclosure(view, disclosure.id)
    assert entry.event == "profile.released"
    assert stored is not None
    assert stored.table_digest == entry.agreements_digest
    assert stored.policies_digest == entry.policies_digest
    assert {f"{kind.value}:{basis}" for kind, basis in stored.rests_on} == set(entry.details["rests_on"])
    assert {kind.value for kind, _ in stored.rests_on} >= {"agreement", "signature", "consent"}
    assert dict(stored.records).keys() == {item.record for item in disclosure.profile.items if disclosure.profile}
    assert stored.request.reason == REASON
    assert {key for _, key, _ in stored.versions} >= {office.people["mum"], office.people["child"]}


def test_no_identity_and_no_content_stands_in_the_log(office: Office) -> None:
    disclosure = office.ask()
    assert b"Testing" in str(as_mapping(disclosure)).encode()
    with office.broker.store.look() as view:
        assert len(find_disclosures_about(view, office.people["mum"])) == 1
    for entry in office.entries():
        said = repr(entry)
        for person in office.people.values():
            assert person not in said
        for canary in ("Testing", "01632", "Mondays", REASON):
            assert canary not in said


@pytest.mark.parametrize(
    ("acting", "others", "reason"),
    [
        (Acting("nobody", "triage"), {}, "not-authorised"),
        (Acting("kim", "triage"), {}, "not-authorised"),
        (KIM, {"purpose": "no-such-purpose"}, "not-authorised"),
        (KIM, {"case": None}, "case-required"),
        (KIM, {"case": "k-neverissued"}, "case-closed"),
        (TOM, {}, "not-in-team"),
    ],
)
def test_a_refused_request_leaves_an_entry_and_a_disclosure(
    office: Office, acting: Acting, others: dict[str, str], reason: str
) -> None:
    count = len(office.entries())
    disclosure = office.ask(acting, **others)
    (entry,) = office.entries()[count:]
    with office.broker.store.look() as view:
        stored = find_disclosure(view, disclosure.id)
    assert disclosure.refused_because == reason
    assert disclosure.profile is None
    assert (entry.event, entry.details["reason"]) == ("profile.refused", reason)
    assert stored is not None
    assert stored.refused_because == reason
    assert disclosure.receipt.origin == "broker.example/log"


def test_a_role_that_may_not_request_profiles_is_refused_like_any_other(office: Office) -> None:
    disclosure = office.ask(Acting("ola", "ig-officer"))
    assert disclosure.refused_because == "not-authorised"


@pytest.mark.parametrize("table", ["audit_entry", "disclosure", "disclosure_basis"])
def test_where_anything_cannot_be_recorded_nothing_is_released(office: Office, table: str) -> None:
    count = len(office.entries())
    with full_disk(office, table), pytest.raises(SystemFailed):
        office.ask()
    assert len(office.entries()) == count
    with office.broker.store.look() as view:
        assert find_disclosures_about(view, office.people["mum"]) == ()
    assert office.ask().outcome == "answered"


def test_a_request_needs_a_person_and_a_reason(office: Office) -> None:
    for asked in (Asked("family-support", (), REASON), Asked("family-support", ("p-x",), "  ")):
        with pytest.raises(CallWrong):
            release_profile(office.broker, KIM, asked)


def test_the_holder_releases_what_was_referred_and_may_take_it_back(office: Office) -> None:
    office.record(
        "essex-police", "police-incidents", ["mum"], {"kind": "domestic", "outcome": "no-further-action"}
    )
    police = HolderRules(
        office.people["mum"], "essex-police", "police-incidents", "family-support", HolderRuling.RELEASE, "weighed"
    )
    office.enrol_one("pat", "Pat Vale", "essex-police", "safeguarding-lead")

    def shown() -> bool:
        disclosure = office.ask()
        assert disclosure.profile is not None
        return any(item.papers.category == "police-incidents" for item in disclosure.profile.items)

    assert not shown()
    office.step()
    decide_as_holder(office.broker, POLICE, police)
    assert shown()
    office.step()
    withheld = HolderRules(
        police.about, police.controller, police.category, police.purpose, HolderRuling.WITHHOLD, "changed"
    )
    decided = decide_as_holder(office.broker, POLICE, withheld)
    assert [told.recipient for told in decided.told] == ["ecc"]
    assert not shown()
    assert verify_live(office.broker).verdict is Verdict.SOUND


def test_only_staff_of_the_holder_decide(office: Office) -> None:
    rules = HolderRules(
        office.people["mum"], "essex-police", "police-incidents", "family-support", HolderRuling.RELEASE, "why"
    )
    with pytest.raises(NotAllowed, match="decides for itself"):
        decide_as_holder(office.broker, SCHOOL_LEAD, rules)


def test_an_id_alone_buys_no_name(office: Office) -> None:
    """The case named is about them, or something about them was released: otherwise the id stays an id."""

    def names(case: str | None) -> dict[str, str]:
        override = office.emergency(KIM, "mum", "partner", case=case)
        disclosure = office.ask(KIM, about=["mum", "partner"], case=case, override=override)
        assert disclosure.profile is not None
        assert {one for item in disclosure.profile.items for one in item.about} == {office.people["mum"]}
        return dict(disclosure.profile.people)

    mum, partner = office.people["mum"], office.people["partner"]
    assert names(None) == {mum: "Mum Testing", partner: partner}
    assert names(office.cases["team"]) == {mum: "Mum Testing", partner: "Partner Testing"}
    office.enrol_one("att", "Att Cole", "ecc", "attendance-officer")
    officer = Acting("att", "attendance-officer")
    nothing = office.ask(officer, about=["mum"], purpose="school-attendance", case=None)
    assert nothing.profile is not None
    assert nothing.profile.items == ()
    assert dict(nothing.profile.people) == {mum: mum}


def test_an_evaluation_is_told_nobodys_name(office: Office) -> None:
    """The agreement bans names, and the answer to an analyst holds none either: whom it is about is an id."""
    office.step(60 * 24 * 200)
    path = ROOT / "agreements" / "evaluation" / "v1" / "agreement.yaml"
    publish_agreement(office.broker, OFFICER, path.read_bytes(), "agreement.yaml")
    for party in ("ecc", "oakdale-primary"):
        office.authorise(party)
        sign_agreement(office.broker, SIRO, Signing("evaluation", 1, party, "Sid Marsh", "SIRO", "scheme"))
    office.enrol_one("ann", "Ann Pole", "ecc", "analyst")
    disclosure = office.ask(Acting("ann", "analyst"), about=["child"], purpose="evaluation", case=None)
    assert disclosure.profile is not None
    assert [(item.papers.detail, item.about) for item in disclosure.profile.items] == [
        ("flag", (office.people["child"],))
    ]
    assert dict(disclosure.profile.people) == {office.people["child"]: office.people["child"]}


def test_what_was_typed_for_staff_id_and_purpose_is_not_kept_unsealed(office: Office) -> None:
    typed = "Mum Testing of Chelmsford"
    disclosure = office.ask(Acting(typed, "triage"), purpose="why Mum left")
    engine = engine_of(office)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT actor_id, purpose_code FROM disclosure WHERE disclosure_id = :id"), {"id": disclosure.id}
        ).all()
    engine.dispose()
    assert [tuple(row) for row in rows] == [("unknown", "unknown")]
    office.ask()
    with office.broker.store.look() as view:
        (*_, last) = find_disclosures_about(view, office.people["mum"])
    assert (last.request.by, last.request.purpose) == ("kim", "family-support")


def test_the_five_statements_are_made_from_what_was_released(office: Office) -> None:
    disclosure = office.ask()
    assert disclosure.statements is not None
    assert REASON in disclosure.statements.necessary
    assert disclosure.statements.proportionate.startswith("3 items of 3 kinds")
    assert "family-support@1#4.3" in disclosure.statements.legal
    assert disclosure.id in disclosure.statements.auditable
    assert "no onward sharing" in disclosure.statements.safe
    assert disclosure.profile is not None
    assert disclosure.profile.coverage
    assert disclosure.profile.not_shared
    assert canonical_members(spelled(disclosure)) == canonical_json(as_mapping(disclosure))


def test_cases_that_depend_on_an_agreement_are_counted_without_opening_anybodys_account(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("an account was opened")

    assert count_depending_cases(office.broker, OFFICER) == {}
    office.ask()
    office.ask()
    monkeypatch.setattr(disclosures, "_opened", never)
    assert count_depending_cases(office.broker, OFFICER) == {"family-support@1": None}, "fewer than five"
    office.step(60 * 24 * 91)
    assert count_depending_cases(office.broker, OFFICER) == {}, "not lately"
    office.ask()
    office.step()
    assert count_depending_cases(office.broker, OFFICER) == {"family-support@1": None}
    close_case(office.broker, KIM, office.cases["team"])
    office.step()
    assert count_depending_cases(office.broker, OFFICER) == {}, "nothing depends on it through a closed case"
