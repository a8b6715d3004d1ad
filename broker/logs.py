"""The log of the system's running, not of what was done to whom: that is the audit log.

Decides that one event is one line of JSON, that only listed fields are written, and that a field's value is a
number, a flag or a code: text that could hold a name, an address or an identifier is replaced. Control characters,
ESC and U+2028 cannot appear, because everything outside printable ASCII is escaped. Libraries' own messages may
quote data, so only their name, level and kind of error are kept. From docs/security.md section 6.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, TextIO

import structlog

from broker.audit.details import looks_like_an_identifier
from broker.clock import Clock
from broker.dates import instant_text

FIELDS: Final = frozenset(
    {
        "actor_id", "at", "attempts", "batch_id", "case_id", "controller_code", "correlation_id", "count",
        "disclosure_id", "duration_ms", "entry_index", "error_type", "event", "key_id", "level", "library",
        "method_code", "organisation_code", "process_id", "reason_code", "revision", "route", "size_bytes",
        "status_code", "step_code", "tree_size", "verb", "version",
        "worker_code",
    }
)  # fmt: skip
"""Every field there is. A field that is not here is left out, and `left_out` says how many were."""

WITHHELD: Final = "withheld"
_CODE: Final = re.compile(r"[A-Za-z0-9._@#/+:={}~-]{1,128}")
_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def written_value(value: object) -> object:
    """The value as it may be written: a number, a flag or a code; anything else is withheld."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if _CODE.fullmatch(text) and not looks_like_an_identifier(text) else WITHHELD


def _keep_listed(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    error = event.pop("exc_info", None)
    if error:
        raised = error if isinstance(error, BaseException) else sys.exc_info()[1]
        event["error_type"] = type(raised).__name__  # never its message: it may quote what it choked on
    kept = {name: written_value(value) for name, value in event.items() if name in FIELDS}
    left_out = len(event) - len(kept)
    return {**kept, "left_out": left_out} if left_out else kept


class _Stamp:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["at"] = instant_text(self._clock.now())
        return event


class _Libraries(logging.Handler):
    """Passes on that a library said something, and not what."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line with the library's name."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        level = "error" if record.levelno >= logging.ERROR else "warning"
        fields = {"library": record.name} | ({"error_type": kind} if kind else {})
        getattr(get_log(), level)("library.message", **fields)


def set_up_logs(clock: Clock, level: str = "info", stream: TextIO | None = None) -> None:
    """Sends every event to `stream` (standard error where None). Libraries are heard from `warning` on."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            _Stamp(clock),
            _keep_listed,
            # `ensure_ascii` escapes CR, LF, ESC, U+2028 and everything else that could forge a line.
            structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=True, allow_nan=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        # One write for each line, its end included: several workers share one standard error, and where Python
        # does not buffer it (`PYTHONUNBUFFERED`, the habit of containers) a separate line end lands inside the
        # line of another.
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_Libraries()]
    root.setLevel(logging.WARNING)


def get_log() -> structlog.typing.FilteringBoundLogger:
    """The log: `get_log().info("request.refused", step_code="window")`. Event names are codes."""
    log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return log
