"""Nothing personal in the log: marked values go in through every door, and only codes come out, one line each."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import structlog

from broker.clock import FrozenClock
from broker.logs import FIELDS, WITHHELD, get_log, set_up_logs, written_value

CANARIES = (
    "Karen Smyth",
    "999 000 0018",
    "9990000018",
    "AB123456C",
    "B801200005001",
    "01632960001",
    "1 Test Street",
    "karen@example.org\r\nfake: line",
    "\x1b[31mred",
    "line\u2028separator",
    "naïve",
    "x" * 129,
)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logs(FrozenClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC)), "info", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def said(lines: io.StringIO) -> list[dict[str, object]]:
    """Each line as JSON; a line that is none fails."""
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_one_event_is_one_line_of_listed_fields(lines: io.StringIO) -> None:
    get_log().info("request.refused", step_code="window", duration_ms=1.5, status_code=401, verb="profile.request")
    assert said(lines) == [
        {
            "at": "2026-03-02T09:30:00Z",
            "duration_ms": 1.5,
            "event": "request.refused",
            "level": "info",
            "status_code": 401,
            "step_code": "window",
            "verb": "profile.request",
        }
    ]
    assert lines.getvalue().count("\n") == 1


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("field", sorted(FIELDS - {"at", "level"}))
def test_no_canary_comes_out_of_a_listed_field(lines: io.StringIO, field: str, canary: str) -> None:
    if field == "event":
        get_log().info(canary)
    else:
        get_log().info("something.happened", **{field: canary})
    (line,) = said(lines)
    assert line[field] == WITHHELD
    assert lines.getvalue().isascii()
    assert lines.getvalue().count("\n") == 1


@pytest.mark.parametrize("canary", CANARIES)
def test_no_canary_comes_out_of_an_unlisted_field_or_a_nested_value(lines: io.StringIO, canary: str) -> None:
    get_log().info("something.happened", name=canary, count={"name": canary}, route=[canary])
    (line,) = said(lines)
    assert line["left_out"] == 1
    assert line["count"] == line["route"] == WITHHELD
    assert canary not in lines.getvalue()


def test_an_exception_leaves_its_kind_and_not_its_words(lines: io.StringIO) -> None:
    try:
        raise ValueError("Karen Smyth, 9990000018")
    except ValueError:
        get_log().exception("request.failed")
    (line,) = said(lines)
    assert line["error_type"] == "ValueError"
    assert "Karen" not in lines.getvalue()


def test_libraries_are_heard_and_not_quoted(lines: io.StringIO) -> None:
    library = logging.getLogger("some.library")
    library.info("GET /people/9990000018")
    library.warning("slow query for %s", "Karen Smyth")
    try:
        raise KeyError("Karen Smyth")
    except KeyError:
        library.exception("failed for Karen Smyth")
    assert [(line["level"], line["library"], line.get("error_type")) for line in said(lines)] == [
        ("warning", "some.library", None),
        ("error", "some.library", "KeyError"),
    ]
    assert "Karen" not in lines.getvalue()
    assert "999" not in lines.getvalue()


def test_less_than_the_level_is_not_written(lines: io.StringIO) -> None:
    get_log().debug("something.small")
    assert lines.getvalue() == ""


@pytest.mark.parametrize(
    "value", [None, True, 0, 2.5, "profile.request", "d-abc", "/v1/teams/{id}", "sha256:00ff"]
)
def test_codes_and_numbers_are_written_as_they_are(value: object) -> None:
    assert written_value(value) == value


_TELLING = """
from datetime import UTC, datetime
from broker.clock import FrozenClock
from broker.logs import get_log, set_up_logs
set_up_logs(FrozenClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC)))
for _ in range(2000):
    get_log().info("request.answered", status_code=404)
"""


def test_processes_that_share_standard_error_break_no_line() -> None:
    """Workers write to one pipe; a container's Python does not buffer (`PYTHONUNBUFFERED`)."""
    reading, writing = os.pipe()
    unbuffered = os.environ | {"PYTHONUNBUFFERED": "1"}
    tellers = [
        subprocess.Popen([sys.executable, "-c", _TELLING], stderr=writing, env=unbuffered) for _ in range(4)
    ]
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read().splitlines()
    assert [teller.wait() for teller in tellers] == [0] * 4
    assert len(told) == 4 * 2000
    assert {json.loads(line)["event"] for line in told} == {"request.answered"}
