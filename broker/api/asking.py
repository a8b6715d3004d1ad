"""What every endpoint does first and last: take the verified request, read its body strictly, write the answer.

Decides that a body is read once, by one strict reader, into a closed shape: a member nobody knows, a number in
quotation marks, a name that stands twice are refused, with a document that repeats nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar, get_args
from urllib.parse import unquote_to_bytes

from fastapi import Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from broker.api.problems import PROBLEM_TYPE, Problem
from broker.api.signed import SIGNED
from broker.canonical import canonical_members
from broker.dates import parse_instant
from broker.documents.strict_json import JsonRefused, read_json
from broker.errors import BrokerError, CallWrong, NotAllowed
from broker.partner_keys import ApiVerb
from broker.usecases.intake.ingest_whole import EndsUnconfirmed
from broker.usecases.partners.admit_request import Admitted, require_verb
from broker.usecases.partners.agreements_seen import ChangedSince
from broker.usecases.partners.not_here import NotHere
from broker.usecases.partners.once import KeyReused
from broker.usecases.release.release_profile import FactsChanged
from broker.usecases.world import World

JSON: Final = "application/json"
_EARLIEST: Final = 1900
_LATEST: Final = 2200
_ESCAPE: Final = re.compile(r"%(?![0-9A-F]{2})")
_QUOTED: Final = re.compile(r"`.*`", re.DOTALL)
_SEE: Final = re.compile(r"[;:,] see `[^`]*`$")
"""Where a use case names the verb of the command line that helps: whoever asks here has another."""
"""From the first quotation mark to the last: what is quoted may itself hold one."""
_PRINTABLE: Final = re.compile(r"[^\x00-\x1f\x7f]*")
B = TypeVar("B", bound="Body")


class Body(BaseModel):
    """The shape of a body: closed, and strict about types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _instant(value: object) -> datetime:
    found = parse_instant(value) if isinstance(value, str) else None
    # Further away no day in England can be told of it, and nothing here was decided then.
    if found is None or not _EARLIEST <= found.year <= _LATEST:
        raise ValueError("an instant with its offset, such as 2026-03-02T09:30:00Z")
    return found


Instant = Annotated[datetime, BeforeValidator(_instant)]
"""An instant in a body."""
Word = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[!-~]+$")]
"""A code or an id."""
Words = Annotated[list[Word], Field(min_length=1, max_length=200)]


class AskedBy(Body):
    """Who asks: somebody of the organisation that signs, and in which of their roles."""

    by: Word = Field(description="the id of the member of staff for whom this is asked")
    role: Word = Field(description="in which of their roles")


class Refused(Exception):
    """Answered with a problem document; `detail` and `more` hold nothing that the requester may not know."""

    def __init__(self, problem: Problem, detail: str | None = None, **more: Any) -> None:
        super().__init__(problem.value.code)
        self.problem, self.detail, self.more = problem, detail, more


def admitted_request(request: Request) -> Admitted:
    """The request as the door let it in.

    INVARIANT: an address under the signed door that is reached by any other way fails here, closed.
    """
    found = request.scope.get(SIGNED)
    if not isinstance(found, Admitted):
        raise Refused(Problem.NOT_SIGNED)
    return found


def allowed_request(world: World, request: Request, verb: ApiVerb) -> Admitted:
    """The request, if the key that signed it may ask this: what every address of partners does first. Raises
    NotAllowed, which is answered like any other no."""
    admitted = admitted_request(request)
    require_verb(world, admitted, verb)
    return admitted


def problem_answer(request: Request, problem: Problem, detail: str | None = None, **more: Any) -> Response:
    """The document, with the receipt of the request where it was let in."""
    found = request.scope.get(SIGNED)
    if isinstance(found, Admitted):
        more["receipt"] = dict(found.receipt.as_mapping())
    return Response(problem.document(detail, **more), status_code=problem.status, media_type=PROBLEM_TYPE)


def read_body(admitted: Admitted, shape: type[B]) -> B:
    """The body in its shape. Raises Refused, which names members by their place and never their values."""
    if admitted.request.content_type != JSON:
        raise Refused(Problem.MEDIA_TYPE, f"this address takes `{JSON}`")
    try:
        return shape.model_validate(read_json(admitted.request.body))
    except JsonRefused as refused:
        raise Refused(Problem.MALFORMED, f"the body {refused}") from None
    except ValidationError as error:
        raise Refused(Problem.MALFORMED, problems=places_of(error, shape)) from None


def read_query(admitted: Admitted, shape: type[B]) -> B:
    """The query in its shape, whose members are all text. Raises Refused for a member nobody knows, one that
    stands twice, and a spelling that two readers read differently: `+` is neither a space nor a plus, an escape is
    `%` and two capital hexadecimal digits."""
    found: dict[str, str] = {}
    for part in admitted.request.query.split("&") if admitted.request.query else ():
        name, equals, value = part.partition("=")
        if not equals or name in found or "+" in part or _ESCAPE.search(part):
            raise Refused(Problem.MALFORMED, "the query is not `name=value` joined by `&`, each name once")
        try:
            found[name] = unquote_to_bytes(value).decode("utf-8")
        except UnicodeDecodeError:
            raise Refused(Problem.MALFORMED, "the query is not UTF-8") from None
        if not _PRINTABLE.fullmatch(found[name]):
            raise Refused(Problem.MALFORMED, "the query holds a control character")
    try:
        return shape.model_validate(found)
    except ValidationError as error:
        raise Refused(Problem.MALFORMED, problems=places_of(error, shape)) from None


def places_of(error: ValidationError, shape: type[BaseModel]) -> list[dict[str, str]]:
    """Where and what is wrong, in the shape's own words: nothing of what was sent."""
    found = error.errors(include_input=False, include_context=False, include_url=False)
    return [{"at": _place(one["loc"], shape), "what": one["type"]} for one in found[:20]]


def problem_of(error: BrokerError) -> tuple[Problem, str | None]:
    """How a use case's no is answered, and what may be said of it: of a wrong call what is wrong, without the
    words it was asked with, which may be somebody's name or number; of a no nothing."""
    if isinstance(error, FactsChanged):
        return Problem.CONFLICT, None
    if isinstance(error, EndsUnconfirmed):
        return Problem.WOULD_END, str(error)
    if isinstance(error, ChangedSince):
        return Problem.PRECONDITION, None
    if isinstance(error, KeyReused):
        return Problem.KEY_REUSED, None
    if isinstance(error, NotHere):
        return Problem.NOT_FOUND, None
    if isinstance(error, NotAllowed):
        return Problem.NOT_ALLOWED, None
    if isinstance(error, CallWrong):
        return Problem.MALFORMED, _QUOTED.sub("`…`", _SEE.sub("", str(error)))
    return Problem.UNAVAILABLE, None


def json_answer(
    admitted: Admitted, value: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer in the one spelling of its value, with a receipt: of the act that made it where the value has one,
    else of the request."""
    whole = {"receipt": dict(admitted.receipt.as_mapping()), **value}
    return Response(canonical_members(whole), status_code=status, headers=dict(headers or {}), media_type=JSON)


def _place(location: tuple[int | str, ...], shape: type[BaseModel]) -> str:
    """Where in the body, by the names of the shape: a name that is not of the shape was typed by somebody."""
    known = _names_of(shape)
    return ".".join(str(part) if isinstance(part, int) or part in known else "…" for part in location)


def _names_of(shape: type[BaseModel]) -> set[str]:
    """The names of the members of a shape, and of the shapes within it."""
    found: set[str] = set()
    for name, member in shape.model_fields.items():
        found |= {name, member.alias or name}
        for kind in (member.annotation, *get_args(member.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found |= _names_of(kind)
    return found
