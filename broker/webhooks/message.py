"""What a notice says to a partner's system.

Decides that it names what happened and to what: the notice, its topic, the release, the case, the kinds of
information and their sources, the question in the holder's inbox. Nobody's name, no person's id, no record and no
content stands in it: whoever may know asks for the release, which is decided and logged. From
docs/how-to-webhooks.md and docs/security.md section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from broker.dates import instant_text

VERSION: Final = 1
_NAMES: Final = ("disclosure", "case", "question", "agreement", "party")


def message_of(
    notice_id: str, topic: str, recipient: str, recorded_at: datetime, body: Mapping[str, Any]
) -> dict[str, Any]:
    """The message; `body` is what the notice holds, of which only what stands here leaves. What a topic does not
    say is null."""
    return {
        "v": VERSION,
        "notice": notice_id,
        "topic": topic,
        "recipient": recipient,
        "at": instant_text(recorded_at),
        **{name: _id(body.get(name)) for name in _NAMES},
        "cells": [
            {"category": str(category), "controller": str(controller)}
            for category, controller in body.get("cells", ())
        ],
    }


def _id(value: object) -> str | None:
    return None if value is None else str(value)
