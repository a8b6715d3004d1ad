"""`GET /.well-known/broker-keys`: the keys by which answers are signed, to compare with those that were pinned.

Decides that it is unsigned, because nobody could verify it yet, and says that it is to be pinned and not trusted
on sight. It holds nothing that is not public.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Response

from broker.canonical import canonical_json
from broker.http_signatures.answer_signer import AnswerSigner
from broker.usecases.world import World

PATH: Final = "/.well-known/broker-keys"
JWK_SET: Final = "application/jwk-set+json"


def own_key_routes(world: World, signer: AnswerSigner) -> APIRouter:
    """The route."""
    routes = APIRouter()

    @routes.get(PATH)
    def keys() -> Response:
        return Response(canonical_json(signer.published(world.clock.now())), media_type=JWK_SET)

    return routes
