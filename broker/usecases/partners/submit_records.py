"""Records that a partner system sends: the same ingest as of a file, for the organisation whose key signed.

Decides what is told of it: how the batch stands and what became of every line. Who was recognised, made known or
told is not among it: whoever could ask that of one line could ask whether somebody is known here. From
docs/security.md section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from broker.agencies.contract import Extent
from broker.agencies.record_lines import RecordLines
from broker.canonical import digest_bytes
from broker.usecases.intake.feeds import FeedState, declare_nil
from broker.usecases.intake.ingest import IngestCall, ingest_file
from broker.usecases.intake.ingest_result import IngestResult
from broker.usecases.intake.senders import get_sender
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class Submission:
    """A list by the sender's own name for it, whether it is whole, how many ends somebody agreed to, and whether
    it is to be taken in though it was before."""

    list_name: str
    extent: Extent
    confirmed_ends: int | None = None
    again: bool = False


def submit_records(world: World, organisation: str, submission: Submission, body: bytes) -> IngestResult:
    """Takes the lines in. Raises as `ingest_file`."""
    adapter = _adapter(world, organisation, submission)
    call = IngestCall(
        Path("records"),
        adapter,
        organisation,
        confirmed_ends=submission.confirmed_ends,
        # The same lines sent as another list are another batch.
        mapping_digest=digest_bytes(adapter.code.encode()),
        again=submission.again,
        body=body,
    )
    return ingest_file(world, call)


def declare_nothing(world: World, organisation: str, submission: Submission) -> FeedState:
    """Says that there is nothing to send this time. Raises NotAllowed, and CallWrong where the list was not
    promised."""
    return declare_nil(world, None, organisation, _adapter(world, organisation, submission).code)


def _adapter(world: World, organisation: str, submission: Submission) -> RecordLines:
    sender = get_sender(world, organisation)
    return RecordLines(submission.list_name, submission.extent, sender, world.partnership.vocabulary)
