"""Services in plain words: which group of them a body belongs to, for whoever is read forty names otherwise.

Decides only words: what a body may tell or be told is never decided by its group. The types of bodies are those
that agreements name (docs/policies.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from broker.release.sheets.keys import SheetWord

GROUPS: Final = (
    (SheetWord.GROUP_COUNCILS, frozenset({"LA-CSC", "LA-EH", "LA-ASC", "LA-EDU", "LA-PH", "LA-RB", "DISTRICT"})),
    (SheetWord.GROUP_SCHOOLS, frozenset({"SCH", "EY", "FE"})),
    (SheetWord.GROUP_HEALTH, frozenset({"ICB", "NHS-AC", "NHS-COM", "NHS-MH", "GP", "AMB"})),
    (SheetWord.GROUP_HOUSING, frozenset({"LA-HSG", "RSL"})),
    (SheetWord.GROUP_JUSTICE, frozenset({"POL", "PROB", "YJS", "PRISON", "CAFCASS", "HO"})),
    (SheetWord.GROUP_BENEFITS, frozenset({"DWP", "HMRC"})),
    (SheetWord.GROUP_CHARITIES, frozenset({"VCS"})),
)
"""The groups in the order in which they are read; a body belongs to the first that one of its types is in."""


KINDS: Final = (
    (
        SheetWord.ABOUT_YOU,
        frozenset(
            {
                "identity",
                "identifiers",
                "contact-details",
                "communication-needs",
                "household",
                "ethnicity-religion",
            }
        ),
    ),
    (
        SheetWord.ABOUT_HELP,
        frozenset(
            {
                "involvement",
                "lead-practitioner",
                "family-voice",
                "early-help",
                "youth-service",
                "contact-referral",
                "contact-no-further-action",
                "csc-status",
                "child-in-need",
                "child-protection-plan",
                "looked-after",
            }
        ),
    ),
    (
        SheetWord.ABOUT_SCHOOL,
        frozenset(
            {
                "attendance",
                "exclusions",
                "school-support",
                "missing-education",
                "special-educational-needs",
                "participation",
            }
        ),
    ),
    (
        SheetWord.ABOUT_HOME,
        frozenset({"tenancy-arrears", "homelessness", "benefits", "fire-safety", "immigration"}),
    ),
    (
        SheetWord.ABOUT_HEALTH,
        frozenset({"physical-health", "maternity-early-years", "disability", "mental-health"}),
    ),
    (
        SheetWord.ABOUT_SAFETY,
        frozenset(
            {
                "staff-safety",
                "orders-in-force",
                "anti-social-behaviour",
                "police-incidents",
                "missing-episodes",
                "convictions",
                "youth-justice",
                "probation-supervision",
                "adult-safeguarding",
                "domestic-abuse",
            }
        ),
    ),
)
"""What kinds of information are about, in plain words, in the order in which they are read: only words."""


def kind_group(category: str) -> SheetWord:
    """What a kind of information is about."""
    return next((word for word, those in KINDS if category in those), SheetWord.ABOUT_OTHER)


def group_of(types: Iterable[str]) -> SheetWord:
    """The group of a body of these types."""
    found = frozenset(types)
    return next((word for word, those in GROUPS if those & found), SheetWord.GROUP_OTHER)


def groups_in(groups: Iterable[SheetWord]) -> tuple[SheetWord, ...]:
    """Each of these once, in the order in which they are read."""
    found = set(groups)
    order = (
        *(word for word, _ in GROUPS),
        SheetWord.GROUP_OTHER,
        *(word for word, _ in KINDS),
        SheetWord.ABOUT_OTHER,
    )
    return tuple(one for one in order if one in found)
