"""Drafts: what somebody has typed and not sent yet, kept for them over a time-out and between two pages.

Decides that a draft is nobody's but theirs, and that it is no fact: nothing is decided from one that was not sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from broker.errors import CallWrong
from broker.store.web import drop_stored_draft, find_drafts_of, find_stored_draft, put_draft
from broker.usecases.world import World


def keep_draft(
    world: World, staff_id: str, kind: str, body: Mapping[str, Any], draft_id: str | None = None
) -> str:
    """Keeps what was typed, JSON values by name, and returns the draft's id."""
    return put_draft(world.store, staff_id, kind, body, world.clock.now(), draft_id)


def find_draft(world: World, staff_id: str, kind: str, draft_id: str) -> dict[str, Any] | None:
    """A draft of theirs, or None."""
    with world.store.look() as view:
        return find_stored_draft(view, staff_id, kind, draft_id)


def get_draft(world: World, staff_id: str, kind: str, draft_id: str) -> dict[str, Any]:
    """A draft of theirs. Raises CallWrong where there is none, or it is somebody else's."""
    found = find_draft(world, staff_id, kind, draft_id)
    if found is None:
        raise CallWrong("address", "what you had begun here is gone, or was begun by somebody else; begin again")
    return found


def list_drafts(world: World, staff_id: str, kind: str) -> dict[str, dict[str, Any]]:
    """Their drafts of one kind by id, the last changed first."""
    with world.store.look() as view:
        return find_drafts_of(view, staff_id, kind)


def drop_draft(world: World, staff_id: str, draft_id: str) -> None:
    """Forgets it; harmless where there is none."""
    drop_stored_draft(world.store, staff_id, draft_id)
