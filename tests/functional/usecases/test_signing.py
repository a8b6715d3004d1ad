"""Signing by a key and on behalf of others: two people for a key, a recorded authorisation, nothing twice."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from broker.agreements.signing import SignatureStatement
from broker.audit.events import Event
from broker.audit.verify import Verdict
from broker.canonical import digest_bytes
from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.cli.private_key import read_private_key
from broker.errors import CallWrong, NotAllowed
from broker.http_signatures.algorithms import make_signature
from broker.partner_keys import KeyState
from broker.partner_keys.possession import possession_statement
from broker.partner_keys.public_key import public_key_of
from broker.store.agreements import find_versions
from broker.usecases.acting import Acting
from broker.usecases.agreements.authorisations import (
    NewAuthorisation,
    authorise,
    list_authorisations,
    withdraw_authorisation,
)
from broker.usecases.agreements.list_agreements import list_agreements
from broker.usecases.agreements.partner_keys import (
    NewKey,
    RevokedBecause,
    approve_key,
    hand_in_key,
    list_keys,
    revoke_key,
)
from broker.usecases.agreements.sign_agreement import (
    ByKey,
    Signing,
    sign_agreement,
    statement_of,
    withdraw_signature,
)
from broker.usecases.log.verify_log import verify_live
from broker.usecases.posts.enrol_staff import enrol_staff
from tests.functional.usecases.office import FAMILY_SUPPORT, OFFICER, SIRO, Office, engine_of
from tests.functional.usecases.test_verbs import run

ADMIN = Acting("len", "administrator")
HEAD = Acting("hed", "siro")
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = public_key_of(PRIVATE.public_key().public_bytes_raw())
KEY = "oakdale-primary/hed-2026"
SIGNING = Signing("family-support", 1, "oakdale-primary", "Hed Teacher", "Head", "minute 12")


@pytest.fixture
def school(empty_office: Office) -> Office:
    """An office with a published agreement, an administrator, and a school whose head signs for it."""
    empty_office.agree([])
    empty_office.enrol_one("len", "Len Whitby", "ecc", "administrator")
    empty_office.enrol_one("hed", "Hed Teacher", "oakdale-primary", "siro")
    empty_office.step()
    return empty_office


def proof(name: str = KEY, organisation: str = "oakdale-primary", origin: str = "broker.example/log") -> str:
    return base64.b64encode(PRIVATE.sign(possession_statement(name, organisation, PUBLIC, origin))).decode()


def new_key(office: Office, **others: str) -> NewKey:
    return NewKey(KEY, PUBLIC.text, others.get("proof", proof()), office.clock.at + timedelta(days=300))


def details_of(office: Office, event: Event) -> Mapping[str, Any]:
    """The details of the last entry of an event."""
    return [entry for entry in office.entries() if entry.event is event][-1].details


def enrol_key(office: Office) -> None:
    hand_in_key(office.broker, ADMIN, new_key(office))
    office.step()
    approve_key(office.broker, HEAD, KEY)
    office.step()


def by_key(office: Office, at: datetime | None = None, signing: Signing = SIGNING) -> Signing:
    moment = at or office.clock.at
    data = PRIVATE.sign(statement_of(office.broker, HEAD, signing, KEY, moment))
    return replace(signing, by_key=ByKey(KEY, moment, base64.b64encode(data).decode()))


def test_a_key_takes_two_people_and_proof_that_it_is_held(school: Office) -> None:
    for wrong in (proof(name="oakdale-primary/other"), proof(organisation="ecc"), proof(origin="elsewhere/log")):
        with pytest.raises(NotAllowed, match="not this key's"):
            hand_in_key(school.broker, ADMIN, new_key(school, proof=wrong))
    with pytest.raises(NotAllowed):
        hand_in_key(school.broker, OFFICER, new_key(school))
    assert hand_in_key(school.broker, ADMIN, new_key(school)).state is KeyState.PROPOSED
    school.step()
    with pytest.raises(NotAllowed, match="is proposed"):
        sign_agreement(school.broker, SIRO, by_key(school))
    with pytest.raises(NotAllowed, match="is approved by `oakdale-primary`"):
        approve_key(school.broker, SIRO, KEY)
    assert approve_key(school.broker, HEAD, KEY).state is KeyState.LIVE
    with pytest.raises(CallWrong, match="nothing to approve"):
        approve_key(school.broker, HEAD, KEY)
    enrolled = details_of(school, Event.KEY_ENROLLED)
    assert (enrolled["key"], enrolled["second"]) == (KEY, "len")
    with pytest.raises(CallWrong, match="is taken"):
        hand_in_key(school.broker, ADMIN, new_key(school))
    again = replace(new_key(school), id="oakdale-primary/two", proof=proof(name="oakdale-primary/two"))
    with pytest.raises(CallWrong, match="was handed in before"):
        hand_in_key(school.broker, ADMIN, again)


def test_who_handed_a_key_in_never_approves_it(school: Office) -> None:
    school.enrol_one("two", "Two Hats", "oakdale-primary", "siro")
    hats = Acting("two", "siro")
    both = Staff("two", "oakdale-primary", frozenset({"siro", "administrator"}))
    enrol_staff(school.broker, [StaffMember(both, "Two Hats")])
    hand_in_key(school.broker, Acting("two", "administrator"), new_key(school))
    with pytest.raises(NotAllowed, match="second person"):
        approve_key(school.broker, hats, KEY)


def test_a_signature_by_a_key_counts_like_a_click_and_says_so_in_the_log(school: Office) -> None:
    enrol_key(school)
    kept = sign_agreement(school.broker, SIRO, by_key(school))
    assert "oakdale-primary" not in kept.unsigned
    details = details_of(school, Event.AGREEMENT_SIGNED)
    assert (details["key"], details["party"]) == (KEY, "oakdale-primary")
    assert "authorisation" not in details
    (state,) = list_agreements(school.broker, OFFICER)
    assert "oakdale-primary" not in state.unsigned
    assert verify_live(school.broker).verdict is Verdict.SOUND


def test_a_signature_for_one_party_text_or_signatory_is_none_for_another(school: Office) -> None:
    enrol_key(school)
    signed = by_key(school)
    for change in ({"party": "ecc"}, {"signatory": "Somebody else"}, {"post": "Chair"}, {"authority": "none"}):
        with pytest.raises(NotAllowed, match=r"not this key's"):
            sign_agreement(school.broker, SIRO, replace(signed, **change))
    assert signed.by_key is not None
    moved = replace(signed.by_key, signed_at=signed.by_key.signed_at - timedelta(seconds=1))
    with pytest.raises(NotAllowed, match="not this key's"):
        sign_agreement(school.broker, SIRO, replace(signed, by_key=moved))
    other = SignatureStatement(
        "family-support", 1, digest_bytes(b"another text"), SIGNING.party, SIGNING.signatory, SIGNING.post,
        SIGNING.authority, KEY, school.clock.at,
    )  # fmt: skip
    forged = ByKey(KEY, school.clock.at, base64.b64encode(PRIVATE.sign(other.to_bytes())).decode())
    with pytest.raises(NotAllowed, match="not this key's"):
        sign_agreement(school.broker, SIRO, replace(SIGNING, by_key=forged))
    with pytest.raises(CallWrong, match="64 bytes"):
        sign_agreement(school.broker, SIRO, replace(SIGNING, by_key=ByKey(KEY, school.clock.at, "AAAA")))


def test_a_copy_of_a_signature_that_was_taken_back_is_worth_nothing(school: Office) -> None:
    enrol_key(school)
    signed = by_key(school)
    sign_agreement(school.broker, SIRO, signed)
    school.step()
    withdraw_signature(school.broker, HEAD, "family-support", 1, "oakdale-primary", "under review")
    school.step()
    with pytest.raises(NotAllowed, match="took its signature back"):
        sign_agreement(school.broker, SIRO, signed)
    sign_agreement(school.broker, SIRO, by_key(school))


def test_a_revoked_key_signs_nothing_more_and_a_second_person_confirms(school: Office) -> None:
    enrol_key(school)
    signed = by_key(school)
    school.step()
    revoked = revoke_key(school.broker, ADMIN, KEY, RevokedBecause.LOST, "left on a train")
    assert (revoked.state, revoked.key.awaits_confirmation) == (KeyState.REVOKED, True)
    school.step()
    for at in (None, school.clock.at):
        with pytest.raises(NotAllowed, match="is revoked"):
            sign_agreement(school.broker, SIRO, signed if at is None else by_key(school, at))
    with pytest.raises(CallWrong, match="revoked already"):
        revoke_key(school.broker, HEAD, KEY, RevokedBecause.LOST)
    assert not approve_key(school.broker, HEAD, KEY).key.awaits_confirmation
    (listed,) = list_keys(school.broker, OFFICER)
    assert listed.state is KeyState.REVOKED


def test_a_key_that_ended_signs_nothing(school: Office) -> None:
    enrol_key(school)
    signed = by_key(school)
    school.step(minutes=301 * 24 * 60)
    with pytest.raises(NotAllowed, match="is expired"):
        sign_agreement(school.broker, SIRO, signed)


def test_nobody_signs_for_another_without_a_recorded_authorisation_that_stands(school: Office) -> None:
    with pytest.raises(NotAllowed, match="no authorisation lets `ecc` sign"):
        sign_agreement(school.broker, SIRO, SIGNING)
    with pytest.raises(NotAllowed, match="says itself who signs"):
        authorise(school.broker, SIRO, NewAuthorisation("oakdale-primary", "ecc", "letter"))
    until = school.clock.at + timedelta(days=30)
    made = authorise(
        school.broker, HEAD, NewAuthorisation("oakdale-primary", "ecc", "minute 12", "family-support", None, until)
    ).authorisation
    school.step()
    sign_agreement(school.broker, SIRO, SIGNING)
    details = details_of(school, Event.AGREEMENT_SIGNED)
    assert details["authorisation"] == made.id
    # Either takes it back: the party, or the body that gave it for the party.
    school.step()
    withdraw_signature(school.broker, SIRO, "family-support", 1, "oakdale-primary", "asked to")
    school.step()
    withdrawn = withdraw_authorisation(school.broker, HEAD, made.id, "we sign ourselves now")
    assert not withdrawn.stands
    school.step()
    with pytest.raises(NotAllowed, match="no authorisation"):
        sign_agreement(school.broker, SIRO, SIGNING)
    with pytest.raises(CallWrong, match="withdrawn already"):
        withdraw_authorisation(school.broker, HEAD, made.id, "again")
    assert [one.stands for one in list_authorisations(school.broker, OFFICER)] == [False]
    sign_agreement(school.broker, HEAD, SIGNING)
    assert verify_live(school.broker).verdict is Verdict.SOUND


def test_an_authorisation_that_ended_or_is_for_another_agreement_is_none(school: Office) -> None:
    with pytest.raises(CallWrong, match="is not published"):
        authorise(school.broker, OFFICER, NewAuthorisation("oakdale-primary", "ecc", "letter", "front-door"))
    with pytest.raises(CallWrong, match="party itself"):
        authorise(school.broker, OFFICER, NewAuthorisation("ecc", "ecc", "letter"))
    with pytest.raises(CallWrong, match="evidence: is missing"):
        authorise(school.broker, OFFICER, NewAuthorisation("oakdale-primary", "ecc", " "))
    soon = school.clock.at + timedelta(minutes=5)
    authorise(school.broker, OFFICER, NewAuthorisation("oakdale-primary", "ecc", "letter", None, None, soon))
    school.step(minutes=10)
    with pytest.raises(NotAllowed, match="no authorisation"):
        sign_agreement(school.broker, SIRO, SIGNING)


def test_whoever_records_an_authorisation_does_not_sign_by_it(school: Office) -> None:
    both = Staff("two", "ecc", frozenset({"siro", "ig-officer"}))
    enrol_staff(school.broker, [StaffMember(both, "Two Hats")])
    authorise(school.broker, Acting("two", "ig-officer"), NewAuthorisation("oakdale-primary", "ecc", "letter"))
    school.step()
    with pytest.raises(NotAllowed, match="second person"):
        sign_agreement(school.broker, Acting("two", "siro"), SIGNING)
    sign_agreement(school.broker, SIRO, SIGNING)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agreement_version SET document_digest = document_digest",
        "DELETE FROM agreement_version",
        "UPDATE signature_event SET party_code = 'dwp'",
        "DELETE FROM signature_event",
        "UPDATE partner_key SET until_at = until_at",
        "DELETE FROM partner_key_event",
        "UPDATE authorisation SET body_code = 'dwp'",
        "DELETE FROM authorisation",
    ],
)
def test_what_was_published_signed_or_authorised_is_never_edited_in_the_database_either(
    school: Office, statement: str
) -> None:
    enrol_key(school)
    sign_agreement(school.broker, SIRO, by_key(school))
    authorise(school.broker, OFFICER, NewAuthorisation("dwp", "ecc", "letter"))
    engine = engine_of(school)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
    with school.broker.store.look() as view:
        (stored,) = find_versions(view, "family-support")
    assert stored.document == FAMILY_SUPPORT.read_bytes()


def test_a_key_from_the_command_line_signs_from_the_command_line(school: Office, tmp_path: Path) -> None:
    data = school.broker.settings.data_dir
    private, name = tmp_path / "hed.pem", "oakdale-primary/cli"
    made = json.loads(ok(run(data, "keys", "make", name, "--out", str(private), "--json")))
    assert private.stat().st_mode & 0o077 == 0
    assert run(data, "keys", "make", name, "--out", str(private)).returncode == 2, "a key is never written over"
    until = (date.today() + timedelta(days=90)).isoformat()  # noqa: DTZ011 - a day well ahead, in any zone
    given = ("--public-key", made["public_key"], "--proof", made["proof"], "--until", until, "--use", "agreements")
    ok(run(data, "keys", "hand-in", name, "--by", "len", "--as", "administrator", *given))
    ok(run(data, "keys", "approve", name, "--by", "hed", "--as", "siro"))
    words = ("--party", "oakdale-primary", "--signatory", "Hed", "--post", "Head", "--authority", "minute 12")
    who = ("--by", "sid", "--as", "siro")
    refused = run(data, "agreement", "sign", "family-support@1", *who, *words, "--signature", "AAAA")
    assert (refused.returncode, refused.stderr) == (2, "--key: is missing: name the key that signs\n")
    key = ("--key", name, "--private-key", str(private))
    signed = json.loads(ok(run(data, "agreement", "sign", "family-support@1", *who, *words, *key, "--json")))
    assert "oakdale-primary" not in signed["unsigned"]
    ok(
        run(data, "agreement", "unsign", "family-support@1", *who, "--party", "oakdale-primary", "--reason", "x"),
        1,
    )
    hed = ("--by", "hed", "--as", "siro")
    ok(run(data, "agreement", "unsign", "family-support@1", *hed, "--party", "oakdale-primary", "--reason", "x"))
    statement = tmp_path / "statement.bin"
    told = ok(
        run(
            data,
            "agreement",
            "statement",
            "family-support@1",
            *who,
            *words,
            "--key",
            name,
            "--out",
            str(statement),
            "--json",
        )
    )
    at = json.loads(told)["signed_at"]
    secret = read_private_key(private)
    away = (
        "--key",
        name,
        "--signed-at",
        at,
        "--signature",
        base64.b64encode(make_signature(secret, statement.read_bytes())).decode(),
    )
    ok(run(data, "agreement", "sign", "family-support@1", *who, *words, *away))
    ok(run(data, "keys", "revoke", name, *hed, "--because", "replaced"))
    listed = json.loads(ok(run(data, "keys", "list", "--by", "ola", "--as", "ig-officer", "--json")))
    assert [(one["key"], one["state"]) for one in listed] == [(name, "revoked")]


def test_an_authorisation_from_the_command_line(school: Office) -> None:
    data, ola = school.broker.settings.data_dir, ("--by", "ola", "--as", "ig-officer")
    given = ("--party", "dwp", "--body", "ecc", "--evidence", "letter of 3 March", "--agreement", "family-support")
    made = json.loads(ok(run(data, "agreement", "authorise", *ola, *given, "--json")))
    assert made["stands"]
    words = ("--party", "dwp", "--signatory", "Sid", "--post", "SIRO", "--authority", "scheme")
    ok(run(data, "agreement", "sign", "family-support@1", "--by", "sid", "--as", "siro", *words))
    ok(run(data, "agreement", "unauthorise", made["authorisation"], *ola, "--reason", "over"))
    assert "Withdrawn on" in ok(run(data, "agreement", "authorisations", *ola))


def ok(done: subprocess.CompletedProcess[str], code: int = 0) -> str:
    """What a verb printed, which ended as expected."""
    assert done.returncode == code, done.stderr
    return done.stdout
