"""Which part of a profile each of the shipped kinds of information belongs to.

Decides the arrangement only, never what is released. A category that stands nowhere here belongs to the timeline,
so a partnership's own kinds need nothing. Order and meaning of the parts: `broker.release.sections`.
"""

from __future__ import annotations

from typing import Final

from broker.release.sections import Section, SectionMap

SECTIONS: Final = SectionMap(
    {
        "staff-safety": Section.SAFETY,
        "orders-in-force": Section.SAFETY,
        "contact-details": Section.SAFETY,
        "involvement": Section.INVOLVED,
        "identity": Section.FAMILY,
        "household": Section.FAMILY,
        "family-voice": Section.STRENGTHS,
    }
)
