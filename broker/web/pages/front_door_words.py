"""The front door's words as its pages use them: by code, and with the colour each tag has beside its word."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Final

from broker.casework.contact import EMERGENCY, KNOWS_IN_WORDS
from broker.casework.front_door_words import (
    CHECK_IN_WORDS,
    DECLINED_IN_WORDS,
    OUTCOME_IN_WORDS,
    RATING_IN_WORDS,
    step_in_words,
)

WORDS: Final = SimpleNamespace(
    emergency=EMERGENCY,
    knows=KNOWS_IN_WORDS,
    check=CHECK_IN_WORDS,
    declined=DECLINED_IN_WORDS,
    outcome=OUTCOME_IN_WORDS,
    rating=RATING_IN_WORDS,
    step=step_in_words,
    tag={"red": "red", "amber": "orange", "green": "green", "blue": "blue"},
)
"""Everything that a template of the front door says about a code."""
