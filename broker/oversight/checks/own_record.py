"""Somebody looked at themselves."""

from __future__ import annotations

from collections.abc import Iterator

from broker.oversight.finding import CheckFinding, about_one
from broker.oversight.known import Known
from broker.oversight.log import Log


def check(log: Log, known: Known) -> Iterator[CheckFinding]:
    """A look whose subject is whoever looks; refused ones too, because trying is worth asking about."""
    for logged in log.looks():
        colleague = known.staff.get(logged.entry.actor)
        if colleague is not None and colleague.person is not None and colleague.person in logged.entry.about:
            yield about_one(logged, colleague.person)
