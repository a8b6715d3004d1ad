"""Which part of a profile a kind of information belongs to.

The order of the parts is the order a tired person needs them in: what keeps everybody safe, who is already
involved, the family, what is going well, what has happened. Which category goes where is the partnership's, in
`policies/profile.yaml`; what it does not place belongs to the timeline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Section(StrEnum):
    """The parts of a profile, in reading order."""

    SAFETY = "safety"
    INVOLVED = "involved"
    FAMILY = "family"
    STRENGTHS = "strengths"
    TIMELINE = "timeline"


TITLES: Mapping[Section, str] = {
    Section.SAFETY: "Before you contact them",
    Section.INVOLVED: "Who is already involved",
    Section.FAMILY: "The family",
    Section.STRENGTHS: "What is going well, in their own words",
    Section.TIMELINE: "What has happened",
}


@dataclass(frozen=True, slots=True)
class SectionMap:
    """Category code to section."""

    by_category: Mapping[str, Section] = field(default_factory=dict)

    def of(self, category: str) -> Section:
        """The section of a category; the timeline where the partnership places it nowhere."""
        return self.by_category.get(category, Section.TIMELINE)
