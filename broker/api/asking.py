"""What every endpoint does first and last: take the verified request, read its body strictly, write the answer.

Decides that a body is read once, by one strict reader, into a closed shape: a member nobody knows, a number in
quotation marks, a name that stands twice are refused, with a document that repeats nothing of it.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, ValidationError

from broker.api.problems import PROBLEM_TYPE, Problem
from broker.api.signed import SIGNED
from broker.canonical import canonical_json
from broker.documents.strict_json import JsonRefused, read_json
from broker.http_signatures import SignedRequest

JSON: Final = "application/json"
B = TypeVar("B", bound="Body")


class Body(BaseModel):
    """The shape of a body: closed, and strict about types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Refused(Exception):
    """Answered with a problem document."""

    def __init__(self, problem: Problem, detail: str | None = None, **more: Any) -> None:
        super().__init__(problem.value.code)
        self.problem, self.detail, self.more = problem, detail, more

    @property
    def response(self) -> Response:
        """The document."""
        data = self.problem.document(self.detail, **self.more)
        return Response(data, status_code=self.problem.status, media_type=PROBLEM_TYPE)


def signed_request(request: Request) -> SignedRequest:
    """The request as it was verified.

    INVARIANT: an address under the signed door that is reached by any other way fails here, closed.
    """
    found = request.scope.get(SIGNED)
    if not isinstance(found, SignedRequest):
        raise Refused(Problem.NOT_SIGNED)
    return found


def read_body(signed: SignedRequest, shape: type[B]) -> B:
    """The body in its shape. Raises Refused, which names members by their place and never their values."""
    if signed.content_type != JSON:
        raise Refused(Problem.MEDIA_TYPE, f"this address takes `{JSON}`")
    try:
        return shape.model_validate(read_json(signed.body))
    except JsonRefused as refused:
        raise Refused(Problem.MALFORMED, f"the body {refused}") from None
    except ValidationError as error:
        places = [
            {"at": _place(problem["loc"], shape), "what": problem["type"]}
            for problem in error.errors(include_input=False, include_context=False, include_url=False)
        ]
        raise Refused(Problem.MALFORMED, problems=places[:20]) from None


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in the one spelling of its value."""
    return Response(canonical_json(value), status_code=status, headers=headers, media_type=JSON)


def _place(location: tuple[int | str, ...], shape: type[BaseModel]) -> str:
    """Where in the body, by the names of the shape: a name that is not of the shape was typed by somebody."""
    known = set(shape.model_fields)
    return ".".join(str(part) if isinstance(part, int) or part in known else "…" for part in location)
