"""The demonstration's own OpenID Connect provider: everybody who works in the invented county has an account.

A real provider, asked over HTTP like any other, so that the demonstration and the tests run the code that a real
one runs. Decides that it proves nothing: whoever is before it chooses who they are. INVARIANT: it is made by
`make_web(demo=True)` alone, and `broker serve` never asks for that.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core.util import create_half_hash
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from joserfc import jwt
from joserfc.jwk import ECKey

from broker.casework.account import Account
from broker.errors import CallWrong
from broker.openid.registration import Registration
from broker.usecases.signing_in.accounts import bind_account
from broker.usecases.signing_in.local_accounts import list_local_accounts
from broker.usecases.world import World
from broker.web.forms import Form
from broker.web.language import _
from broker.web.pages.sign_in import DONE
from broker.web.site import Site

PATH: Final = "/demo-sign-in"
CLIENT: Final = "broker"
CODE_LASTS: Final = timedelta(seconds=60)
TOKEN_LASTS: Final = timedelta(minutes=5)
_SIGNS_ONLY: Final = frozenset({"caldicott-guardian"})
"""The demonstration has one for each party; whoever looks around begins with somebody else."""
_NEEDED: Final = ("state", "nonce", "code_challenge", "redirect_uri")


@dataclass(frozen=True, slots=True)
class _Code:
    subject: str
    nonce: str
    challenge: str
    redirect_uri: str
    at: datetime


class LocalProvider:
    """The provider at an address of this machine. Its key, its secret and its codes live as long as it does."""

    def __init__(self, world: World, address: str) -> None:
        self.world = world
        self.issuer = address + PATH
        self.registration = Registration(self.issuer, CLIENT, secrets.token_urlsafe(32))
        self.key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
        self._codes: dict[str, _Code] = {}

    def metadata(self) -> dict[str, Any]:
        """OpenID Connect Discovery section 3."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "authorization_response_iss_parameter_supported": True,
        }

    def keys(self) -> dict[str, Any]:
        """RFC 7517: the public half."""
        return {"keys": [self.key.as_dict(private=False)]}

    def require_request(self, asked: Mapping[str, str], host: str) -> None:
        """That the broker asks, as it asks. Raises CallWrong."""
        known = (
            asked.get("client_id") == CLIENT
            and asked.get("response_type") == "code"
            and asked.get("code_challenge_method") == "S256"
            and "openid" in asked.get("scope", "").split()
            and all(asked.get(name) for name in _NEEDED)
            and asked.get("redirect_uri") in {f"http://{host}{DONE}", f"https://{host}{DONE}"}
        )
        if not known:
            raise CallWrong(_("address"), _("is not one that this provider was asked with; begin at the start"))

    def vouch(self, subject: str, asked: Mapping[str, str]) -> str:
        """A code for whoever somebody says they are: where the browser goes back to with it."""
        code, at = secrets.token_urlsafe(32), self.world.clock.now()
        self._codes = {one: kept for one, kept in self._codes.items() if at - kept.at < CODE_LASTS}
        self._codes[code] = _Code(subject, asked["nonce"], asked["code_challenge"], asked["redirect_uri"], at)
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def redeem(self, form: Mapping[str, str], authorization: str) -> dict[str, Any] | None:
        """RFC 6749 section 4.1.3, once for each code; None for anything that is not right."""
        code = self._codes.pop(form.get("code", ""), None)
        at = self.world.clock.now()
        if code is None or at - code.at >= CODE_LASTS or not self._is_client(authorization):
            return None
        challenge = create_s256_code_challenge(form.get("code_verifier", ""))
        if challenge != code.challenge or form.get("redirect_uri") != code.redirect_uri:
            return None
        access = secrets.token_urlsafe(32)
        now = int(at.timestamp())
        claims = {
            "iss": self.issuer,
            "sub": code.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + int(TOKEN_LASTS.total_seconds()),
            "auth_time": now,
            "nonce": code.nonce,
            "at_hash": create_half_hash(access, "ES256").decode("ascii"),
        }
        token = jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)
        return {"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": token}

    def _is_client(self, authorization: str) -> bool:
        kind, _blank, value = authorization.partition(" ")
        try:
            name, _mark, secret = base64.b64decode(value).decode("utf-8").partition(":")
        except ValueError:
            return False
        mine = hashlib.sha256(self.registration.client_secret.encode()).digest()
        theirs = hashlib.sha256(unquote(secret).encode()).digest()
        return kind.lower() == "basic" and unquote(name) == CLIENT and hmac.compare_digest(mine, theirs)


def local_provider_routes(site: Site, provider: LocalProvider) -> APIRouter:
    """Its addresses, all beneath `/demo-sign-in`."""
    routes = APIRouter(prefix=PATH)

    @routes.get("/.well-known/openid-configuration")
    def metadata() -> Response:
        return JSONResponse(provider.metadata())

    @routes.get("/keys")
    def keys() -> Response:
        return JSONResponse(provider.keys())

    @routes.get("/authorize")
    def ask(request: Request) -> Response:
        asked = dict(request.query_params)
        provider.require_request(asked, request.headers["host"])
        return site.page(request, "demo-sign-in.html", asked=asked, choices=_accounts(site))

    @routes.post("/authorize")
    def choose(request: Request, form: Form = Depends(site.open_form)) -> Response:
        asked = {name: form.text(name) for name in form.fields}
        provider.require_request(asked, request.headers["host"])
        who = form.text("who")
        choices = _accounts(site)
        if who not in {one["value"] for one in choices}:
            error = CallWrong("who", _("is missing: choose one"))
            return site.asked_again(request, "demo-sign-in.html", form, error, asked=asked, choices=choices)
        bind_account(site.world, Account(provider.issuer, who), who)
        return site.go(provider.vouch(who, asked))

    @routes.post("/token")
    async def redeem(request: Request) -> Response:
        body = (await request.body()).decode("utf-8", "replace")
        form = {name: values[0] for name, values in parse_qs(body).items()}
        found = provider.redeem(form, request.headers.get("authorization", ""))
        if found is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(found)

    return routes


def _accounts(site: Site) -> list[dict[str, str]]:
    vocabulary = site.world.partnership.vocabulary
    return [
        {
            "value": one.staff.id,
            "text": one.name,
            "hint": ", ".join(vocabulary.roles[role].title for role in sorted(one.staff.roles))
            + f" · {vocabulary.organisations[one.staff.organisation].name}",
        }
        for one in sorted(list_local_accounts(site.world), key=lambda one: one.staff.roles == _SIGNS_ONLY)
    ]
