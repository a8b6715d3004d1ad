"""`GET /v1/audit/checkpoint` and `GET /v1/audit/proof`: what is published of the log, for a partner that keeps its
receipts.

Nobody is named who asks: what is published tells of nobody, and whoever has a receipt may redeem it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import Field

from broker.access import Verb
from broker.api.asking import Body, Refused, allowed_request, json_answer, read_query
from broker.api.problems import Problem
from broker.dates import instant_text
from broker.partner_keys import ApiVerb
from broker.usecases.intake.senders import AGENCY_ROLE
from broker.usecases.log.published_log import (
    PublishedCheckpoint,
    find_checkpoint,
    find_consistency,
    find_inclusion,
)
from broker.usecases.world import World

_SIZE: Final = r"^[1-9][0-9]{0,17}$"


class CheckpointAsked(Body):
    """The checkpoint, and how it extends an older one."""

    since: str | None = Field(default=None, pattern=_SIZE, description="the size of the one you have")


class ProofAsked(Body):
    """The proof of one entry."""

    leaf: str = Field(pattern=r"^[0-9a-f]{64}$", description="the receipt's `leaf_hash`")
    size: str | None = Field(default=None, pattern=_SIZE, description="of the log; left out: as published")


def audit_routes(world: World) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/v1/audit/checkpoint")
    def checkpoint(request: Request) -> Response:
        admitted = allowed_request(world, request, ApiVerb.AUDIT_READ)
        world.access.require({AGENCY_ROLE}, Verb.AUDIT_VERIFY)
        asked = read_query(admitted, CheckpointAsked)
        if asked.since is None:
            return json_answer(admitted, _mapping(_there(find_checkpoint(world))))
        proof = find_consistency(world, int(asked.since))
        if proof is None:
            raise Refused(Problem.NOT_FOUND)
        found = {"since": proof.old_size, "consistency": _hex(proof.hashes)}
        return json_answer(admitted, {**_mapping(proof.checkpoint), **found})

    @routes.get("/v1/audit/proof")
    def proof_of(request: Request) -> Response:
        admitted = allowed_request(world, request, ApiVerb.AUDIT_READ)
        world.access.require({AGENCY_ROLE}, Verb.AUDIT_PROVE)
        asked = read_query(admitted, ProofAsked)
        size = None if asked.size is None else int(asked.size)
        proof = find_inclusion(world, bytes.fromhex(asked.leaf), size)
        if proof is None:
            raise Refused(Problem.NOT_FOUND)
        found = {"leaf_hash": asked.leaf, "index": proof.index, "of": proof.size, "proof": _hex(proof.hashes)}
        return json_answer(admitted, {**_mapping(proof.checkpoint), **found})

    return routes


def _there(found: PublishedCheckpoint | None) -> PublishedCheckpoint:
    if found is None:
        raise Refused(Problem.NOT_FOUND)
    return found


def _mapping(found: PublishedCheckpoint) -> dict[str, Any]:
    return {
        "origin": found.origin,
        "size": found.size,
        "root": found.root.hex(),
        "checkpoint": found.note,
        "published_at": instant_text(found.published_at),
    }


def _hex(hashes: Sequence[bytes]) -> list[str]:
    return [one.hex() for one in hashes]
