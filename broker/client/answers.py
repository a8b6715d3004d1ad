"""What the broker answered, as values. Shapes: docs/api.md.

Decides that a member this client does not know is left alone (members are added, never renamed), and that one it
needs and does not find is an answer it does not understand. `document` is the whole answer, as it was signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from broker.canonical import digest_bytes
from broker.client.problems import AnswerNotUnderstood


def text_of(found: Mapping[str, Any], name: str) -> str:
    """A member that is text. Raises AnswerNotUnderstood."""
    value = found.get(name)
    if not isinstance(value, str):
        raise AnswerNotUnderstood(f"the answer has no `{name}`")
    return value


def instant_of(found: Mapping[str, Any], name: str) -> datetime:
    """A member that is an instant. Raises AnswerNotUnderstood."""
    try:
        at = datetime.fromisoformat(text_of(found, name))
    except ValueError:
        raise AnswerNotUnderstood(f"`{name}` of the answer is no instant") from None
    if at.tzinfo is None:
        raise AnswerNotUnderstood(f"`{name}` of the answer has no offset")
    return at.astimezone(UTC)


def list_of(found: Mapping[str, Any], name: str) -> list[Any]:
    """A member that is a list. Raises AnswerNotUnderstood."""
    value = found.get(name)
    if not isinstance(value, list):
        raise AnswerNotUnderstood(f"the answer has no list `{name}`")
    return value


def texts_of(found: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A member that is a list of text."""
    return tuple(str(one) for one in list_of(found, name))


def maybe(found: Mapping[str, Any], name: str) -> str | None:
    """A member that is text or null."""
    return None if found.get(name) is None else text_of(found, name)


@dataclass(frozen=True, slots=True)
class Profile:
    """A decided request. `answered` False: it was refused, for `refused_because`, and `next_step` says what to do.
    `document` is docs/profile-json.md."""

    disclosure: str
    answered: bool
    refused_because: str | None
    next_step: str | None
    at: datetime
    document: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Self:
        """Of an answer."""
        return cls(
            text_of(found, "disclosure"),
            text_of(found, "outcome") == "answered",
            maybe(found, "refused_because"),
            maybe(found, "next_step"),
            instant_of(found, "at"),
            found,
        )


@dataclass(frozen=True, slots=True)
class ConsentTaken:
    """What was written down. To a retry (`repeated`) only the reference and the instant are answered, and the rest
    is empty: what it meant was said once."""

    consent: str
    at: datetime
    repeated: bool
    counts: bool | None
    in_words: str
    sheet: str
    stops: tuple[str, ...]
    goes_on: tuple[str, ...]
    document: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Self:
        """Of an answer."""
        repeated = found.get("repeated") is True
        standing = found.get("standing")
        return cls(
            text_of(found, "consent"),
            instant_of(found, "at"),
            repeated,
            None if repeated else found.get("counts") is True,
            str(standing.get("in_words", "")) if isinstance(standing, dict) else "",
            "" if repeated else text_of(found, "sheet"),
            () if repeated else texts_of(found, "stops"),
            () if repeated else texts_of(found, "goes_on"),
            found,
        )


@dataclass(frozen=True, slots=True)
class Since:
    """What became of something that was received: `because` is a code of docs/api.md; `closed_at` None: it waits
    for whoever received it to say what they did. `cells` are (category, controller)."""

    notice: str
    because: str
    at: datetime
    about: tuple[str, ...]
    cells: tuple[tuple[str, str], ...]
    records: tuple[str, ...]
    closed_at: datetime | None

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Self:
        """Of one of `since`."""
        return cls(
            text_of(found, "notice"),
            text_of(found, "because"),
            instant_of(found, "at"),
            texts_of(found, "about"),
            tuple((text_of(one, "category"), text_of(one, "controller")) for one in list_of(found, "cells")),
            texts_of(found, "records"),
            None if found.get("closed_at") is None else instant_of(found, "closed_at"),
        )


@dataclass(frozen=True, slots=True)
class Received:
    """One disclosure to this organisation, without its content."""

    disclosure: str
    at: datetime
    by: str
    role: str
    purpose: str
    case: str | None
    about: tuple[str, ...]
    since: tuple[Since, ...]

    @property
    def waiting(self) -> tuple[Since, ...]:
        """What nobody has yet said they did something about."""
        return tuple(one for one in self.since if one.closed_at is None)

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Self:
        """Of one of `disclosures`."""
        return cls(
            text_of(found, "disclosure"),
            instant_of(found, "at"),
            text_of(found, "by"),
            text_of(found, "role"),
            text_of(found, "purpose"),
            maybe(found, "case"),
            texts_of(found, "about"),
            tuple(Since.read(one) for one in list_of(found, "since")),
        )


@dataclass(frozen=True, slots=True)
class ReceivedWhole:
    """One disclosure with its cells (person, category, controller, detail) and records (id, detail)."""

    received: Received
    cells: tuple[tuple[str, str, str, str], ...]
    records: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Self:
        """Of an answer."""
        names = ("person", "category", "controller", "detail")
        cells = [tuple(text_of(one, name) for name in names) for one in list_of(found, "cells")]
        return cls(
            Received.read(found),
            tuple((one[0], one[1], one[2], one[3]) for one in cells),
            tuple((text_of(one, "record"), text_of(one, "detail")) for one in list_of(found, "records")),
        )


@dataclass(frozen=True, slots=True)
class NoticeClosed:
    """What was said about a notice."""

    notice: str
    disclosure: str
    finding: str

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Self:
        """Of an answer."""
        return cls(text_of(found, "notice"), text_of(found, "disclosure"), text_of(found, "finding"))


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody who is in a case."""

    staff: str
    name: str
    organisation: str
    roles: tuple[str, ...]
    phone: str | None

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Self:
        """Of one of `members`."""
        named = (text_of(found, "staff"), text_of(found, "name"), text_of(found, "organisation"))
        return cls(*named, texts_of(found, "roles"), maybe(found, "phone"))


@dataclass(frozen=True, slots=True)
class Team:
    """Who is in a case; `lead` is a staff id."""

    case: str
    lead: str | None
    members: tuple[TeamMember, ...]
    document: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Self:
        """Of an answer."""
        members = tuple(TeamMember.read(one) for one in list_of(found, "members"))
        return cls(text_of(found, "case"), maybe(found, "lead"), members, found)


@dataclass(frozen=True, slots=True)
class AgreementState:
    """One version in the library. `state` is in words."""

    agreement: str
    title: str
    owner: str
    document_digest: str
    unsigned: tuple[str, ...]
    counts: bool
    state: str

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Self:
        """Of one of `agreements`."""
        names = ("agreement", "title", "owner", "document_digest")
        named = [text_of(found, name) for name in names]
        counts, state = found.get("counts") is True, text_of(found, "state")
        return cls(named[0], named[1], named[2], named[3], texts_of(found, "unsigned"), counts, state)


@dataclass(frozen=True, slots=True)
class AgreementRead:
    """One version as it was read. `etag` stands for this reading: a signature is given upon it. `text` is the
    agreement's own, and `document_digest` is of it: that was checked."""

    agreement: str
    title: str
    text: str
    document_digest: str
    unsigned: tuple[str, ...]
    state: str
    etag: str
    document: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Self:
        """Of an answer. Raises AnswerNotUnderstood where the digest is of another text."""
        text, said = text_of(found, "document"), text_of(found, "document_digest")
        if digest_bytes(text.encode("utf-8")) != said:
            raise AnswerNotUnderstood("`document_digest` is of another text than `document`")
        named = (text_of(found, "agreement"), text_of(found, "title"), text, said)
        return cls(*named, texts_of(found, "unsigned"), text_of(found, "state"), text_of(found, "etag"), found)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that was handed in. `unsigned` are the parties that have not signed; empty to a retry."""

    agreement: str
    party: str
    repeated: bool
    unsigned: tuple[str, ...]

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Self:
        """Of an answer."""
        repeated = found.get("repeated") is True
        unsigned = () if repeated else texts_of(found, "unsigned")
        return cls(text_of(found, "agreement"), text_of(found, "party"), repeated, unsigned)


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of the lines that were sent; `rejections` are (line, where, reason, in words). Whether anybody
    in them was known is never said."""

    batch: str
    seen_before: bool
    lines: int
    accepted: int
    rejected: int
    rejections: tuple[tuple[int, str, str, str], ...]
    document: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Self:
        """Of an answer."""
        rejections = [
            (_number(one, "line"), maybe(one, "at") or "", text_of(one, "reason"), text_of(one, "what"))
            for one in list_of(found, "rejections")
        ]
        counts = (_number(found, "lines"), _number(found, "accepted"), _number(found, "rejected"))
        seen_before = found.get("seen_before") is True
        return cls(text_of(found, "batch"), seen_before, *counts, tuple(rejections), found)


def _number(found: Mapping[str, Any], name: str) -> int:
    value = found.get(name)
    if not isinstance(value, int):
        raise AnswerNotUnderstood(f"the answer has no number `{name}`")
    return value
