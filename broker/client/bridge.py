"""From a case number to a profile in the case system, so that nobody types twice.

Decides what a case number stands for (a file that the partner keeps), and what is filed: the released profile as
it was signed, with who asked, when and why. A refusal is told and not filed. Nothing is kept anywhere but where
it is filed. Source: docs/how-to-bridge.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from broker.client.answers import Profile
from broker.client.client import BrokerClient
from broker.errors import CallWrong


@dataclass(frozen=True, slots=True)
class KnownCase:
    """What a case number of the partner's stands for at the broker."""

    number: str
    case: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, as what, what for and why."""

    by: str
    role: str
    purpose: str
    reason: str


@dataclass(frozen=True, slots=True)
class Filing:
    """A released profile on its way into a case file. `organisation` is whose key asked."""

    known: KnownCase
    asked: Asked
    organisation: str
    profile: Profile = field(repr=False)

    @property
    def at(self) -> datetime:
        """When it was released."""
        return self.profile.at

    def as_mapping(self) -> dict[str, Any]:
        """The structured document (docs/how-to-bridge.md)."""
        return {
            "document": "broker-profile-1",
            "case_number": self.known.number,
            "disclosure": self.profile.disclosure,
            "released_at": self.profile.document["at"],
            "asked_by": self.asked.by,
            "role": self.asked.role,
            "organisation": self.organisation,
            "purpose": self.asked.purpose,
            "reason": self.asked.reason,
            "profile": self.profile.document,
        }


class CaseFile(Protocol):
    """Where a profile is filed."""

    def file(self, filing: Filing) -> str:
        """Files it, once for each disclosure, and says where. Raises BrokerError where it is not filed."""


def read_cases(path: Path, number: str) -> KnownCase:
    """What the number stands for: of the file (a JSON object of numbers, each with `case` and `people`) that one
    entry alone is used. Raises CallWrong, and repeats no other number."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise CallWrong(str(path), "cannot be read") from None
    except ValueError:
        raise CallWrong(str(path), "is no JSON") from None
    one = found.get(number) if isinstance(found, dict) else None
    if not isinstance(one, dict):
        raise CallWrong(
            str(path), f"has no case `{number}`; write down its id at the broker, and of whom it is about"
        )
    case, people = one.get("case"), one.get("people")
    if not isinstance(case, str) or not isinstance(people, list) or not people:
        raise CallWrong(str(path), f"case `{number}` needs `case` (an id) and `people` (ids)")
    if not all(isinstance(person, str) for person in people):
        raise CallWrong(str(path), f"`people` of case `{number}` are ids")
    return KnownCase(number, case, tuple(people))


def open_case(
    client: BrokerClient,
    known: KnownCase,
    asked: Asked,
    into: CaseFile,
    *,
    organisation: str,
    idempotency_key: str | None = None,
) -> tuple[Profile, str | None]:
    """Asks for the profile of the case and files it. Also where it was filed; None where it was refused.

    Raises what asking raises, and BrokerError where it was released and not filed: ask again with the same
    `idempotency_key`, which releases it no second time.
    """
    profile = client.profile(
        by=asked.by,
        role=asked.role,
        purpose=asked.purpose,
        about=known.people,
        reason=asked.reason,
        case=known.case,
        idempotency_key=idempotency_key,
    )
    if not profile.answered:
        return profile, None
    return profile, into.file(Filing(known, asked, organisation, profile))


def names_of(document: Mapping[str, Any]) -> dict[str, str]:
    """The names by which a profile shows people, by id."""
    return {one["id"]: one["name"] for one in document["people"]}
