"""`POST /v1/records`: a batch of records, one a line, of the organisation whose key signed."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import Field

from broker.agencies.contract import Extent
from broker.api.asking import Body, Refused, Word, allowed_request, json_answer, read_query
from broker.api.problems import Problem
from broker.dates import instant_text
from broker.partner_keys import ApiVerb
from broker.usecases.intake.ingest_result import MOST_LISTED, IngestResult
from broker.usecases.partners.act_receipt import ActReceipt
from broker.usecases.partners.once import for_partner
from broker.usecases.partners.submit_records import Submission, declare_nothing, submit_records
from broker.usecases.world import World

PATH: Final = "/v1/records"
NDJSON: Final = "application/x-ndjson"
MOST_BODY_BYTES: Final = 8 * 1024 * 1024
_YES: Final = "^yes$"


class BatchSent(Body):
    """Which list the lines are of."""

    list_name: Word = Field(alias="list", description="the sender's own name for the list")
    extent: Annotated[Extent, Field(strict=False)] = Extent.INCREMENTS
    confirm_ends: str | None = Field(default=None, alias="confirm-ends", pattern=r"^(?:0|[1-9][0-9]{0,6})$")
    again: str | None = Field(default=None, pattern=_YES)
    nil: str | None = Field(default=None, pattern=_YES)


def record_routes(world: World) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.post(PATH)
    def submit(request: Request) -> Response:
        admitted = allowed_request(world, request, ApiVerb.RECORDS_SUBMIT)
        if admitted.request.content_type != NDJSON:
            raise Refused(Problem.MEDIA_TYPE, f"this address takes `{NDJSON}`")
        asked = read_query(admitted, BatchSent)
        confirmed = None if asked.confirm_ends is None else int(asked.confirm_ends)
        submission = Submission(asked.list_name, asked.extent, confirmed, asked.again is not None)
        organisation, body = admitted.request.organisation, admitted.request.body
        heard = ActReceipt()
        attended = for_partner(heard.of(world), admitted)
        if asked.nil is not None:
            if body or confirmed is not None:
                raise Refused(Problem.MALFORMED, "a nil return has no lines")
            state = declare_nothing(attended, organisation, submission)
            value: dict[str, Any] = {"list": asked.list_name, "nil": True, "due": instant_text(state.due_at)}
        else:
            value = _as_mapping(asked.list_name, submit_records(attended, organisation, submission, body))
        return json_answer(admitted, {**value, **heard.as_mapping()})

    return routes


def _as_mapping(list_name: str, result: IngestResult) -> dict[str, Any]:
    receipt, tally = result.receipt, result.tally
    return {
        "batch": result.batch_id,
        "list": list_name,
        "digest": receipt.file_digest,
        "seen_before": result.seen_before,
        "superseded": result.superseded,
        "lines": receipt.rows_read,
        "accepted": receipt.accepted,
        "rejected": receipt.rejected,
        "blank": receipt.blank,
        "flagged": receipt.flagged,
        "new_records": tally.new_records,
        "changed_records": tally.changed_records,
        "unchanged": tally.unchanged_records,
        "ended": tally.ended,
        "ends_held": result.ends_held,
        "feed_received": result.feed_received,
        "rejections": [
            {
                "line": one.row_number,
                "at": one.column,
                "reason": one.reason.value,
                "what": one.reason.sentence + (f" ({one.note})" if one.note else ""),
            }
            for one in result.rejections[:MOST_LISTED]
        ],
    }
