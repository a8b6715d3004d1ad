"""`POST /v1/consents` and `POST /v1/consents/{id}/withdrawal`: what somebody decided about sharing, taken by staff
of the organisation that signs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from broker.access import Verb
from broker.api.asking import (
    AskedBy,
    Body,
    Instant,
    Refused,
    Word,
    Words,
    allowed_request,
    json_answer,
    read_body,
)
from broker.api.problems import Problem
from broker.consent.record import ConsentDecision, ConsentKind, ConsentRecord
from broker.dates import instant_text
from broker.errors import CallWrong
from broker.partner_keys import ApiVerb
from broker.release.receipt import receipt_text
from broker.usecases.consent.append_consent import ConsentAppended, Evidence
from broker.usecases.consent.record_consent import ConsentStatement, record_consent
from broker.usecases.consent.repeat_consent import repeat_consent
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent
from broker.usecases.partners.act_receipt import ActReceipt
from broker.usecases.partners.once import do_once
from broker.usecases.partners.vouched import vouched
from broker.usecases.world import World

_Text = Annotated[str, Field(max_length=4000)]


class EvidenceGiven(Body):
    """What shows that the decision was made and how; kept under the person's own key, and erased with it."""

    channel: Word = Field(default="in-person", description="how they told us")
    words: _Text = Field(default="", description="what was signed or said")
    present: list[_Text] = Field(default=[], max_length=20, description="who else was there; never on paper")
    interpreter: _Text = Field(default="", description="who interpreted")
    alone: bool | None = Field(default=None, description="whether they were seen alone; never on paper")
    capacity: _Text = Field(default="", description="how capacity or competence was assessed")

    def evidence(self) -> Evidence:
        """As the use case takes it."""
        return Evidence(self.channel, self.words, tuple(self.present), self.interpreter, self.alone, self.capacity)


class ConsentTaken(AskedBy):
    """A yes, a no, an objection or an opt-out. A scope that is left out is all."""

    about: Word = Field(description="the id of the person it is about")
    signatory: Word = Field(description="the id of whoever decided")
    kind: Annotated[ConsentKind, Field(strict=False)] = ConsentKind.ENGAGEMENT
    decision: Annotated[ConsentDecision, Field(strict=False)] = ConsentDecision.GIVEN
    purposes: Words | None = None
    categories: Words | None = Field(default=None, description="left out: all but private services")
    controllers: Words | None = Field(default=None, description="who would tell")
    recipients: Words | None = Field(default=None, description="who would be told")
    at: Instant | None = Field(default=None, description="when it was decided; left out: now")
    until: Instant | None = Field(default=None, description="when a yes ends; left out: open")
    unsafe: bool = Field(default=False, description="there is a sign of pressure: nobody is to rely on it")
    evidence: EvidenceGiven = EvidenceGiven()


class WithdrawalTaken(AskedBy):
    """A withdrawal of what the reference names."""

    signatory: Word | None = Field(default=None, description="who withdraws; left out: whoever gave it")
    categories: Words | None = Field(default=None, description="only these; left out: all it covered")
    unsafe: bool = False
    evidence: EvidenceGiven = EvidenceGiven()


def consent_routes(world: World) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.post("/v1/consents")
    def take(request: Request) -> Response:
        admitted = allowed_request(world, request, ApiVerb.CONSENTS_RECORD)
        body = read_body(admitted, ConsentTaken)
        acting = vouched(world, admitted.request.organisation, body.by, body.role)
        statement = ConsentStatement(
            body.about,
            body.signatory,
            body.kind,
            body.decision,
            _scope(body.purposes),
            _scope(body.categories),
            _scope(body.controllers),
            _scope(body.recipients),
            body.at,
            body.until,
            body.unsafe,
            body.evidence.evidence(),
        )
        heard = ActReceipt()
        kept = do_once(
            heard.of(world),
            admitted,
            lambda attended: record_consent(attended, acting, statement),
            lambda attended, before: repeat_consent(attended, acting, Verb.CONSENT_RECORD, before),
            _id_of,
        )
        return json_answer(admitted, {**_as_mapping(kept), **heard.as_mapping()}, 201)

    @routes.post("/v1/consents/{consent_id}/withdrawal")
    def withdraw(request: Request, consent_id: str) -> Response:
        admitted = allowed_request(world, request, ApiVerb.CONSENTS_WITHDRAW)
        body = read_body(admitted, WithdrawalTaken)
        acting = vouched(world, admitted.request.organisation, body.by, body.role)
        withdrawal = Withdrawal(
            consent_id, body.signatory, _scope(body.categories), body.unsafe, body.evidence.evidence()
        )
        heard = ActReceipt()
        try:
            kept = do_once(
                heard.of(world),
                admitted,
                lambda attended: withdraw_consent(attended, acting, withdrawal),
                lambda attended, before: repeat_consent(attended, acting, Verb.CONSENT_WITHDRAW, before),
                _id_of,
            )
        except CallWrong as wrong:
            if wrong.where == "consent":
                raise Refused(Problem.NOT_FOUND) from None
            raise
        return json_answer(admitted, {**_as_mapping(kept), **heard.as_mapping()}, 201)

    return routes


def _scope(codes: list[str] | None) -> frozenset[str] | None:
    return None if codes is None else frozenset(codes)


def _id_of(found: object) -> str | None:
    return found.consent_id if isinstance(found, ConsentAppended) else None


def _as_mapping(kept: ConsentAppended | ConsentRecord) -> Mapping[str, Any]:
    if isinstance(kept, ConsentRecord):
        return {"consent": kept.id, "at": instant_text(kept.at), "repeated": True}
    return {
        "consent": kept.consent_id,
        "at": instant_text(kept.at),
        "repeated": False,
        "counts": kept.counts,
        "standing": {
            "counts_for": list(kept.standing.counts_for),
            "not_for": list(kept.standing.not_for),
            "who_can_decide": list(kept.standing.who),
            "in_words": kept.standing.in_words,
        },
        "sheet": receipt_text(kept.receipt),
        "stops": list(kept.stops),
        "goes_on": list(kept.goes_on),
        "told": [
            {"disclosure": one.disclosure_id, "recipient": one.recipient, "released": instant_text(one.at)}
            for one in kept.told
        ],
    }
