"""What is asked of an ingest: what was sent, its format and its sender; and opening it to be read.

Decides that a batch is a file, or the bytes of a request, which are then written down nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from broker.agencies import Batch, Sender, open_batch
from broker.agencies.contract import Adapter
from broker.dates import Period, london_day
from broker.errors import CallWrong
from broker.usecases.acting import Acting
from broker.usecases.world import World
from broker.vocabulary.codes import Organisation


@dataclass(frozen=True, slots=True)
class IngestCall:
    """What is asked for: the file, its format, who sent it.

    `acting` is the member of staff who loads it (None: the agency's own system). `every` sets up the sender's
    promise to send this list so often. `rejects_folder` None is the file's own folder. `confirmed_ends` is how
    many records somebody has agreed may end because a whole list no longer holds them. `mapping_digest` is that of
    the mapping by which the list is read, where one is. `again` takes in a file that was taken in before: after a
    later list it says something else. `body` is what was sent where it is no file: `path` is then only what to
    call it, and whoever called hands the rejections back.
    """

    path: Path
    adapter: Adapter
    controller: str
    acting: Acting | None = None
    dry_run: bool = False
    every: Period | None = None
    rejects_folder: Path | None = None
    confirmed_ends: int | None = None
    mapping_digest: str | None = None
    again: bool = False
    body: bytes | None = field(default=None, repr=False)


def open_call(world: World, call: IngestCall, organisation: Organisation) -> Batch:
    """The batch, to be read once. Raises CallWrong, `FileRefused`."""
    received_on = london_day(world.clock.now())
    if call.body is None:
        return open_batch(call.path, call.adapter, organisation, received_on)
    refusal = call.adapter.find_refusal(organisation)
    if refusal is not None:
        raise CallWrong(call.path.name, refusal)
    return Batch(BytesIO(call.body), call.adapter, Sender(organisation.code, received_on, call.path.name))
