"""`GET /v1/agreements`, `GET /v1/agreements/{ref}`, `POST /v1/agreements/{ref}/signatures`: the library, one
version of it, and a signature by a registered key on the version that was read.

Decides how a request has a condition: in its query, as `if-none-match` and `if-match`, because a header that the
signature does not cover could be put there or taken away by anybody on the way and is read by nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import Field

from broker.api.asking import (
    AskedBy,
    Body,
    Instant,
    Refused,
    Word,
    allowed_request,
    json_answer,
    read_body,
    read_query,
)
from broker.api.problems import Problem
from broker.dates import instant_text
from broker.partner_keys import ApiVerb
from broker.usecases.agreements.sign_agreement import ByKey, SignatureKept, Signing
from broker.usecases.partners.act_receipt import ActReceipt
from broker.usecases.partners.admit_request import Admitted
from broker.usecases.partners.agreements_seen import (
    named,
    page_agreements,
    read_agreement_version,
    sign_as_seen,
    signed_before,
    tag_of,
)
from broker.usecases.partners.once import do_once, for_partner
from broker.usecases.partners.vouched import vouched
from broker.usecases.world import World

_TAG: Final = r"^[0-9a-f]{32}$"
_WORDS: Final = 400


class VersionAsked(AskedBy):
    """A version, unless it is as it was."""

    if_none_match: str | None = Field(default=None, alias="if-none-match", pattern=_TAG)


class ListAsked(VersionAsked):
    """A page of the library, unless it is as it was."""

    after: str | None = Field(default=None, min_length=1, max_length=400, description="the cursor to go on from")
    limit: str = Field(default="50", pattern=r"^(?:[1-9][0-9]?|100)$", description="how many, at most 100")


class Condition(Body):
    """Which reading of the version is signed."""

    if_match: str | None = Field(default=None, alias="if-match", pattern=_TAG)


class SignatureGiven(AskedBy):
    """A signature by a registered key over the statement of docs/formats.md, and what the statement says."""

    party: Word = Field(description="the party's code")
    signatory: str = Field(min_length=1, max_length=_WORDS, description="who signs")
    post: str = Field(min_length=1, max_length=_WORDS, description="in which post")
    authority: str = Field(min_length=1, max_length=_WORDS, description="the evidence that the post may sign")
    document_digest: str = Field(pattern=r"^sha256:[0-9a-f]{64}$", description="of the text that was read")
    authorisation: Word | None = Field(default=None, description="by which another body signs for the party")
    key: Word = Field(description="the key that signed")
    signed_at: Instant
    signature: str = Field(min_length=88, max_length=88, description="64 bytes in base64")


def agreement_routes(world: World) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/v1/agreements")
    def library(request: Request) -> Response:
        admitted = allowed_request(world, request, ApiVerb.AGREEMENTS_READ)
        asked = read_query(admitted, ListAsked)
        acting = vouched(world, admitted.request.organisation, asked.by, asked.role)
        page = page_agreements(for_partner(world, admitted), acting, asked.after, int(asked.limit))
        value = {"agreements": list(page.agreements)}
        return _unless_same(admitted, asked.if_none_match, value, {"next": page.after})

    @routes.get("/v1/agreements/{name}")
    def version(request: Request, name: str) -> Response:
        admitted = allowed_request(world, request, ApiVerb.AGREEMENTS_READ)
        asked = read_query(admitted, VersionAsked)
        acting = vouched(world, admitted.request.organisation, asked.by, asked.role)
        value = read_agreement_version(for_partner(world, admitted), acting, name)
        return _unless_same(admitted, asked.if_none_match, value, {})

    @routes.post("/v1/agreements/{name}/signatures")
    def sign(request: Request, name: str) -> Response:
        admitted = allowed_request(world, request, ApiVerb.AGREEMENTS_SIGN)
        tag = read_query(admitted, Condition).if_match
        if tag is None:
            raise Refused(Problem.PRECONDITION_MISSING)
        body = read_body(admitted, SignatureGiven)
        acting = vouched(world, admitted.request.organisation, body.by, body.role)
        signing = Signing(
            *named(name),
            body.party,
            body.signatory,
            body.post,
            body.authority,
            body.document_digest,
            body.authorisation,
            ByKey(body.key, body.signed_at, body.signature),
        )
        heard = ActReceipt()
        kept = do_once(
            heard.of(world),
            admitted,
            lambda attended: sign_as_seen(attended, acting, signing, tag),
            lambda attended, _before: signed_before(attended, acting, signing),
            lambda found: found.party if isinstance(found, SignatureKept) else None,
        )
        value = {"agreement": name, "party": body.party, "key": body.key, "repeated": kept is None}
        if kept is not None:
            value |= {"at": instant_text(kept.at), "unsigned": list(kept.unsigned)}
        return json_answer(admitted, {**value, **heard.as_mapping()}, 201)

    return routes


def _unless_same(
    admitted: Admitted, seen: str | None, value: Mapping[str, Any], more: Mapping[str, Any]
) -> Response:
    """The answer with its tag, in its body too, which is signed; or that it is as it was."""
    tag = tag_of(value)
    headers = {"etag": f'"{tag}"'}
    if seen == tag:
        return Response(status_code=304, headers=headers, media_type="application/json")
    return json_answer(admitted, {**value, **more, "etag": tag}, headers=headers)
