"""Agreements live: a version supersedes, ends early, falls due; a change to a term that was signed is shown."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from broker.agreements.life import DueKind
from broker.audit.events import Event
from broker.audit.verify import Verdict
from broker.errors import CallWrong, NotAllowed
from broker.rehearsal.checking import check_paths
from broker.usecases.acting import Acting
from broker.usecases.agreements import rehearsed
from broker.usecases.agreements.authorisations import NewAuthorisation, authorise
from broker.usecases.agreements.due_agreements import due_agreements
from broker.usecases.agreements.end_agreement import end_agreement
from broker.usecases.agreements.list_agreements import AgreementState, list_agreements
from broker.usecases.agreements.publish_agreement import publish_agreement
from broker.usecases.agreements.show_agreement import show_agreement
from broker.usecases.agreements.sign_agreement import sign_agreement, withdraw_signature
from broker.usecases.log.verify_log import verify_live
from broker.usecases.rules.rules_versions import approve_version, propose_version
from tests.functional.usecases.office import FAMILY_SUPPORT, OFFICER, ROOT, SIRO, Office
from tests.functional.usecases.test_rules_versions import deployed, edited, files_in
from tests.functional.usecases.test_signing import by_key, enrol_key, ok, school
from tests.functional.usecases.test_verbs import run

__all__ = ["school"]
SECOND = FAMILY_SUPPORT.read_bytes().replace(b"\nversion: 1\n", b"\nversion: 2\n")


def states(office: Office) -> dict[int, AgreementState]:
    return {one.version: one for one in list_agreements(office.broker, OFFICER)}


def test_a_later_version_supersedes_at_once_signed_or_not_and_both_say_so(office: Office) -> None:
    published = publish_agreement(office.broker, OFFICER, SECOND, "a.yaml")
    assert published.supersedes == 1
    found = states(office)
    assert found[1].superseded is not None
    assert (found[1].superseded.by, found[1].counts, found[2].counts) == (2, False, True)
    assert found[1].state.startswith("Superseded by @2 since 2 March 2026: only the highest version")
    parties = found[2].parties
    assert found[2].state.endswith(f"{len(parties)} of {len(parties)} have not signed: {', '.join(parties)}.")
    asked = office.ask()
    assert asked.profile is not None
    assert asked.profile.items == (), "nobody has signed the version that counts"


def test_a_version_that_begins_later_supersedes_nothing_yet(office: Office) -> None:
    later = SECOND.replace(b"{from: 2026-01-01,", b"{from: 2026-04-01,")
    assert publish_agreement(office.broker, OFFICER, later, "a.yaml").supersedes is None
    assert states(office)[1].counts
    (due,) = [one for one in due_agreements(office.broker, OFFICER, 60) if one.kind is DueKind.BEGINS]
    assert (due.what, due.on.isoformat()) == ("family-support@2", "2026-04-01")


def test_ending_early_stops_everything_and_brings_no_earlier_version_back(office: Office) -> None:
    with pytest.raises(NotAllowed, match="may not use"):
        end_agreement(office.broker, OFFICER, "family-support", 1, "closes")
    office.enrol_one("hed", "Hed", "oakdale-primary", "siro")
    with pytest.raises(NotAllowed, match="`ecc`: ends its agreement"):
        end_agreement(office.broker, Acting("hed", "siro"), "family-support", 1, "closes")
    publish_agreement(office.broker, OFFICER, SECOND, "a.yaml")
    office.step()
    ended = end_agreement(office.broker, SIRO, "family-support", 2, "the service closes")
    assert ended.versions == (1, 2), "the first would come back to life, signed as it is"
    found = states(office)
    assert [one.state.split(":")[0].split(". ")[0] for one in found.values()] == [
        "Ended early, on 2 March 2026"
    ] * 2
    asked = office.ask()
    assert asked.profile is not None
    assert asked.profile.items == ()
    entry = [one for one in office.entries() if one.event is Event.AGREEMENT_ENDED][-1]
    assert list(entry.details["ends"]) == ["agreement:family-support@1", "agreement:family-support@2"]
    with pytest.raises(CallWrong, match="has ended already"):
        end_agreement(office.broker, SIRO, "family-support", 2, "again")
    with pytest.raises(CallWrong, match="not published"):
        end_agreement(office.broker, SIRO, "family-support", 3, "again")
    with pytest.raises(CallWrong, match="ended early"):
        office.sign("dwp")
    assert verify_live(office.broker).verdict is Verdict.SOUND


def test_a_change_to_a_term_that_was_signed_is_shown_as_what_it_was_and_is(office: Office, tmp_path: Path) -> None:
    before = show_agreement(office.broker, OFFICER, "family-support", 1)
    assert before.changed == ()
    assert {one.terms_digest for one in before.signatures} == {before.terms_digest}
    files = files_in(ROOT / "policies")
    changed = edited(files, "standing.yaml", b"own_decision_from: 16", b"own_decision_from: 17")
    propose_version(office.broker, OFFICER, changed, "a trial")
    office.step()
    approve_version(office.broker, SIRO, 2)
    office.broker = deployed(office, changed, tmp_path / "new")
    office.step()
    shown = show_agreement(office.broker, OFFICER, "family-support", 1)
    ((change, parties),) = shown.changed
    assert (change.name, change.said) == ("ages of standing", ("`own_decision_from` was 16, is 17",))
    everybody = {one.party for one in before.signatures}
    assert set(parties) == everybody, "everybody who signed the term that changed"
    assert states(office)[1].state.endswith("1 of the terms it uses changed since it was signed.")
    (due,) = [one for one in due_agreements(office.broker, OFFICER, 0) if one.kind is DueKind.TERMS]
    assert due.says == "was signed upon other terms than those of now: ages of standing"
    # Whoever signs again signs upon the terms of now.
    withdraw_signature(office.broker, SIRO, "family-support", 1, "ecc", "to sign again")
    office.step()
    office.sign("ecc")
    ((_, parties),) = show_agreement(office.broker, OFFICER, "family-support", 1).changed
    assert set(parties) == everybody - {"ecc"}


def test_keys_and_authorisations_that_end_are_due_too(school: Office) -> None:
    enrol_key(school)
    until = school.clock.at + timedelta(days=20)
    made = authorise(school.broker, OFFICER, NewAuthorisation("dwp", "ecc", "letter", None, None, until))
    found = {one.kind: one for one in due_agreements(school.broker, OFFICER, 365)}
    assert found[DueKind.KEY].says.startswith("stops signing for oakdale-primary")
    assert found[DueKind.AUTHORISATION].what == made.authorisation.id
    assert DueKind.KEY not in {one.kind for one in due_agreements(school.broker, OFFICER, 30)}
    with pytest.raises(CallWrong, match="number of days"):
        due_agreements(school.broker, OFFICER, -1)


def test_the_signatures_of_a_version_party_by_party(school: Office) -> None:
    enrol_key(school)
    sign_agreement(school.broker, SIRO, by_key(school))
    school.step()
    school.sign("ecc")
    school.step()
    withdraw_signature(school.broker, SIRO, "family-support", 1, "ecc", "under review")
    shown = show_agreement(school.broker, OFFICER, "family-support", 1)
    first, second = shown.signatures
    assert (first.party, first.key, first.withdrawn_at is None) == ("ecc", None, False)
    assert (second.party, second.key) == ("oakdale-primary", "oakdale-primary/hed-2026")
    assert "ecc" in shown.unsigned


def test_signatures_go_out_as_a_file_that_checks_and_those_by_keys_come_back(
    school: Office, tmp_path: Path
) -> None:
    enrol_key(school)
    sign_agreement(school.broker, SIRO, by_key(school))
    school.step()
    school.sign("ecc")
    data, ola, sid = (
        school.broker.settings.data_dir,
        ("--by", "ola", "--as", "ig-officer"),
        ("--by", "sid", "--as", "siro"),
    )
    out = tmp_path / "signatures.yaml"
    ok(run(data, "agreement", "export", "family-support@1", *ola, "--out", str(out)))
    (tmp_path / "agreement.yaml").write_bytes(FAMILY_SUPPORT.read_bytes())
    checked = check_paths([out], ROOT / "policies", school.clock.at)
    assert (checked.errors, checked.counts["signatures"]) == ((), 1)
    told = json.loads(ok(run(data, "agreement", "import", str(out), *sid, "--json"), 1))
    assert [(one["party"], one["outcome"]) for one in told] == [
        ("ecc", "passed-over"),
        ("oakdale-primary", "refused"),
    ]
    assert "has signed" in told[1]["says"] or "days ago" in told[1]["says"]
    out.write_text(out.read_text().replace("sha256:", "sha256:0"), encoding="utf-8")
    assert run(data, "agreement", "import", str(out), *sid).returncode == 2


def test_the_verbs_as_they_are_typed(office: Office) -> None:
    data, ola, sid = (
        office.broker.settings.data_dir,
        ("--by", "ola", "--as", "ig-officer"),
        ("--by", "sid", "--as", "siro"),
    )
    shown = ok(run(data, "agreement", "show", "family-support@1", *ola))
    assert "ecc" in shown
    assert "signed on 2 March 2026" in shown
    assert json.loads(ok(run(data, "agreement", "show", "family-support@1", *ola, "--json")))["unsigned"] == []
    due = json.loads(ok(run(data, "agreement", "due", "--within", "3000", *ola, "--json")))
    assert {"review", "lapses", "ends"} <= {one["kind"] for one in due}
    assert "family-support@1" in ok(run(data, "agreement", "due", "--within", "3000", *ola))
    ended = ok(run(data, "agreement", "end", "family-support@1", *sid, "--reason", "closes"))
    assert ended.startswith("Ended: family-support@1.")


def test_scenarios_are_run_once_by_the_rules_in_force_for_every_worker_and_every_start(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    one = {"scenario": "Mum agrees", "where": "a/scenarios.yaml", "mismatches": []}
    said = {"scenarios": [one], "coverage": {"clauses": {"family-support@1#4.1": 1, "other@1#1": 1}}}

    def told(call: list[str], **_: Any) -> Any:
        calls.append(call)
        return SimpleNamespace(stdout=json.dumps(said))

    def found() -> rehearsed.Rehearsed:
        for _ in range(100):
            outcome = rehearsed.rehearse_published(office.broker, OFFICER, "family-support", 1)
            if isinstance(outcome, rehearsed.Rehearsed):
                return outcome
        raise AssertionError("it is being run for ever")

    monkeypatch.setattr("broker.usecases.agreements.rehearsed.subprocess.run", told)
    rehearsed._RUNS.clear()
    first = found()
    assert (first.passed, first.clauses) == (1, {"4.1": 1})
    (call,) = calls
    assert call[-2:] == ["--policies", str(office.broker.settings.policies_dir)], "none lie beside"
    rehearsed._RUNS.clear()  # another worker, or the next start
    assert found() == first
    assert len(calls) == 1
    (kept,) = (office.broker.settings.data_dir / rehearsed.KEPT_IN).glob("*.json")
    kept.write_text("half a", "utf-8")
    rehearsed._RUNS.clear()
    assert found() == first, "what cannot be read is run again"
    assert len(calls) == 2
    rehearsed._RUNS.clear()
