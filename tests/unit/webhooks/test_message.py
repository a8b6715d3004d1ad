"""What a notice says to a partner's system: only what is listed leaves, whatever the notice holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from broker.webhooks.message import message_of

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SAID = {"v", "notice", "topic", "recipient", "at", "disclosure", "case", "question", "agreement", "party", "cells"}
HIDDEN = "p-marked"
UNSAID = ("person", "people", "about", "by", "records", "pass_on", "to", "matter", "withdrawn_on")


def test_it_names_the_release_the_case_and_the_cells() -> None:
    body = {"disclosure": "d-1", "case": None, "cells": [["attendance", "oakdale-primary"]], "person": HIDDEN}
    assert message_of("n-1", "withdrawal", "ecc", AT, body) == {
        "v": 1,
        "notice": "n-1",
        "topic": "withdrawal",
        "recipient": "ecc",
        "at": "2026-03-02T09:30:00Z",
        "disclosure": "d-1",
        "case": None,
        "question": None,
        "agreement": None,
        "party": None,
        "cells": [{"category": "attendance", "controller": "oakdale-primary"}],
    }


@given(st.dictionaries(st.sampled_from(UNSAID), st.just(HIDDEN)))
def test_nobody_and_no_record_is_in_it_whatever_the_notice_holds(body: dict[str, str]) -> None:
    said = message_of("n-1", "unmerged", "ecc", AT, body)
    assert said.keys() == SAID
    assert HIDDEN not in json.dumps(said)
