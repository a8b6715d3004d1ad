"""A release is recalled, answered, and followed until it is destroyed."""

from __future__ import annotations

import json

import pytest

from broker.errors import CallWrong, NotAllowed
from broker.usecases.acting import Acting
from broker.usecases.notices import Finding, close_notice
from broker.usecases.release.recall_release import RecallState, list_recalls, recall_release
from tests.functional.usecases.office import KIM, OFFICER, SCHOOL_LEAD, Office
from tests.functional.usecases.test_notices import topics
from tests.functional.usecases.test_verbs import run

ISA = Acting("isa", "ig-officer")
WHY = "the case had been closed"


def recalled(office: Office, acting: Acting = OFFICER) -> str:
    released = office.ask().id
    office.step()
    recall_release(office.broker, acting, released, WHY)
    office.step()
    return released


def notice_of(office: Office) -> str:
    (notice,) = office.notices("released-in-error")
    return notice.id


def test_it_waits_until_it_is_destroyed_and_what_is_late_surfaces(office: Office) -> None:
    released = recalled(office)
    assert "released-in-error" in topics(office, KIM)
    office.step(24 * 60)
    (now,) = list_recalls(office.broker, OFFICER)
    assert (now.disclosure_id, now.recipient, now.state, now.overdue) == (released, "ecc", RecallState.SENT, True)
    close_notice(office.broker, KIM, notice_of(office), Finding.ACKNOWLEDGED)
    office.step()
    assert "released-in-error" in topics(office, KIM), "to have it is not to have destroyed what was given"
    (now,) = list_recalls(office.broker, OFFICER)
    assert (now.state, now.overdue) == (RecallState.ACKNOWLEDGED, False)
    office.step(5 * 24 * 60)
    assert list_recalls(office.broker, OFFICER)[0].overdue
    close_notice(office.broker, KIM, notice_of(office), Finding.DESTROYED)
    office.step()
    assert "released-in-error" not in topics(office, KIM)
    (now,) = list_recalls(office.broker, OFFICER)
    assert (now.state, now.overdue) == (RecallState.DESTROYED, False)
    assert all(WHY not in str(entry) for entry in office.entries())


def test_a_holder_recalls_its_own_part(office: Office) -> None:
    office.enrol_one("isa", "Isa Orr", "oakdale-primary", "ig-officer")
    recalled(office, ISA)
    (notice,) = office.notices("released-in-error")
    assert notice.notice.body["cells"] == [["attendance", "oakdale-primary"]]
    assert list_recalls(office.broker, OFFICER) == ()
    assert len(list_recalls(office.broker, ISA)) == 1


def test_nobody_recalls_what_was_neither_theirs_nor_for_them(office: Office) -> None:
    office.enrol_one("uma", "Uma Rai", "southend", "ig-officer")
    released = office.ask().id
    for reference in (released, "d-never"):
        with pytest.raises(CallWrong, match="is no release of your organisation's"):
            recall_release(office.broker, Acting("uma", "ig-officer"), reference, WHY)
    with pytest.raises(CallWrong, match="reason"):
        recall_release(office.broker, OFFICER, released, " ")
    for acting in (KIM, SCHOOL_LEAD):
        with pytest.raises(NotAllowed):
            recall_release(office.broker, acting, released, WHY)


def test_the_verbs_as_typed(office: Office) -> None:
    released = office.ask().id
    folder, who = office.broker.settings.data_dir, ("--by", "ola", "--as", "ig-officer")
    assert "No release was recalled." in run(folder, "recall", "list", *who).stdout
    made = run(folder, "recall", "send", released, *who, "--reason", WHY, "--json")
    assert json.loads(made.stdout)["state"] == "sent", made.stderr
    kim = ("--by", "kim", "--as", "lead-practitioner")
    (one,) = json.loads(run(folder, "notices", "list", *kim, "--json").stdout)["notices"]
    had = run(folder, "notices", "close", one["notice"], *kim)
    assert "waits until what you were given is destroyed" in had.stdout
    assert run(folder, "notices", "close", one["notice"], *kim, "--finding", "destroyed").returncode == 0
    assert "destroyed" in run(folder, "recall", "list", *who).stdout
