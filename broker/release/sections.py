"""The headings of a profile's parts; which category stands where is said in `policies/profile.yaml`."""

from __future__ import annotations

from collections.abc import Mapping

from broker.vocabulary.codes import ProfileSection as Section

TITLES: Mapping[Section, str] = {
    Section.SAFETY: "Before you contact them",
    Section.INVOLVED: "Who is already involved",
    Section.FAMILY: "The family",
    Section.STRENGTHS: "What is going well, in their own words",
    Section.TIMELINE: "What has happened",
}

__all__ = ["TITLES", "Section"]
