"""An ingest by a mapping file: which list it is, whose, and by which text of the mapping it was read.

Decides that the organisation is the mapping's own, and that the mapping's digest goes into the log with the batch:
it says what the cells were taken to mean.
"""

from __future__ import annotations

from pathlib import Path

from broker.agencies.mapped import MappedAdapter
from broker.errors import CallWrong
from broker.mappings.load import load_mapping
from broker.usecases.intake.ingest import IngestCall
from broker.usecases.world import World


def mapped_call(world: World, path: Path, sender: str | None = None) -> IngestCall:
    """What to ask for to take in a list that the mapping at `path` describes; its file is still to be named.

    Raises DocumentsRefused for a mapping that is not accepted, CallWrong when the sender is not the one it names.
    """
    vocabulary = world.partnership.vocabulary
    loaded = load_mapping(path, vocabulary)
    controller = loaded.mapping.controller
    if sender not in (None, controller):
        raise CallWrong("--from", f"`{sender}` is not whose list this mapping describes; it is `{controller}`'s")
    adapter = MappedAdapter(loaded.mapping, vocabulary)
    return IngestCall(Path(), adapter, controller, mapping_digest=loaded.digest)
