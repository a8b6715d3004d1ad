"""Forms that somebody had begun when their session ended, or when they had to prove again who they are.

Decides that what was typed is kept sealed for whoever typed it and nobody else, that what was chosen as a file is
not, that a form that is sent is kept no longer, and that nothing is done with one until it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from broker.usecases.signing_in.drafts import drop_draft, find_draft, keep_draft, list_drafts
from broker.usecases.world import World

KIND: Final = "form"
MOST_KEPT: Final = 20
"""Forms of one post; the oldest make way."""


@dataclass(frozen=True, slots=True, repr=False)
class KeptForm:
    """A form that was not sent: the page it stood on, where it goes, and its fields. Printing it shows nothing."""

    id: str
    page: str
    action: str
    fields: Mapping[str, Sequence[str]]


def keep_form(
    world: World,
    staff_id: str,
    page: str,
    action: str,
    fields: Mapping[str, Sequence[str]],
    draft_id: str | None = None,
) -> str:
    """Keeps it, and returns its id."""
    body = {"page": page, "action": action, "fields": {name: list(found) for name, found in fields.items()}}
    kept = keep_draft(world, staff_id, KIND, body, draft_id)
    for old in list(list_drafts(world, staff_id, KIND))[MOST_KEPT:]:
        drop_draft(world, staff_id, old)
    return kept


def find_form(world: World, staff_id: str, draft_id: str) -> KeptForm | None:
    """One of theirs."""
    body = find_draft(world, staff_id, KIND, draft_id)
    return KeptForm(draft_id, body["page"], body["action"], body["fields"]) if body is not None else None


def list_forms(world: World, staff_id: str) -> tuple[KeptForm, ...]:
    """Theirs, the last changed first."""
    found = list_drafts(world, staff_id, KIND)
    return tuple(KeptForm(one, body["page"], body["action"], body["fields"]) for one, body in found.items())


def drop_form(world: World, staff_id: str, draft_id: str) -> None:
    """Forgets it; harmless where there is none."""
    drop_draft(world, staff_id, draft_id)
