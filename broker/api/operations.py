"""What partners may ask, as a register: each address with what it takes, what it answers and how it refuses.

Decides the shapes of answers, which stand nowhere else; the shapes of bodies and queries are those that read them.
docs/openapi.json is written from it (`broker/api/openapi.py`), and a test plays the examples through the door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from broker.api.asking import AskedBy, Body
from broker.api.problems import Problem
from broker.api.v1 import agreements, audit, consents, disclosures, notices, profiles, records
from broker.partner_keys import ApiVerb

Schema = Mapping[str, Any]

TEXT: Final[Schema] = {"type": "string"}
WHEN: Final[Schema] = {"type": "string", "format": "date-time"}
FLAG: Final[Schema] = {"type": "boolean"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
HEX: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
RECEIPT: Final[Schema] = {"$ref": "#/components/schemas/Receipt"}
ANYTHING: Final[Schema] = {"type": "object"}
_STAFF: Final = {"by": "kim", "role": "lead-practitioner"}
_OFFICER: Final = {"by": "ola", "role": "ig-officer"}


def listed(one: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": one}


def maybe(one: Schema) -> Schema:
    """This, or null."""
    return {"anyOf": [one, {"type": "null"}]}


def made_of(members: Mapping[str, Schema], *may_be_left_out: str) -> Schema:
    """An object with these members and no other."""
    required = [name for name in members if name not in may_be_left_out]
    return {"type": "object", "properties": members, "required": required, "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one address. `examples` are values of `body`, `asking` of `query`; ids in them are of the
    documentation's office (`p-mum`, `p-child`, `k-team`)."""

    method: str
    path: str
    verb: ApiVerb
    summary: str
    answer: Schema
    status: int = 200
    query: type[Body] | None = None
    body: type[Body] | None = None
    asking: Mapping[str, str] | None = None
    example: Mapping[str, Any] | None = None
    media_type: str = "application/json"
    problems: tuple[Problem, ...] = ()


_CELL: Final = made_of({"category": TEXT, "controller": TEXT})
_CONSENT: Final = made_of(
    {
        "consent": TEXT,
        "at": WHEN,
        "repeated": FLAG,
        "counts": FLAG,
        "standing": made_of(
            {"counts_for": listed(TEXT), "not_for": listed(TEXT), "who_can_decide": listed(TEXT), "in_words": TEXT}
        ),
        "sheet": TEXT,
        "stops": listed(TEXT),
        "goes_on": listed(TEXT),
        "told": listed(made_of({"disclosure": TEXT, "recipient": TEXT, "released": WHEN})),
        "receipt": RECEIPT,
    },
    *("counts", "standing", "sheet", "stops", "goes_on", "told"),
)
_RECEIVED: Final[Mapping[str, Schema]] = {
    "disclosure": TEXT,
    "at": WHEN,
    "by": TEXT,
    "role": TEXT,
    "purpose": TEXT,
    "case": maybe(TEXT),
    "about": listed(TEXT),
    "since": listed(
        made_of(
            {
                "notice": TEXT,
                "because": TEXT,
                "at": WHEN,
                "about": listed(TEXT),
                "cells": listed(_CELL),
                "records": listed(TEXT),
                "closed_at": maybe(WHEN),
            }
        )
    ),
}
_CHECKPOINT: Final[Mapping[str, Schema]] = {
    "origin": TEXT,
    "size": COUNT,
    "root": HEX,
    "checkpoint": TEXT,
    "published_at": WHEN,
    "receipt": RECEIPT,
}
_MEMBER: Final = made_of(
    {
        "staff": TEXT,
        "name": TEXT,
        "organisation": TEXT,
        "organisation_name": TEXT,
        "roles": listed(TEXT),
        "phone": maybe(TEXT),
        "since": maybe(WHEN),
        "until": maybe(WHEN),
        "cover_for": maybe(TEXT),
    }
)
_BATCH: Final = {
    "batch": TEXT,
    "list": TEXT,
    "digest": TEXT,
    **dict.fromkeys(("seen_before", "superseded", "feed_received"), FLAG),
    **dict.fromkeys(
        ("lines", "accepted", "rejected", "blank", "flagged", "new_records", "changed_records"), COUNT
    ),
    **dict.fromkeys(("unchanged", "ended", "ends_held"), COUNT),
    "rejections": listed(made_of({"line": COUNT, "at": maybe(TEXT), "reason": TEXT, "what": TEXT})),
    "receipt": RECEIPT,
}

OPERATIONS: Final = (
    Operation(
        "post",
        "/v1/profiles",
        ApiVerb.PROFILES_REQUEST,
        "The profile of a person or a family",
        {"$ref": "#/components/schemas/Disclosure"},
        body=profiles.ProfileAsked,
        example={
            **_STAFF,
            "purpose": "family-support",
            "about": ["p-mum", "p-child"],
            "reason": "Preparing the first review",
            "case": "k-team",
        },
        problems=(Problem.CONFLICT, Problem.KEY_REUSED),
    ),
    Operation(
        "post",
        "/v1/consents",
        ApiVerb.CONSENTS_RECORD,
        "Writes down what somebody decided about sharing",
        _CONSENT,
        201,
        body=consents.ConsentTaken,
        example={
            **_STAFF,
            "about": "p-child",
            "signatory": "p-mum",
            "purposes": ["family-support"],
            "evidence": {"channel": "in-person", "words": "Yes, that is fine"},
        },
        problems=(Problem.CONFLICT, Problem.KEY_REUSED),
    ),
    Operation(
        "post",
        "/v1/consents/{consent_id}/withdrawal",
        ApiVerb.CONSENTS_WITHDRAW,
        "Withdraws what the reference names",
        _CONSENT,
        201,
        body=consents.WithdrawalTaken,
        example={**_STAFF, "evidence": {"channel": "phone", "words": "I have changed my mind"}},
        problems=(Problem.NOT_FOUND, Problem.CONFLICT, Problem.KEY_REUSED),
    ),
    Operation(
        "get",
        "/v1/disclosures",
        ApiVerb.DISCLOSURES_READ,
        "What the organisation received, and what became of it since",
        made_of({"disclosures": listed(made_of(_RECEIVED)), "next": maybe(TEXT), "receipt": RECEIPT}),
        query=disclosures.ListAsked,
        asking={**_STAFF, "limit": "2"},
    ),
    Operation(
        "get",
        "/v1/disclosures/{disclosure_id}",
        ApiVerb.DISCLOSURES_READ,
        "One release, with what it held",
        made_of(
            {
                **_RECEIVED,
                "cells": listed(made_of({"person": TEXT, "category": TEXT, "controller": TEXT, "detail": TEXT})),
                "records": listed(made_of({"record": TEXT, "detail": TEXT})),
                "receipt": RECEIPT,
            }
        ),
        query=AskedBy,
        asking=_STAFF,
        problems=(Problem.NOT_FOUND,),
    ),
    Operation(
        "post",
        "/v1/disclosures/{disclosure_id}/acknowledgement",
        ApiVerb.DISCLOSURES_READ,
        "Says what was done about a notice, and closes it",
        made_of({"notice": TEXT, "disclosure": TEXT, "finding": TEXT, "receipt": RECEIPT}),
        body=disclosures.NoticeClosed,
        example={**_STAFF, "notice": "n-told", "finding": "told"},
        problems=(Problem.NOT_FOUND, Problem.KEY_REUSED),
    ),
    Operation(
        "get",
        "/v1/teams/{case_id}",
        ApiVerb.TEAMS_READ,
        "Who is in a case, for one of its members",
        made_of(
            {
                "case": TEXT,
                "at": WHEN,
                "kind": TEXT,
                "level": maybe(COUNT),
                "purposes": listed(TEXT),
                "restricted": FLAG,
                "lead": maybe(TEXT),
                "members": listed(_MEMBER),
                "receipt": RECEIPT,
            }
        ),
        query=AskedBy,
        asking=_STAFF,
        problems=(Problem.NOT_FOUND,),
    ),
    Operation(
        "get",
        "/v1/agreements",
        ApiVerb.AGREEMENTS_READ,
        "Every published version, page by page",
        made_of({"agreements": listed(ANYTHING), "next": maybe(TEXT), "etag": TEXT, "receipt": RECEIPT}),
        query=agreements.ListAsked,
        asking=_OFFICER,
    ),
    Operation(
        "get",
        "/v1/agreements/{name}",
        ApiVerb.AGREEMENTS_READ,
        "One version, its text and how it stands",
        {
            "type": "object",
            "properties": {"document_digest": TEXT, "etag": TEXT, "receipt": RECEIPT},
            "required": ["document_digest", "etag", "receipt"],
        },
        query=agreements.VersionAsked,
        asking=_OFFICER,
        problems=(Problem.NOT_FOUND,),
    ),
    Operation(
        "post",
        "/v1/agreements/{name}/signatures",
        ApiVerb.AGREEMENTS_SIGN,
        "Hands in a party's signature by a registered key",
        made_of(
            {
                "agreement": TEXT,
                "party": TEXT,
                "key": TEXT,
                "repeated": FLAG,
                "at": WHEN,
                "unsigned": listed(TEXT),
                "receipt": RECEIPT,
            },
            *("at", "unsigned"),
        ),
        201,
        query=agreements.Condition,
        asking={"if-match": "0" * 32},
        body=agreements.SignatureGiven,
        example={
            "by": "sid",
            "role": "siro",
            "party": "ecc",
            "signatory": "Sid Marsh",
            "post": "SIRO",
            "authority": "scheme of delegation",
            "document_digest": "sha256:" + "0" * 64,
            "key": "ecc/sid-2027",
            "signed_at": "2026-03-02T09:30:00Z",
            "signature": "A" * 86 + "==",
        },
        problems=(
            Problem.NOT_FOUND,
            Problem.CONFLICT,
            Problem.PRECONDITION,
            Problem.PRECONDITION_MISSING,
            Problem.KEY_REUSED,
        ),
    ),
    Operation(
        "post",
        "/v1/records",
        ApiVerb.RECORDS_SUBMIT,
        "A batch of records, one JSON object a line; or, with `nil=yes`, that there is nothing to send",
        {
            "anyOf": [
                made_of(_BATCH),
                made_of({"list": TEXT, "nil": {"const": True}, "due": WHEN, "receipt": RECEIPT}),
            ]
        },
        query=records.BatchSent,
        asking={"list": "early-help"},
        example={
            "source": "e-1",
            "category": "early-help",
            "occurred_on": "2026-02-20",
            "about": [{"given_name": "Child", "family_name": "Testing", "born_on": "2015-06-01"}],
            "fields": {"status": "open"},
        },
        media_type=records.NDJSON,
        problems=(Problem.WOULD_END,),
    ),
    Operation(
        "get",
        "/v1/audit/checkpoint",
        ApiVerb.AUDIT_READ,
        "The checkpoint of the log that is published",
        made_of({**_CHECKPOINT, "since": COUNT, "consistency": listed(HEX)}, "since", "consistency"),
        query=audit.CheckpointAsked,
        asking={},
        problems=(Problem.NOT_FOUND,),
    ),
    Operation(
        "get",
        "/v1/audit/proof",
        ApiVerb.AUDIT_READ,
        "Redeems a receipt",
        made_of({**_CHECKPOINT, "leaf_hash": HEX, "index": COUNT, "of": COUNT, "proof": listed(HEX)}),
        query=audit.ProofAsked,
        asking={"leaf": "0" * 64},
        problems=(Problem.NOT_FOUND,),
    ),
    Operation(
        "get",
        "/v1/notices",
        ApiVerb.WEBHOOKS_MANAGE,
        "What waits for the organisation's system",
        made_of({"notices": listed(ANYTHING), "next": maybe(TEXT), "receipt": RECEIPT}),
        query=notices.PageAsked,
        asking={"limit": "50"},
    ),
    Operation(
        "post",
        "/v1/notices/{notice_id}/acknowledgement",
        ApiVerb.WEBHOOKS_MANAGE,
        "Says that the system has it",
        made_of({"notice": TEXT, "at": WHEN, "repeated": FLAG, "receipt": RECEIPT}),
        body=notices.AcknowledgementTaken,
        example={},
        problems=(Problem.NOT_FOUND,),
    ),
    Operation(
        "post",
        "/v1/notices/replay",
        ApiVerb.WEBHOOKS_MANAGE,
        "Lets what was queued be sent once more",
        made_of({"from": WHEN, "queued": COUNT, "receipt": RECEIPT}),
        202,
        body=notices.ReplayAsked,
        example={"from": "2026-03-02T09:30:00Z"},
    ),
)
