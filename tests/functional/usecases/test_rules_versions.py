"""Standing rules: the first are adopted by whoever sets the deployment up; after that it takes two people."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from broker.audit.events import Event
from broker.audit.verify import Verdict
from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.errors import CallWrong, DocumentsRefused, NotAllowed
from broker.settings import Settings
from broker.store.rules_versions import find_rules_in_force
from broker.usecases.acting import Acting
from broker.usecases.agreements.list_agreements import list_agreements
from broker.usecases.log.verify_log import verify_live
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.usecases.rules.adopt_policies import FIRST, adopt_standing_rules
from broker.usecases.rules.rules_in_force import kept_files
from broker.usecases.rules.rules_versions import (
    approve_version,
    compare_rules,
    list_versions,
    propose_version,
    reject_version,
    show_version,
)
from broker.wiring import Broker, migrate, open_broker
from tests.functional.usecases.office import OFFICER, ROOT, SIRO, Office
from tests.functional.usecases.test_verbs import run

NOTE = "the gateway ends"
ACCESS_FILES = ("access/model.conf", "access/policy.csv")


def files_in(folder: Path) -> dict[str, bytes]:
    found = {path.name: path.read_bytes() for path in folder.glob("*.yaml")}
    return {**found, **{name: (folder / name).read_bytes() for name in ACCESS_FILES}}


@pytest.fixture
def files() -> dict[str, bytes]:
    """The shipped rules, as a folder gives them."""
    return files_in(ROOT / "policies")


def edited(files: Mapping[str, bytes], name: str, old: bytes, new: bytes) -> dict[str, bytes]:
    assert old in files[name]
    return {**files, name: files[name].replace(old, new, 1)}


def remark(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same rules in other bytes."""
    return {**files, "standing.yaml": files["standing.yaml"] + b"# a remark\n"}


def deployed(office: Office, files: Mapping[str, bytes], folder: Path) -> Broker:
    """The same broker, started with these files."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    settings = office.broker.settings.model_copy(update={"policies_dir": folder})
    with open_broker(settings, office.clock) as broker:
        return replace(broker, store=office.broker.store)


def test_the_first_rules_are_adopted_by_whoever_sets_up_and_say_so(empty_office: Office) -> None:
    (first,) = list_versions(empty_office.broker, OFFICER)
    assert (first.stored.version, first.state, first.in_force) == (1, "in-force", True)
    assert (first.stored.by, first.stored.note) == ("operator", FIRST)
    adopted = [entry for entry in empty_office.entries() if entry.event is Event.RULES_ADOPTED]
    assert [entry.actor for entry in adopted] == ["operator"]
    count = len(empty_office.entries())
    empty_office.adopt()
    assert len(empty_office.entries()) == count, "adopting the same again changes nothing"


def test_before_there_is_anybody_to_approve_whoever_sets_up_may_change_them(
    tmp_path: Path, files: dict[str, bytes]
) -> None:
    settings = Settings(data_dir=tmp_path, policies_dir=ROOT / "policies", log_origin="broker.example/log")
    migrate(settings)
    rules = {name: data for name, data in files.items() if "/" not in name}
    with open_broker(settings) as broker:
        assert adopt_standing_rules(broker, rules).version == 1
        enrol_staff(broker, [StaffMember(Staff("kim", "ecc", frozenset({"lead-practitioner"})), "Kim")])
    (tmp_path / "policies").mkdir()
    changed = remark(files)
    for name, data in changed.items():
        (tmp_path / "policies" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "policies" / name).write_bytes(data)
    other = settings.model_copy(update={"policies_dir": tmp_path / "policies"})
    with open_broker(other) as broker:
        adopted = adopt_standing_rules(broker, {name: data for name, data in changed.items() if "/" not in name})
        assert (adopted.version, adopted.changed) == (2, True)
        assert verify_live(broker).verdict is Verdict.SOUND


def test_once_somebody_may_approve_nobody_changes_the_rules_alone(
    office: Office, files: dict[str, bytes], tmp_path: Path
) -> None:
    changed = remark(files)
    broker = deployed(office, changed, tmp_path / "new")
    with pytest.raises(NotAllowed, match="takes two people"):
        adopt_standing_rules(broker, {name: data for name, data in changed.items() if "/" not in name})
    with pytest.raises(CallWrong, match="are not version 1, which is in force"):
        list_agreements(broker, OFFICER)


def test_access_rules_on_the_server_decide_nothing_before_they_are_approved(
    office: Office, files: dict[str, bytes], tmp_path: Path
) -> None:
    changed = edited(
        files, "access/policy.csv", b"p, ig-officer, policies.propose", b"p, practitioner, policies.approve"
    )
    broker = deployed(office, changed, tmp_path / "new")
    with pytest.raises(NotAllowed, match="access rules: those deployed here are not version 1"):
        list_agreements(broker, OFFICER)
    deploying, office.broker = office.broker, broker
    with pytest.raises(CallWrong, match="access rules: those deployed here are not version 1"):
        office.ask()
    office.broker = deploying
    # By the rules in force Ola may still propose, and the practitioner whom the new file lets in may not approve.
    office.step()
    assert propose_version(broker, OFFICER, changed, "hand it over").version == 2
    with pytest.raises(NotAllowed, match=r"may not use `policies\.approve`"):
        approve_version(broker, Acting("kim", "lead-practitioner"), 2)


def test_a_change_is_proposed_by_one_approved_by_another_and_then_in_force(
    office: Office, files: dict[str, bytes], tmp_path: Path
) -> None:
    assert office.ask().outcome == "answered"
    changed = edited(files, "standing.yaml", b"own_decision_from: 16", b"own_decision_from: 17")
    proposed = propose_version(office.broker, OFFICER, changed, NOTE)
    assert proposed.version == 2
    (change,) = proposed.difference.changes
    assert (change.name, change.said) == ("ages of standing", ("`own_decision_from` was 16, is 17",))
    (agreement,) = list_agreements(office.broker, OFFICER)
    assert [(use.agreement, use.signed) for use in change.used_by] == [
        ("family-support@1", len(agreement.parties))
    ]
    office.step()
    assert office.ask().outcome == "answered", "until it is approved the old rules decide"
    now = approve_version(office.broker, SIRO, 2)
    assert (now.state, now.in_force) == ("in-force", True)
    with pytest.raises(CallWrong, match="are not version 2, which is in force"):
        office.ask()
    office.broker = deployed(office, changed, tmp_path / "new")
    office.step()
    assert office.ask().outcome == "answered"
    first, second = list_versions(office.broker, OFFICER)
    assert (first.state, second.state, second.stored.note) == ("replaced", "in-force", NOTE)
    events = {entry.event: entry for entry in office.entries()}
    assert events[Event.POLICIES_PROPOSED].actor == "ola"
    assert events[Event.POLICIES_APPROVED].actor == "sid"
    assert events[Event.POLICIES_APPROVED].details["proposer"] == "ola"
    assert NOTE not in str([entry.details for entry in office.entries()]), "words stand in no entry"
    assert verify_live(office.broker).verdict is Verdict.SOUND


def test_the_proposer_is_never_the_approver(office: Office, files: dict[str, bytes]) -> None:
    person = office.people["mum"]
    staff = (
        Staff("two", "ecc", frozenset({"ig-officer", "siro"})),
        Staff("one-hat", "ecc", frozenset({"ig-officer"}), person=person),
        Staff("other-hat", "oakdale-primary", frozenset({"siro"}), person=person),
    )
    enrol_staff(office.broker, [StaffMember(one, one.id) for one in staff])
    office.step()
    propose_version(office.broker, Acting("two", "ig-officer"), remark(files), NOTE)
    with pytest.raises(NotAllowed, match="takes a second person"):
        approve_version(office.broker, Acting("two", "siro"), 2)
    # Nor under another staff id.
    reject_version(office.broker, SIRO, 2, "not yet")
    propose_version(office.broker, Acting("one-hat", "ig-officer"), remark(files), NOTE)
    with pytest.raises(NotAllowed, match="takes a second person"):
        approve_version(office.broker, Acting("other-hat", "siro"), 3)
    with pytest.raises(NotAllowed, match="may not use"):
        approve_version(office.broker, OFFICER, 3)
    with pytest.raises(NotAllowed, match="may not use"):
        propose_version(office.broker, SIRO, remark(files), NOTE)
    assert approve_version(office.broker, SIRO, 3).in_force


def test_only_the_latest_proposal_upon_the_rules_in_force_is_approved(
    office: Office, files: dict[str, bytes]
) -> None:
    propose_version(office.broker, OFFICER, remark(files), NOTE)
    with pytest.raises(CallWrong, match="proposed already, as version 2"):
        propose_version(office.broker, OFFICER, remark(files), NOTE)
    propose_version(office.broker, OFFICER, remark(remark(files)), NOTE)
    with pytest.raises(CallWrong, match="not the latest"):
        approve_version(office.broker, SIRO, 2)
    assert [one.state for one in list_versions(office.broker, OFFICER)] == ["in-force", "overtaken", "proposed"]
    approve_version(office.broker, SIRO, 3)
    for version in (1, 3):
        with pytest.raises(CallWrong, match="decided already"):
            approve_version(office.broker, SIRO, version)
    with pytest.raises(CallWrong, match="not known"):
        approve_version(office.broker, SIRO, 9)


def test_what_does_not_load_or_no_longer_fits_an_agreement_is_not_proposed(
    office: Office, files: dict[str, bytes]
) -> None:
    for changed in (
        edited(files, "standing.yaml", b"adult_from", b"adult_form"),
        edited(files, "gateways.yaml", b"code: ca04-10\n", b"code: ca04-ten\n"),
        edited(files, "access/policy.csv", b"p, siro, agreement.sign", b"p, siro, agreement.singe"),
        {name: data for name, data in files.items() if name != "access/policy.csv"},
        {name: data for name, data in files.items() if name != "roles.yaml"},
    ):
        with pytest.raises(DocumentsRefused):
            propose_version(office.broker, OFFICER, changed, NOTE)
    with pytest.raises(CallWrong, match="nothing to propose"):
        propose_version(office.broker, OFFICER, files, NOTE)
    with pytest.raises(CallWrong, match="note: is missing"):
        propose_version(office.broker, OFFICER, remark(files), " ")
    assert len(list_versions(office.broker, OFFICER)) == 1


def test_access_rules_are_part_of_a_version_with_a_digest_of_their_own(
    office: Office, files: dict[str, bytes], tmp_path: Path
) -> None:
    changed = edited(files, "access/policy.csv", b"p, auditor, audit.prove\n", b"")
    difference = compare_rules(office.broker, OFFICER, changed)
    assert [(one.name, one.said) for one in difference.changes] == [
        ("access of `auditor`", ("may no longer `audit.prove`",))
    ]
    propose_version(office.broker, OFFICER, changed, "auditors do not prove")
    office.step()
    approve_version(office.broker, SIRO, 2)
    with pytest.raises(NotAllowed, match="are not version 2"):
        list_agreements(office.broker, OFFICER)
    office.broker = deployed(office, changed, tmp_path / "new")
    office.step()
    assert office.ask().outcome == "answered"
    with office.broker.store.look() as view:
        in_force = find_rules_in_force(view)
    assert in_force is not None
    assert in_force.access_digest == office.broker.access.digest
    assert verify_live(office.broker).verdict is Verdict.SOUND
    _, shown = show_version(office.broker, OFFICER, 2)
    assert shown == changed
    assert set(kept_files({}, office.broker.access.texts)) == set(ACCESS_FILES)


def test_the_verbs_as_they_are_typed(office: Office, tmp_path: Path) -> None:
    data, ola, sid = (
        office.broker.settings.data_dir,
        ("--by", "ola", "--as", "ig-officer"),
        ("--by", "sid", "--as", "siro"),
    )
    folder = tmp_path / "policies"
    shutil.copytree(ROOT / "policies", folder)
    standing = folder / "standing.yaml"
    standing.write_text(standing.read_text().replace("own_decision_from: 16", "own_decision_from: 17"))
    told = run(data, "policies", "diff", str(folder), *ola)
    assert "ages of standing: `own_decision_from` was 16, is 17." in told.stdout
    (agreement,) = list_agreements(office.broker, OFFICER)
    assert f"    used by family-support@1, signed by {len(agreement.parties)}\n" in told.stdout
    proposed = run(data, "policies", "propose", str(folder), *ola, "--note", NOTE, "--json")
    assert (proposed.returncode, json.loads(proposed.stdout)["version"]) == (0, 2)
    assert run(data, "policies", "approve", "2", *ola).returncode == 1
    approved = run(data, "policies", "approve", "2", *sid)
    assert (approved.returncode, approved.stderr) == (0, "")
    assert "put these in place" in approved.stdout
    listed = json.loads(run(data, "policies", "list", *ola, "--json").stdout)
    assert [(one["version"], one["state"], one["deployed"]) for one in listed] == [
        (1, "replaced", True), (2, "in-force", False),
    ]  # fmt: skip
    shown = run(data, "policies", "show", "2", *ola, "--into", str(tmp_path / "out"), "--json")
    assert shown.returncode == 0
    assert files_in(tmp_path / "out") == files_in(folder)
    assert run(data, "agreement", "list", *ola).returncode == 2
