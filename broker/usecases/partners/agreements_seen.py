"""Agreements as partner systems read them, and whether one is still as it was when it was read.

Decides what a version's tag is over: everything that is answered of it, the text's digest and every signature
included, so that two readings with one tag are one. From RFC 9110 section 8.8.3 and docs/api.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from broker.agreements.life import Superseded
from broker.canonical import canonical_json, digest_bytes
from broker.dates import instant_text
from broker.errors import BrokerError, CallWrong
from broker.store.cursors import open_cursor, seal_cursor
from broker.store.session import Act
from broker.usecases.acting import Acting
from broker.usecases.agreements.list_agreements import AgreementState, list_agreements
from broker.usecases.agreements.show_agreement import (
    AgreementShown,
    SignatureShown,
    show_agreement,
    shown_as_it_is,
)
from broker.usecases.agreements.sign_agreement import SignatureKept, Signing, sign_agreement
from broker.usecases.partners.not_here import NotHere
from broker.usecases.release.release_profile import FactsChanged
from broker.usecases.world import World

_LIST: Final = "agreements"
_ANY_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)


class ChangedSince(BrokerError):
    """It is not as it was when it was read."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Page:
    """Some agreements, by reference and version, and the cursor with which to go on; None: there are no more."""

    agreements: tuple[Mapping[str, Any], ...]
    after: str | None


def tag_of(mapping: Any) -> str:
    """The tag of what was answered: equal for equal answers and for nothing else."""
    return digest_bytes(canonical_json(mapping)).removeprefix("sha256:")[:32]


def page_agreements(world: World, acting: Acting, after: str | None, limit: int) -> Page:
    """A page of every published version. Raises NotAllowed, and CallWrong for a cursor that is not theirs."""
    reader = f"{acting.by}/{acting.role}"
    rows = sorted(list_agreements(world, acting), key=lambda one: (one.reference, one.version))
    with world.store.look() as view:
        first = ("", 0)
        if after is not None:
            place = open_cursor(view, _LIST, reader, after)
            if place is None:
                raise CallWrong("after", "is no cursor of this list; begin without one")
            first = named(place[1])
        rest = [one for one in rows if (one.reference, one.version) > first]
        cursor = None
        if len(rest) > limit:
            last = rest[limit - 1]
            cursor = seal_cursor(view, _LIST, reader, (_ANY_TIME, f"{last.reference}@{last.version}"))
    return Page(tuple(_state_mapping(one) for one in rest[:limit]), cursor)


def read_agreement_version(world: World, acting: Acting, name: str) -> Mapping[str, Any]:
    """A version, by its name (`family-support@2`). Raises NotAllowed, and NotHere where it was not published."""
    reference, version = named(name)
    try:
        return shown_mapping(show_agreement(world, acting, reference, version))
    except CallWrong:
        raise NotHere(f"agreement `{name}`", "is not published") from None


def sign_as_seen(world: World, acting: Acting, signing: Signing, tag: str) -> SignatureKept:
    """Signs the version where it still has the tag. Raises ChangedSince where it has another, NotHere where it was
    not published, NotAllowed and CallWrong as `sign_agreement`."""

    def require_seen(act: Act) -> None:
        try:
            shown = shown_as_it_is(act, world, signing.reference, signing.version)
        except CallWrong:
            raise NotHere("agreement", "is not published") from None
        if tag_of(shown_mapping(shown)) != tag:
            raise ChangedSince("agreement", "has changed since you read it; read it again")

    return sign_agreement(world, acting, signing, require_seen)


def signed_before(world: World, acting: Acting, signing: Signing) -> None:
    """Raises FactsChanged unless this very signature stands."""
    shown = show_agreement(world, acting, signing.reference, signing.version)
    given = None if signing.by_key is None else signing.by_key.signature
    if not any(
        (one.party, one.signature, one.withdrawn_at) == (signing.party, given, None) for one in shown.signatures
    ):
        raise FactsChanged("signature", "was taken back since; sign again, as a new request")


def named(name: str) -> tuple[str, int]:
    """The reference and version of `family-support@2`; for what is no such name, one that nothing has."""
    reference, _, version = name.partition("@")
    whole = version.isascii() and version.isdecimal() and len(version) < 10 and not version.startswith("0")
    return (reference, int(version)) if whole else (name, 0)


def shown_mapping(shown: AgreementShown) -> Mapping[str, Any]:
    """A version as it is answered (docs/api.md)."""
    agreement = shown.agreement
    return {
        "agreement": agreement.name,
        "title": agreement.title,
        "owner": agreement.owner,
        "parties": list(agreement.parties),
        "document_digest": shown.document_digest,
        "document": shown.text.decode("utf-8"),
        "published": instant_text(shown.published_at),
        "ended": None if shown.ended_at is None else instant_text(shown.ended_at),
        **_superseded(shown.superseded),
        "state": f"{shown.state} {shown.signed}",
        "unsigned": list(shown.unsigned),
        "signatures": [_signature_mapping(one) for one in shown.signatures],
        "terms_digest": shown.terms_digest,
        "terms_changed": [
            {"term": change.name, "said": list(change.said), "signed_upon": list(parties)}
            for change, parties in shown.changed
        ],
    }


def _state_mapping(one: AgreementState) -> Mapping[str, Any]:
    return {
        "agreement": f"{one.reference}@{one.version}",
        "title": one.title,
        "owner": one.owner,
        "document_digest": one.document_digest,
        "parties": list(one.parties),
        "unsigned": list(one.unsigned),
        "counts": one.counts,
        **_superseded(one.superseded),
        "terms_changed": one.terms_changed,
        "state": one.state,
    }


def _superseded(found: Superseded | None) -> Mapping[str, Any]:
    return {
        "superseded_by": None if found is None else found.by,
        "superseded_since": None if found is None else instant_text(found.since),
    }


def _signature_mapping(one: SignatureShown) -> Mapping[str, Any]:
    return {
        "party": one.party,
        "signatory": one.signatory,
        "post": one.post,
        "authority": one.authority,
        "signed": instant_text(one.signed_at),
        "withdrawn": None if one.withdrawn_at is None else instant_text(one.withdrawn_at),
        "signed_by": one.signed_by,
        "authorisation": one.authorisation,
        "key": one.key,
        "terms_digest": one.terms_digest,
    }
