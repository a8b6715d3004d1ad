"""Restricted: withheld for every purpose, told to whoever received it, used on a ground of the law, lifted once
told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from broker.decision.facts import Facts
from broker.errors import CallWrong, NotAllowed
from broker.rights.restriction import RestrictionGround, RestrictionState, UseGround
from broker.store.gather import gather_facts
from broker.usecases.acting import Acting
from broker.usecases.holders import decide_as_holder
from broker.usecases.rights.restrictions import (
    NewRestriction,
    lift_restriction,
    list_restrictions,
    restrict,
    use_restricted,
)
from tests.functional.usecases.office import KIM, Office
from tests.functional.usecases.test_notices import topics
from tests.functional.usecases.test_verbs import run

ISA = Acting("isa", "ig-officer")
WHY = "she says that it is her sister's"


def restricted(office: Office) -> str:
    """The school's attendance records about the child are restricted: the reference."""
    office.enrol_one("isa", "Isa Orr", "oakdale-primary", "ig-officer")
    office.step()
    new = NewRestriction(
        office.people["child"], frozenset({"attendance"}), RestrictionGround.ACCURACY_CONTESTED, WHY
    )
    return restrict(office.broker, ISA, new).matter_id


def kinds(office: Office) -> set[str]:
    profile = office.ask().profile
    assert profile is not None
    return {item.papers.category for item in profile.items}


def test_what_is_restricted_is_released_for_no_purpose_and_told_to_whoever_has_it(office: Office) -> None:
    assert "attendance" in kinds(office)
    restricted(office)
    assert "attendance" not in kinds(office)
    profile = office.ask().profile
    assert profile is not None
    cell = (office.people["child"], "attendance", "oakdale-primary")
    (line,) = [one for one in profile.not_shared if (one.person, one.category, one.controller) == cell]
    assert line.reason == "holder-decides", "a decision, not a gap"
    assert "restriction" in topics(office, KIM)
    (notice,) = office.notices("restriction")
    assert notice.notice.body["cells"] == [["attendance", "oakdale-primary"]]
    assert all(WHY not in str(entry) for entry in office.entries())


def test_however_much_is_restricted_what_was_decided_earlier_is_read_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every kind of information times every purpose is a thousand decisions: reading all of them for each took
    minutes, in which nobody else could write."""
    office.enrol_one("isa", "Isa Orr", "oakdale-primary", "ig-officer")
    read: list[object] = []

    def gather(*given: Any, **named: Any) -> Facts:
        read.append(given)
        return gather_facts(*given, **named)

    monkeypatch.setattr(decide_as_holder, "gather_facts", gather)
    categories = frozenset(office.broker.partnership.vocabulary.categories)
    new = NewRestriction(office.people["child"], categories, RestrictionGround.ACCURACY_CONTESTED, WHY)
    matter_id = restrict(office.broker, ISA, new).matter_id
    assert "attendance" not in kinds(office)
    office.step()
    lift_restriction(office.broker, ISA, matter_id, "by letter")
    assert "attendance" in kinds(office)
    assert 2 <= len(read) <= 4, "once for each act, and once more where it has to begin again"


def test_it_is_used_for_one_purpose_on_a_ground_of_the_law_until_a_day(office: Office) -> None:
    matter_id = restricted(office)
    until_at = office.clock.now() + timedelta(hours=1)
    for wrong in ({"purpose": "famly-support"}, {"reason": " "}, {"until_at": office.clock.now()}):
        with pytest.raises(CallWrong):
            use_restricted(
                office.broker,
                ISA,
                matter_id,
                **{  # type: ignore[arg-type]
                    "purpose": "family-support",
                    "ground": UseGround.CONSENT,
                    "reason": WHY,
                    "until_at": until_at,
                    **wrong,
                },
            )
    use_restricted(office.broker, ISA, matter_id, "family-support", UseGround.CONSENT, WHY, until_at)
    assert "attendance" in kinds(office)
    with pytest.raises(CallWrong, match="once that has ended"):
        lift_restriction(office.broker, ISA, matter_id, "by letter")
    office.step(61)
    assert "attendance" not in kinds(office)
    lift_restriction(office.broker, ISA, matter_id, "by letter")
    assert "attendance" in kinds(office)


def test_the_person_is_told_before_it_is_lifted(office: Office) -> None:
    matter_id = restricted(office)
    with pytest.raises(CallWrong, match="told before"):
        lift_restriction(office.broker, ISA, matter_id, " ")
    count = len(office.entries())
    assert lift_restriction(office.broker, ISA, matter_id, "by letter").state is RestrictionState.LIFTED
    assert office.entries()[count].event == "person.informed"
    assert "attendance" in kinds(office)
    with pytest.raises(CallWrong, match="lifted already"):
        lift_restriction(office.broker, ISA, matter_id, "by letter")


def test_an_organisation_restricts_its_own_and_lists_what_new_purposes_escape(office: Office) -> None:
    matter_id = restricted(office)
    with pytest.raises(CallWrong, match="your organisation has no restriction"):
        lift_restriction(office.broker, Acting("ola", "ig-officer"), matter_id, "by letter")
    with pytest.raises(NotAllowed):
        list_restrictions(office.broker, KIM)
    (now,) = list_restrictions(office.broker, ISA)
    assert now.uncovered == ()
    for wrong in (frozenset(), frozenset({"attendence"})):
        with pytest.raises(CallWrong):
            restrict(
                office.broker,
                ISA,
                NewRestriction(office.people["child"], wrong, RestrictionGround.UNLAWFUL, WHY),
            )


def test_the_verbs_as_typed(office: Office) -> None:
    office.ask()
    office.enrol_one("isa", "Isa Orr", "oakdale-primary", "ig-officer")
    folder, who = office.broker.settings.data_dir, ("--by", "isa", "--as", "ig-officer")
    words = ("--about", office.people["child"], "--category", "attendance", "--because", "unlawful")
    made = run(folder, "restrict", "apply", *who, *words, "--reason", WHY, "--json")
    assert made.returncode == 0, made.stderr
    found = json.loads(made.stdout)
    assert [one["recipient"] for one in found["told"]] == ["ecc"]
    used = run(
        folder, "restrict", "use", found["restriction"], *who, "--purpose", "section-47",
        "--because", "protect-another", "--reason", WHY, "--until", "2099-01-01",
    )  # fmt: skip
    assert used.returncode == 0, used.stderr
    assert "in-force" in run(folder, "restrict", "list", *who).stdout
    lifted = run(folder, "restrict", "lift", found["restriction"], *who, "--told", "by letter")
    assert lifted.returncode == 2, "it is being used"
