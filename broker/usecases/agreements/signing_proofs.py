"""What lets somebody sign for a party: a key that counts, or an authorisation of the party that stands.

Decides nothing about the text that is signed (`sign_agreement`). From docs/formats.md ("Signatures").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.agreements.signing import Authorisation, SignatureStatement, require_timely, standing_for
from broker.casework import Staff
from broker.casework.second_person import require_two_people
from broker.dates import instant_text
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.partner_keys import KeyState, KeyUse
from broker.partner_keys.public_key import SIGNATURE_SIZE, from_base64
from broker.partner_keys.standing import organisation_of
from broker.store.agreements import StoredVersion
from broker.store.authorisations import authorisations_of, find_authorisations
from broker.store.partner_keys import find_keys, keys_of
from broker.store.session import Act
from broker.store.staff import staff_behind
from broker.usecases.kinds import VersionedKind


@dataclass(frozen=True, slots=True)
class ByKey:
    """A signature by a key over the statement (`broker.agreements.signing`) made at an instant; in base64."""

    key: str
    signed_at: datetime
    signature: str


@dataclass(frozen=True, slots=True)
class Signing:
    """One signature. `document_digest` is of the text the signatory read (None: of the text published);
    `authority` is the evidence that the post may sign. `authorisation` is the id of the one by which another body
    signs for the party (None: the latest that stands), `by_key` the key's signature (None: a signed-in click)."""

    reference: str
    version: int
    party: str
    signatory: str
    post: str
    authority: str
    document_digest: str | None = None
    authorisation: str | None = None
    by_key: ByKey | None = None


def statement_for(signing: Signing, stored: StoredVersion, key: str, signed_at: datetime) -> SignatureStatement:
    """What a key signs for this signature."""
    return SignatureStatement(
        signing.reference,
        signing.version,
        stored.document_digest,
        signing.party,
        signing.signatory,
        signing.post,
        signing.authority,
        key,
        signed_at,
    )


def rests_on(signing: Signing) -> list[tuple[VersionedKind, str]]:
    """What must not change while the signature is kept: the party's authorisations and the keys of who signs."""
    found = [authorisations_of(signing.party)]
    if signing.by_key is not None:
        found.append(keys_of(organisation_of(signing.by_key.key)))
    return found


def require_key(act: Act, signing: Signing, stored: StoredVersion, by_key: ByKey) -> str:
    """The organisation whose key signed. Raises NotAllowed unless the key counts, now and when it signed, and the
    signature is its own over this very statement; CallWrong for what is no signature."""
    where = f"signature of `{signing.party}`"
    key = find_keys(act, by_key.key).get(by_key.key)
    signature = from_base64(by_key.signature, SIGNATURE_SIZE, where)
    # INVARIANT: a key that is not there, one that does not count and a wrong signature get answers that are no
    # secret: which keys there are, and how they stand, is public here.
    if key is None:
        raise CallWrong(f"key `{by_key.key}`", f"is not known{did_you_mean(by_key.key, find_keys(act))}")
    if key.use is not KeyUse.AGREEMENTS:
        raise NotAllowed(f"key `{key.id}`", "signs requests and no agreements; sign with a key for agreements")
    for at in (by_key.signed_at, act.at):
        if key.state(at) is not KeyState.LIVE:
            raise NotAllowed(
                f"key `{key.id}`", f"is {key.state(at).value} at {instant_text(at)}; it signs nothing"
            )
    require_timely(by_key.signed_at, act.at, _taken_back_at(stored, signing.party), where)
    statement = statement_for(signing, stored, key.id, by_key.signed_at).to_bytes()
    key.key.require(signature, statement, where)
    return key.organisation


def _taken_back_at(stored: StoredVersion, party: str) -> datetime | None:
    """When the party last took its signature on this version back."""
    ends = [one.until_at for one in stored.signatures.get(party, ()) if one.until_at is not None]
    return max(ends, default=None)


def require_authorisation(act: Act, staff: Staff, signer: str, signing: Signing) -> Authorisation:
    """That by which `signer` signs for the party. Raises NotAllowed where there is none that stands, or where it
    was recorded by whoever would now use it."""
    found = standing_for(find_authorisations(act, signing.party), signing.party, signer, signing.reference, act.at)
    if signing.authorisation is not None:
        found = tuple(one for one in found if one.id == signing.authorisation)
    if not found:
        raise NotAllowed(
            f"`{signing.party}`",
            f"signs for itself, and no authorisation lets `{signer}` sign for it now; record its letter with"
            " `broker agreement authorise`",
        )
    require_two_people(staff_behind(act, found[0].recorded_by), staff, "signing by an authorisation")
    return found[0]
