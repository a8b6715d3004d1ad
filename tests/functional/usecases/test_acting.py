"""The guard: who is let through, and what is said to whoever is not."""

from __future__ import annotations

import pytest

from broker.audit.events import Event
from broker.errors import NotAllowed
from broker.usecases.acting import Acting
from broker.usecases.agreements.list_agreements import list_agreements
from tests.functional.usecases.office import Office


def refused(office: Office, by: str, role: str) -> str:
    office.step()
    with pytest.raises(NotAllowed) as caught:
        list_agreements(office.broker, Acting(by, role))
    return str(caught.value)


def test_a_word_that_is_no_role_is_told_apart_from_a_role_not_held(office: Office) -> None:
    said = refused(office, "kim", "front-door")
    assert said.startswith("`front-door`: is not a role; known roles: ")
    assert all(role in said for role in office.broker.partnership.vocabulary.roles)
    assert refused(office, "kim", "lead-practicioner").endswith("is not a role; did you mean `lead-practitioner`?")
    assert refused(office, "kim", "auditor") == "`kim`: does not hold the role `auditor`; name a role you hold"


@pytest.mark.parametrize("role", ["front-door", "auditor"])
def test_somebody_unknown_is_told_what_everybody_else_is(office: Office, role: str) -> None:
    assert refused(office, "nobody", role).replace("nobody", "kim") == refused(office, "kim", role)


@pytest.mark.parametrize("role", ["front-door", "auditor", "triage"])
def test_every_refusal_stands_in_the_log(office: Office, role: str) -> None:
    before = len(office.entries())
    refused(office, "kim", role)
    (entry,) = office.entries()[before:]
    assert (entry.event, entry.actor) == (Event.ACCESS_REFUSED, "kim")
    assert entry.details == {"verb": "agreement.read", "reason": "not-authorised"}
