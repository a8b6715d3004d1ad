"""What an ID token must be before anybody is believed to be whom it names.

Decides, in this order: signed by a key of the provider with an algorithm from a closed list (never `none`, never
one keyed by a shared secret), issued by it, for this broker alone, now, in answer to this very attempt; and which
account it names. Where somebody was to prove again who they are, that they did so since. OpenID Connect Core
section 3.1.3.7, RFC 8725.
"""

from __future__ import annotations

import hmac
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from broker.documents.strict_json import JsonRefused, read_json
from broker.openid.attempt import Attempt
from broker.openid.refusal import Cause, SignInRefused
from broker.openid.registration import SUBJECT, Registration

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")
"""RFC 8725 section 3.1: signatures by the provider's own key. HS256 would make a forger of everybody who knows the
client secret, `none` of everybody."""
LEEWAY: Final = timedelta(seconds=60)
"""How far the provider's clock may be from this one."""
OLDEST: Final = timedelta(minutes=15)
"""A token is made while somebody waits for it."""
_VERIFIED_BY: Final = {"email": "email_verified", "phone_number": "phone_number_verified"}
"""Claims that a user may have typed themself, and the one that says whether the provider has verified it."""


@dataclass(frozen=True, slots=True, repr=False)
class Vouched:
    """Whom the provider vouches for: the name of the account, and when they last proved it, where it says so."""

    name: str
    proved_at: datetime | None


def read_id_token(
    token: str, keys: KeySet, registration: Registration, attempt: Attempt, access_token: str, at: datetime
) -> Vouched:
    """Whom it names. Raises SignInRefused."""
    header, claims = _signed(token, keys)
    if claims.get("iss") != registration.issuer:
        raise SignInRefused(Cause.ISSUER)
    _require_for(claims, registration.client_id)
    _require_now(claims, at)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), attempt.nonce.encode()):
        raise SignInRefused(Cause.NONCE)
    # A second opinion, and the hash of the access token, by the library that knows the rest of the profile.
    params = {"nonce": attempt.nonce, "client_id": registration.client_id, "access_token": access_token}
    try:
        CodeIDToken(dict(claims), dict(header), params=params).validate(
            int(at.timestamp()), int(LEEWAY.total_seconds())
        )
    except (JoseError, ValueError, TypeError):
        raise SignInRefused(Cause.CLAIMS) from None
    proved_at = _proved_at(claims, at)
    if attempt.session and (proved_at is None or proved_at < attempt.began - LEEWAY):
        raise SignInRefused(Cause.NOT_PROVED)
    return Vouched(_account(claims, registration.account_claim), proved_at)


def _signed(token: str, keys: KeySet) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
        if header.get("alg") not in ALGORITHMS or "crit" in header:
            raise SignInRefused(Cause.ALGORITHM)
        found = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
        payload = jws.deserialize_compact(token, keys, algorithms=list(ALGORITHMS)).payload
        claims = read_json(payload)
    except (JoseError, JsonRefused, ValueError, TypeError, KeyError):
        raise SignInRefused(Cause.SIGNATURE) from None
    if not isinstance(claims, dict):
        raise SignInRefused(Cause.CLAIMS)
    return found.header, claims


def _require_for(claims: Mapping[str, Any], client_id: str) -> None:
    """For this broker, and for nobody else: a token for two audiences could be brought here by the other."""
    audience = claims.get("aud")
    if audience not in (client_id, [client_id]) or claims.get("azp", client_id) != client_id:
        raise SignInRefused(Cause.AUDIENCE)


def _require_now(claims: Mapping[str, Any], at: datetime) -> None:
    expires, issued, begins = (_instant(claims, name) for name in ("exp", "iat", "nbf"))
    if expires is None or issued is None:
        raise SignInRefused(Cause.CLAIMS)
    if at >= expires + LEEWAY or at - issued > OLDEST:
        raise SignInRefused(Cause.EXPIRED)
    if issued > at + LEEWAY or (begins is not None and begins > at + LEEWAY):
        raise SignInRefused(Cause.NOT_YET)


def _proved_at(claims: Mapping[str, Any], at: datetime) -> datetime | None:
    found = _instant(claims, "auth_time")
    if found is not None and found > at + LEEWAY:
        raise SignInRefused(Cause.NOT_YET)
    return min(found, at) if found is not None else None


def _instant(claims: Mapping[str, Any], name: str) -> datetime | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise SignInRefused(Cause.CLAIMS)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        raise SignInRefused(Cause.CLAIMS) from None


def _account(claims: Mapping[str, Any], claim: str) -> str:
    subject, name = claims.get(SUBJECT), claims.get(claim)
    if not isinstance(subject, str) or not subject or not isinstance(name, str) or not name or len(name) > 255:
        raise SignInRefused(Cause.CLAIMS)
    verified_by = _VERIFIED_BY.get(claim)
    if verified_by is not None and claims.get(verified_by) is not True:
        raise SignInRefused(Cause.UNVERIFIED)
    return name
