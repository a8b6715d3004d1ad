"""The closed register of access checks: a code, what it is called, and the check.

A new check is one file under `checks/` and one row here, with its true positive and its near miss in
`tests/functional/usecases/test_access_checks.py`; a test walks both. From docs/security.md section 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from broker.oversight.checks import (
    another_area,
    colleague,
    deceased,
    declared_link,
    dormant_account,
    no_open_case,
    out_of_hours,
    own_record,
    recurring_pair,
    refusals_then_override,
    same_name_or_place,
    sequential,
    two_organisations,
    volume,
    watched,
)
from broker.oversight.finding import Check


@dataclass(frozen=True, slots=True)
class Registered:
    """A check and what it is called."""

    title: str
    check: Check


CHECKS: Final[Mapping[str, Registered]] = MappingProxyType(
    {
        "own-record": Registered("looked at themselves", own_record.check),
        "same-name-or-place": Registered("same family name, postcode or address", same_name_or_place.check),
        "declared-link": Registered("a declared link", declared_link.check),
        "colleague": Registered("looked at a colleague", colleague.check),
        "watched": Registered("somebody on the watched list", watched.check),
        "no-open-case": Registered("no open case", no_open_case.check),
        "another-area": Registered("first access from another area", another_area.check),
        "volume": Registered("more people in a day than nearly all peers", volume.check),
        "sequential": Registered("identifiers one after the other", sequential.check),
        "refusals-then-override": Registered("refused, then emergency access", refusals_then_override.check),
        "out-of-hours": Registered("at night, at a weekend or on a bank holiday", out_of_hours.check),
        "dormant-account": Registered("an account nobody had used for long", dormant_account.check),
        "two-organisations": Registered("one staff id for two organisations", two_organisations.check),
        "recurring-pair": Registered("the same two use emergency access again and again", recurring_pair.check),
        "deceased": Registered("looked at somebody who had died", deceased.check),
    }
)
"""INVARIANT: codes are stored in the log and never renamed or reused."""
