"""The provider: what it says of itself, its keys, and the two steps of signing in with it.

Authorisation code with PKCE (RFC 6749, RFC 7636, RFC 9700), `state`, `nonce` and `iss` (RFC 9207). Decides that
what a provider says of itself is remembered for an hour and its keys for ten minutes, and that a key nobody knows
makes it ask again, but not more than once in half a minute.
"""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from broker.openid.attempt import Attempt
from broker.openid.back_channel import BackChannel
from broker.openid.id_token import ALGORITHMS, Vouched, read_id_token
from broker.openid.patience import Patience
from broker.openid.refusal import Cause, SignInRefused
from broker.openid.registration import SUBJECT, Registration, is_safe
from broker.openid.turns import Asker

METADATA_FOR: Final = 3600.0
KEYS_FOR: Final = 600.0
KEYS_AGAIN_AFTER: Final = 30.0
_SCOPES: Final = {"email": "openid email", "phone_number": "openid phone"}
_SIGNED_WITH: Final = "id_token_signing_alg_values_supported"
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass
class _Known:
    value: Any
    since: float


class Provider:
    """One provider. Safe to use from several threads."""

    def __init__(self, registration: Registration) -> None:
        self.registration = registration
        self._channel = BackChannel()
        self._patience = Patience()
        self._lock = threading.Lock()
        self._metadata: _Known | None = None
        self._keys: _Known | None = None

    def address_to_sign_in(self, attempt: Attempt, asker: Asker) -> str:
        """Where the browser is sent. Raises SignInRefused where the provider cannot be asked."""
        metadata = self._remembered() or self._asked(attempt.began, asker)
        again = {"prompt": "login", "max_age": "0"} if attempt.session else {}
        return str(
            prepare_grant_uri(
                metadata["authorization_endpoint"],
                client_id=self.registration.client_id,
                response_type="code",
                redirect_uri=attempt.redirect_uri,
                scope=_SCOPES.get(self.registration.account_claim, "openid"),
                state=attempt.state,
                nonce=attempt.nonce,
                code_challenge=create_s256_code_challenge(attempt.verifier),
                code_challenge_method="S256",
                **again,
            )
        )

    def redeem(self, attempt: Attempt, answer: Mapping[str, str], at: datetime, asker: Asker) -> Vouched:
        """Whom the provider vouches for, in answer to this attempt: `answer` is what the browser came back with.
        Raises SignInRefused."""
        if not hmac.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
            raise SignInRefused(Cause.STATE)
        if "error" in answer:
            raise SignInRefused(Cause.PROVIDER_REFUSED)
        code = answer.get("code", "")
        if not code:
            raise SignInRefused(Cause.CODE)
        with self._patience.asking(at, asker) as until:
            metadata = self._remembered() or self._discover(until)
            named = answer.get("iss")
            if named is None and metadata.get("authorization_response_iss_parameter_supported") is True:
                raise SignInRefused(Cause.ISSUER)
            if named is not None and named != self.registration.issuer:
                raise SignInRefused(Cause.ISSUER)
            body = prepare_token_request(
                "authorization_code", code=code, redirect_uri=attempt.redirect_uri, code_verifier=attempt.verifier
            )
            login = (quote(self.registration.client_id, safe=""), quote(self.registration.client_secret, safe=""))
            given = self._channel.post(metadata["token_endpoint"], body, login, Cause.CODE, until)
            token, access = given.get("id_token"), given.get("access_token")
            if not isinstance(token, str) or not isinstance(access, str):
                raise SignInRefused(Cause.TOKEN)
            return self._read(token, attempt, access, at, until)

    def find_sign_out(self, at: datetime, asker: Asker) -> str | None:
        """Where somebody signs out of their account itself (OpenID Connect RP-Initiated Logout), where there is
        such a place and the provider has said so, ever, or says so now."""
        with self._lock:
            known = self._metadata
        try:
            found = (self._asked(at, asker) if known is None else known.value).get("end_session_endpoint")
        except SignInRefused:
            return None
        if not isinstance(found, str) or not is_safe(found):
            return None
        mark = "&" if "?" in found else "?"
        return f"{found}{mark}client_id={quote(self.registration.client_id, safe='')}"

    def _remembered(self) -> Mapping[str, Any] | None:
        with self._lock:
            known = self._metadata
        if known is None or time.monotonic() - known.since >= METADATA_FOR:
            return None
        found: Mapping[str, Any] = known.value
        return found

    def _asked(self, at: datetime, asker: Asker) -> Mapping[str, Any]:
        with self._patience.asking(at, asker) as until:
            return self._discover(until)

    def _discover(self, until: float) -> Mapping[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery section 4.3). Raises SignInRefused."""
        address = self.registration.issuer.rstrip("/") + "/.well-known/openid-configuration"
        told = self._channel.get(address, Cause.METADATA, until)
        if told.get("issuer") != self.registration.issuer:
            raise SignInRefused(Cause.ISSUER)
        listed = told.get(_SIGNED_WITH)
        if not isinstance(listed, list) or not set(ALGORITHMS).intersection(map(str, listed)):
            raise SignInRefused(Cause.ALGORITHM)
        # The library takes no provider that does not also sign with RS256; one that signs with better is as good.
        checked = {name: _as_if_over_tls(value) for name, value in told.items()} | {
            _SIGNED_WITH: [*listed, "RS256"]
        }
        try:
            OpenIDProviderMetadata(checked).validate()
        except (ValueError, TypeError):
            raise SignInRefused(Cause.METADATA) from None
        if not all(isinstance(told.get(name), str) and is_safe(told[name]) for name in _ENDPOINTS):
            raise SignInRefused(Cause.METADATA)
        with self._lock:
            self._metadata = _Known(told, time.monotonic())
        return told

    def _read(self, token: str, attempt: Attempt, access: str, at: datetime, until: float) -> Vouched:
        try:
            return read_id_token(token, self._key_set(KEYS_FOR, until), self.registration, attempt, access, at)
        except SignInRefused as refused:
            if refused.cause is not Cause.SIGNATURE:
                raise
        # Perhaps it was signed with a key that is newer than what is remembered.
        return read_id_token(token, self._key_set(KEYS_AGAIN_AFTER, until), self.registration, attempt, access, at)

    def _key_set(self, not_older: float, until: float) -> KeySet:
        with self._lock:
            known = self._keys
        if known is not None and time.monotonic() - known.since < not_older:
            kept: KeySet = known.value
            return kept
        metadata = self._remembered() or self._discover(until)
        told = self._channel.get(metadata["jwks_uri"], Cause.KEYS, until)
        try:
            public = [one for one in told["keys"] if one.get("kty") != "oct" and one.get("use", "sig") == "sig"]
            found = KeySet.import_key_set({"keys": public})
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            raise SignInRefused(Cause.KEYS) from None
        with self._lock:
            self._keys = _Known(found, time.monotonic())
        return found


def _as_if_over_tls(value: Any) -> Any:
    """The library takes no provider on this very machine, which needs no TLS (`is_safe`)."""
    if isinstance(value, str) and value.startswith("http://") and is_safe(value):
        return "https" + value.removeprefix("http")
    return value


__all__ = ["SUBJECT", "Provider"]
