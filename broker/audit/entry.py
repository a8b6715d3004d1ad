"""One audit entry: an event as a value, and the exact bytes that are stored and hashed.

Decides the form of version 1 and nothing about where it is kept. The bytes are canonical JSON (RFC 8785 for the
values an entry can hold: no floats, ASCII keys), and parsing refuses any other spelling, so bytes and value are
one to one. The leaf of the tree is the hash of exactly the stored bytes, never of a re-encoding. Fields are those
of docs/security.md section 3, point 1: version, time, actor, organisation, verb, decision, digests of the
agreements and policies used, pseudonyms (never identities), 32 random bytes against guessing, a commitment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from broker.audit.details import EntryRefused, is_digest, is_id, is_instant, require_details
from broker.audit.events import EVENT_FORMS, Event, Outcome
from broker.canonical import canonical_json
from broker.errors import did_you_mean

ENTRY_VERSION: Final = 1
NONCE_BYTES: Final = 32  # docs/security.md section 3, point 1
COMMITMENT_BYTES: Final = 32  # a SHA-256 digest, see broker.audit.commitment
LARGEST_ENTRY: Final = 65535  # bytes; C2SP tlog-tiles gives an entry's length two bytes
MOST_PEOPLE: Final = 1000

# 128 bits in 26 characters of lower-case base32: the last carries three bits, so two of its values' bits are zero.
_PSEUDONYM = re.compile(r"p1\.[a-z0-9][a-z0-9-]{0,62}\.[a-z0-9][a-z0-9-]{0,15}\.[a-z2-7]{25}[aeimquy4]")
_ORGANISATION = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_KEYS: Final = frozenset(
    {
        "about",
        "actor",
        "agreements_digest",
        "at",
        "commitment",
        "details",
        "event",
        "nonce",
        "organisation",
        "outcome",
        "policies_digest",
        "v",
    }
)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What happened, by whom, about whom, by which rules.

    `occurred_at` is an aware instant; `actor` a post's pseudonym or id; `organisation` its code (the recipient,
    for a release); `about` pseudonyms of people, sorted, each once; the digests are `sha256:…` or None where no
    rules were used; `nonce` is 32 random bytes from the caller; `commitment` 32 bytes, or None where nothing is
    erasable.
    Lists in `details` may be given in any order as long as nothing repeats.

    Raises EntryRefused when a value is not of the form its event demands. No message repeats a value.
    """

    event: Event
    occurred_at: datetime
    actor: str
    organisation: str
    outcome: Outcome
    nonce: bytes
    about: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    agreements_digest: str | None = None
    policies_digest: str | None = None
    commitment: bytes | None = None
    version: int = ENTRY_VERSION

    def __post_init__(self) -> None:
        object.__setattr__(self, "about", tuple(sorted(self.about)))
        object.__setattr__(self, "details", MappingProxyType(_frozen(self.details)))
        where = f"audit entry `{self.event}`"
        form = EVENT_FORMS.get(self.event)
        if form is None:
            raise EntryRefused(where, f"not an event of the register{did_you_mean(self.event, Event)}")
        if self.version != ENTRY_VERSION:
            raise EntryRefused(where, f"version must be {ENTRY_VERSION}")
        if self.occurred_at.tzinfo is None:
            raise EntryRefused(where, "`occurred_at` needs an offset: whose clock it was is not known")
        if not is_id(self.actor):
            raise EntryRefused(where, "`actor` must be the id or pseudonym of a post, never a name")
        if not _ORGANISATION.fullmatch(self.organisation):
            raise EntryRefused(where, "`organisation` must be an organisation's code")
        if self.outcome not in form.outcomes:
            raise EntryRefused(where, f"outcome `{self.outcome}` does not belong to this event")
        if len(self.nonce) != NONCE_BYTES:
            raise EntryRefused(where, f"`nonce` must be {NONCE_BYTES} random bytes")
        if self.commitment is not None and len(self.commitment) != COMMITMENT_BYTES:
            raise EntryRefused(where, f"`commitment` must be {COMMITMENT_BYTES} bytes")
        if len(self.about) > MOST_PEOPLE or len(set(self.about)) != len(self.about):
            raise EntryRefused(where, f"`about` names each person once, {MOST_PEOPLE} at most")
        if not all(_PSEUDONYM.fullmatch(pseudonym) for pseudonym in self.about):
            raise EntryRefused(where, "`about` holds pseudonyms (`p1.domain.epoch.…`), never identities")
        for name, value in (("agreements", self.agreements_digest), ("policies", self.policies_digest)):
            if value is None and form.names_rules:
                raise EntryRefused(where, f"`{name}_digest` is missing: say which rules were used")
            if value is not None and not is_digest(value):
                raise EntryRefused(where, f"`{name}_digest` must be `sha256:` and 64 hexadecimal digits")
        require_details(where, form, self.details)


def _frozen(details: Mapping[str, Any]) -> dict[str, Any]:
    """Lists become sorted tuples, so that an entry is a value and one fact has one spelling."""
    return {name: tuple(sorted(value)) if _is_text_list(value) else value for name, value in details.items()}


def _is_text_list(value: object) -> bool:
    return isinstance(value, list | tuple | set | frozenset) and all(isinstance(item, str) for item in value)


def instant_text(at: datetime) -> str:
    """The instant in UTC with exactly six decimals (`2026-03-02T09:30:00.000000Z`): text order is time order."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def entry_bytes(entry: AuditEntry) -> bytes:
    """The canonical bytes of an entry: what is stored, hashed and exported. At most 65,535 bytes.

    Raises EntryRefused when they would be longer.
    """
    data = canonical_json(
        {
            "v": entry.version,
            "at": instant_text(entry.occurred_at),
            "event": str(entry.event),
            "outcome": str(entry.outcome),
            "actor": entry.actor,
            "organisation": entry.organisation,
            "about": entry.about,
            "agreements_digest": entry.agreements_digest,
            "policies_digest": entry.policies_digest,
            "details": dict(entry.details),
            "nonce": entry.nonce.hex(),
            "commitment": None if entry.commitment is None else entry.commitment.hex(),
        }
    )
    if len(data) > LARGEST_ENTRY:
        raise EntryRefused(
            f"audit entry `{entry.event}`", f"{len(data)} bytes; at most {LARGEST_ENTRY} fit in the log"
        )
    return data


def parse_entry(data: bytes) -> AuditEntry:
    """The entry that the bytes spell.

    Raises EntryRefused for anything else: bad JSON, unknown or missing keys, another version, or a spelling that
    is not the canonical one (white space, key order, repeated keys, escapes).
    """
    where = "audit entry"
    try:
        found = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise EntryRefused(where, "is not JSON in UTF-8") from None
    if not isinstance(found, dict) or set(found) != _KEYS:
        raise EntryRefused(where, "does not have exactly the keys of version 1")
    if found["v"] != ENTRY_VERSION:
        raise EntryRefused(where, f"version must be {ENTRY_VERSION}; this reader knows no other")
    try:
        entry = AuditEntry(
            event=Event(found["event"]),
            occurred_at=_instant(found["at"]),
            actor=found["actor"],
            organisation=found["organisation"],
            outcome=Outcome(found["outcome"]),
            nonce=bytes.fromhex(found["nonce"]),
            about=tuple(found["about"]),
            details=found["details"],
            agreements_digest=found["agreements_digest"],
            policies_digest=found["policies_digest"],
            commitment=None if found["commitment"] is None else bytes.fromhex(found["commitment"]),
        )
    except (TypeError, ValueError, AttributeError):
        raise EntryRefused(where, "holds a value of the wrong type or an unknown code") from None
    if entry_bytes(entry) != data:
        raise EntryRefused(where, "is not spelled canonically")
    return entry


def _instant(text: object) -> datetime:
    if not isinstance(text, str) or not is_instant(text):
        raise ValueError
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
