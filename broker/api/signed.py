"""The signed door: verifies every request to a partner's address before it is routed, and signs every answer.

Decides the order of docs/security.md section 1: sizes and headers, parsing, the one spelling, window, key, body
and digest, signature, and only then the nonce. What is handed on is one immutable value; the application sees no
other header and no other byte. A refusal is one answer for every cause, signed like any other; the step that
failed goes to the internal log under the request's number. Every answer, the refusal and the release alike, leaves
at a whole multiple of one tick after its request came (section 4), and waits for it without a connection to the
database. Plain ASGI: FastAPI would read and parse the body first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from math import ceil
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from broker.api.limits import MOST_BODY_BYTES, MOST_HEARD, Limited, Limits
from broker.api.metrics import count_refusal
from broker.api.numbered import ROUTE, route_of
from broker.api.problems import PROBLEM_TYPE, Problem
from broker.errors import BrokerError
from broker.http_signatures import (
    Claim,
    MessageRefused,
    RequestHead,
    Step,
    read_claim,
    require_in_time,
    verify_claim,
)
from broker.http_signatures.answer_signer import AnswerSigner
from broker.http_signatures.profile import (
    AUTHORITY,
    CONTENT_DIGEST,
    CONTENT_TYPE,
    IN_REPLY_TO,
    METHOD,
    PATH,
    QUERY,
    UNKNOWN,
)
from broker.http_signatures.sign import answer_components, sign_answer
from broker.logs import get_log
from broker.usecases.partners.admit_request import Admitted, admit_request, find_live_key
from broker.usecases.world import World

PREFIX: Final = "/v1/"
SIGNED: Final = "broker.signed"
"""Where the application finds the verified request in the scope."""
ACCEPT_SIGNATURE: Final = (
    'sig=("@method" "@authority" "@path" "@query" "content-type" "content-digest")'
    ';created;expires;nonce;keyid;tag="broker-request-v1"'
)
READ_WITHIN: Final = timedelta(seconds=30)
LOOK_AGAIN: Final = timedelta(seconds=1)
"""A body that took longer than this to come has its key looked up again: it may have been revoked meanwhile."""

_OF_STEP: Final = {Step.ENCODING: Problem.ENCODED}


class _TooLarge(Exception):
    """The body is larger than its address takes."""


class _TooBusy(Exception):
    """This worker has as many requests in hand as it takes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer before it is signed."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


class SignedDoor:
    """Wraps an application. `authority` is the one name this server goes by; `limit` says how large a body each
    path takes, in bytes. What was created before `closed_until` is refused
    (`broker.usecases.partners.after_restore`).
    """

    def __init__(
        self,
        app: ASGIApp,
        world: World,
        signer: AnswerSigner,
        authority: str,
        limit: Callable[[bytes], int] = lambda _path: MOST_BODY_BYTES,
        closed_until: datetime | None = None,
    ) -> None:
        self._app, self._world, self._signer = app, world, signer
        self._authority, self._limit, self._closed_until = authority, limit, closed_until
        settings = world.settings
        self._limits = Limits(settings.requests_per_minute, settings.requests_at_once)
        self._tick = settings.answer_tick_ms / 1000
        self._heard = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers signed requests; what is not a partner's address passes by."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        came = asyncio.get_running_loop().time()
        self._heard += 1
        try:
            answer = await self._answer(scope, receive)
        finally:
            self._heard -= 1
        await self._wait_for_tick(came)
        await _send(send, answer)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        head = RequestHead(
            scope["method"],
            scope.get("raw_path") or b"",
            scope["query_string"],
            tuple((bytes(name), bytes(value)) for name, value in scope["headers"]),
        )
        claim: Claim | None = None
        try:
            claim = read_claim(head, self._authority)
            if self._heard > MOST_HEARD:
                raise _TooBusy
            admitted = await self._admit(claim, head, receive)
            answer = await self._ask(scope, admitted)
        except Exception as refused:
            answer = self._refusal(refused)
        return self._signed(answer, head, claim)

    async def _ask(self, scope: Scope, admitted: Admitted) -> Answer:
        request, now = admitted.request, self._world.clock.now()
        try:
            with self._limits.place(request.key_id, request.organisation, now):
                answer, scope[ROUTE] = await _ask(self._app, scope, admitted)
        except Limited as limited:
            _note(limited.step)
            more = {"receipt": dict(admitted.receipt.as_mapping())}
            return _problem(Problem.LIMITED, ((b"retry-after", str(limited.wait).encode()),), **more)
        return answer

    async def _wait_for_tick(self, came: float) -> None:
        """Until the next whole multiple of the tick since the request came."""
        if self._tick:
            took = asyncio.get_running_loop().time() - came
            await asyncio.sleep(ceil(took / self._tick) * self._tick - took)

    async def _admit(self, claim: Claim, head: RequestHead, receive: Receive) -> Admitted:
        now = self._world.clock.now()
        require_in_time(claim, now, self._closed_until)
        key = await run_in_threadpool(find_live_key, self._world, claim.key_id, now)
        body = await _body(receive, self._limit(head.path))
        if (later := self._world.clock.now()) - now > LOOK_AGAIN:
            key = await run_in_threadpool(find_live_key, self._world, claim.key_id, later)
        request = verify_claim(claim, key.key.verifier, body)
        return await run_in_threadpool(admit_request, self._world, request, key)

    def _refusal(self, refused: Exception) -> Answer:
        if isinstance(refused, _TooBusy):
            problem, step = Problem.UNAVAILABLE, "busy"
        elif isinstance(refused, _TooLarge):
            problem, step = Problem.TOO_LARGE, Step.SIZE.value
        elif isinstance(refused, MessageRefused):
            problem, step = _OF_STEP.get(refused.step, Problem.NOT_SIGNED), refused.step.value
        elif isinstance(refused, BrokerError):
            problem, step = Problem.UNAVAILABLE, "store"
        else:
            # INVARIANT: what nobody foresaw lets nobody in and is answered, signed, like any other failure.
            problem, step = Problem.BROKEN, "unforeseen"
        _note(step)
        signing = ((b"accept-signature", ACCEPT_SIGNATURE.encode()),) if problem is Problem.NOT_SIGNED else ()
        return _problem(problem, signing)

    def _signed(self, answer: Answer, head: RequestHead, claim: Claim | None) -> Answer:
        in_reply_to = claim.in_reply_to if claim is not None else UNKNOWN
        covered = claim.components if claim is not None else _as_it_came(head, self._authority)
        if head.method == "HEAD":
            answer = replace(answer, body=b"")  # what is signed is what is sent
        content_type = dict(answer.headers)[CONTENT_TYPE.encode()].decode("ascii")
        components = answer_components(answer.status, content_type, answer.body, in_reply_to, covered)
        signed = sign_answer(components, self._signer.private, self._signer.key_id, self._world.clock.now())
        more = {IN_REPLY_TO: in_reply_to, **signed}
        if answer.status != HTTPStatus.NOT_MODIFIED:  # whose length would be that of what is not sent
            more["content-length"] = str(len(answer.body))
        headers = [*answer.headers, *((name.encode(), value.encode("ascii")) for name, value in more.items())]
        return Answer(answer.status, tuple(headers), answer.body)


def _note(step: str) -> None:
    """Counts a refusal and says in the system's log at which step it was: nowhere else."""
    count_refusal(step)
    get_log().info("request.refused", step_code=step)


def _problem(problem: Problem, headers: tuple[tuple[bytes, bytes], ...] = (), **more: Any) -> Answer:
    return Answer(
        problem.status, ((b"content-type", PROBLEM_TYPE.encode()), *headers), problem.document(None, **more)
    )


def _as_it_came(head: RequestHead, authority: str) -> Mapping[str, str]:
    """What can be said of a request that was not understood: its target as it was sent, and the name it was sent
    to where it gave one; nothing else that it said of itself."""
    path, query = head.path.decode("latin-1"), head.query.decode("latin-1")
    hosts = [value.decode("latin-1") for name, value in head.headers if name.lower() == b"host"]
    sent_to = hosts[0] if len(hosts) == 1 else authority
    values = {METHOD: head.method, AUTHORITY: sent_to, PATH: path, QUERY: f"?{query}"}
    return {name: value for name, value in values.items() if value.isascii() and value.isprintable()}


async def _body(receive: Receive, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(READ_WITHIN.total_seconds()):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise MessageRefused(Step.DIGEST)
                part = message.get("body", b"")
                size += len(part)
                if size > most:
                    raise _TooLarge
                parts.append(part)
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        raise MessageRefused(Step.SIZE) from None


async def _ask(app: ASGIApp, scope: Scope, admitted: Admitted) -> tuple[Answer, str]:
    """What the application answers to the verified request, whole, and the pattern of the address."""
    inner = dict(scope)
    request = admitted.request
    inner[SIGNED] = admitted
    inner["path"] = request.path
    # INVARIANT: nothing that was not covered reaches the application.
    covered = {
        "host": request.authority,
        CONTENT_TYPE: request.content_type,
        CONTENT_DIGEST: request.content_digest,
    }
    inner["headers"] = [(name.encode(), value.encode("ascii")) for name, value in covered.items()]
    start: dict[str, Any] = {}
    parts: list[bytes] = []
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            return {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def collect(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    try:
        await app(inner, receive, collect)
    except Exception:
        # The framework answers what it did not foresee and raises it again, for a server to print.
        get_log().error("request.failed")
    route = route_of(inner)
    if not start:
        return _problem(Problem.BROKEN), route
    kept = tuple(
        (name.lower(), value) for name, value in start.get("headers", ()) if name.lower() != b"content-length"
    )
    if CONTENT_TYPE.encode() not in dict(kept):
        kept = (*kept, (CONTENT_TYPE.encode(), b"application/octet-stream"))
    return Answer(start["status"], kept, b"".join(parts)), route


async def _send(send: Send, answer: Answer) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
    await send({"type": "http.response.body", "body": answer.body})
