"""What every endpoint does first and last: take the verified request, read its body strictly, write the answer.

Decides that a body is read once, by one strict reader, into a closed shape: a member nobody knows, a number in
quotation marks, a name that stands twice are refused, with a document that repeats nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, ValidationError

from broker.api.problems import PROBLEM_TYPE, Problem
from broker.api.signed import SIGNED
from broker.canonical import canonical_json
from broker.documents.strict_json import JsonRefused, read_json
from broker.errors import BrokerError, CallWrong, NotAllowed
from broker.usecases.partners.admit_request import Admitted
from broker.usecases.partners.once import KeyReused
from broker.usecases.release.release_profile import FactsChanged

JSON: Final = "application/json"
B = TypeVar("B", bound="Body")


class Body(BaseModel):
    """The shape of a body: closed, and strict about types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


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
        places = [
            {"at": _place(problem["loc"], shape), "what": problem["type"]}
            for problem in error.errors(include_input=False, include_context=False, include_url=False)
        ]
        raise Refused(Problem.MALFORMED, problems=places[:20]) from None


def problem_of(error: BrokerError) -> tuple[Problem, str | None]:
    """How a use case's no is answered, and what may be said of it: a wrong call in the caller's own words, a no
    without any."""
    if isinstance(error, FactsChanged):
        return Problem.CONFLICT, None
    if isinstance(error, KeyReused):
        return Problem.KEY_REUSED, None
    if isinstance(error, NotAllowed):
        return Problem.NOT_ALLOWED, None
    return (Problem.MALFORMED, str(error)) if isinstance(error, CallWrong) else (Problem.UNAVAILABLE, None)


def json_answer(
    admitted: Admitted, value: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer in the one spelling of its value, with a receipt: of the act that made it where the value has one,
    else of the request."""
    whole = {"receipt": dict(admitted.receipt.as_mapping()), **value}
    return Response(canonical_json(whole), status_code=status, headers=dict(headers or {}), media_type=JSON)


def _place(location: tuple[int | str, ...], shape: type[BaseModel]) -> str:
    """Where in the body, by the names of the shape: a name that is not of the shape was typed by somebody."""
    known = set(shape.model_fields)
    return ".".join(str(part) if isinstance(part, int) or part in known else "…" for part in location)
