"""How a scenario writes what is asked and what should come of it: the request, an override, the expectations.

Decides the form only. A person asked about may be unknown, because asking about an id that was never issued must
be possible to rehearse. Format: docs/formats.md ("A scenario").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.decision.reasons import NOT_AVAILABLE, Reason, Refusal, Told
from broker.decision.request import VITAL_INTERESTS, Override, Request
from broker.documents.forms import Fields, Form, Mapped, optional, required
from broker.documents.nodes import Node, Scalar
from broker.documents.reading import Reading
from broker.documents.shapes import (
    REFUSED,
    Json,
    Known,
    ListOf,
    NewCode,
    Nullable,
    Refused,
    Single,
    Text,
    Word,
    set_of,
)
from broker.rehearsal.scenario import CellKey, Expectation

VITAL_INTERESTS_REGISTER: Final = "the word vital-interests"
ASKED_ABOUT: Final = "person asked about"

# --- the request

_REASON = required("reason", Known("override reason"))
_JUSTIFICATION = required("justification", Text())
_GATEWAY = required("gateway", Known("gateway", (VITAL_INTERESTS_REGISTER,)), f"a gateway, or `{VITAL_INTERESTS}`")
_SECOND = required("second", Nullable(Known("member of staff")), "who authorises it too; null: nobody")
_OVERRIDE: Form[Override] = Form(
    "an override",
    (_REASON, _JUSTIFICATION, _GATEWAY, _SECOND),
    lambda fields, _: Override(fields[_REASON], fields[_JUSTIFICATION], fields[_GATEWAY], fields[_SECOND]),
)

_BY = required("by", Known("member of staff"))
_AS = required("as", Known("role"))
_PURPOSE = required("purpose", Known("purpose"))
_CASE = optional("case", Nullable(Known("case")), None, "null: none")
_ABOUT = required("about", ListOf(NewCode()), "ids; one that is unknown is allowed")
_WHY = required("reason", Text(may_be_blank=True))
_OVERRIDE_KEY = optional("override", Nullable(_OVERRIDE), None, "emergency access; null: none")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose instant is not known yet: a scenario states that once, at its top."""

    by: str
    role: str
    purpose: str
    about: tuple[str, ...]
    case: str | None
    reason: str
    override: Override | None

    def at(self, at: datetime) -> Request:
        """The request, made at `at`."""
        return Request(at, self.by, self.role, self.purpose, self.about, self.case, self.reason, self.override)


def _request(fields: Fields, reading: Reading) -> Asked:
    about: tuple[str, ...] = tuple(dict.fromkeys(fields[_ABOUT]))
    if not about:
        reading.warning(fields.line_of(_ABOUT), "`about` is an empty list, so nothing is asked")
    return Asked(
        fields[_BY], fields[_AS], fields[_PURPOSE], about, fields[_CASE], fields[_WHY], fields[_OVERRIDE_KEY]
    )


REQUEST: Final[Form[Asked]] = Form("a request", (_BY, _AS, _PURPOSE, _CASE, _ABOUT, _WHY, _OVERRIDE_KEY), _request)


# --- what is expected


@dataclass(frozen=True, slots=True)
class _Cell(Single[CellKey]):
    """`person/category/controller`."""

    def read(self, node: Node, reading: Reading, what: str) -> CellKey | Refused:
        text = node.value if isinstance(node, Scalar) else None
        parts = text.split("/") if isinstance(text, str) else []
        if len(parts) != 3:
            reading.error(node, f"a key of {what} is `person/category/controller`, but this is `{text}`")
            return REFUSED
        person, category, controller = parts
        place = f"the key in {what}"
        is_known = person in reading.registers.get(ASKED_ABOUT, ()) or reading.check_known(
            "person", person, node, place
        )
        is_known = reading.check_known("category", category, node, place) and is_known
        is_known = reading.check_known("organisation", controller, node, place) and is_known
        return (person, category, controller) if is_known else REFUSED

    def own_schema(self) -> Json:
        return {"type": "string", "pattern": "^[^/]+/[^/]+/[^/]+$"}


def _words(*codes: str) -> Mapping[str, str]:
    return {code: code for code in codes}


_OUTCOME = optional("outcome", Word(_words("answered", "refused")), None)
_REFUSED_BECAUSE = optional(
    "refused_because", Nullable(Word(_words(*(refusal.value for refusal in Refusal), NOT_AVAILABLE))), None
)
_RECORDS = optional(
    "records", Mapped(Known("record"), Word(_words("full", "summary", "flag", "withheld"))), dict[str, str]()
)
_REASONS = optional(
    "reasons",
    Mapped(_Cell(), set_of(Word(_words(*(reason.value for reason in Reason))))),
    dict[CellKey, frozenset[str]](),
    "the officer view's reasons of a cell",
)
_TOLD = optional(
    "told",
    Mapped(_Cell(), Word(_words(*(told.value for told in Told), "nothing"))),
    dict[CellKey, str](),
    "the reason the requester is told, or `nothing`",
)

EXPECTATION: Final[Form[Expectation]] = Form(
    "an expectation",
    (_OUTCOME, _REFUSED_BECAUSE, _RECORDS, _REASONS, _TOLD),
    lambda fields, _: Expectation(
        fields[_OUTCOME],
        fields.states(_REFUSED_BECAUSE),
        fields[_REFUSED_BECAUSE],
        fields[_RECORDS],
        fields[_REASONS],
        fields[_TOLD],
    ),
)
