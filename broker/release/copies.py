"""Copies of a family summary for others than whoever asked: what a copy holds, once it was decided for each
reader.

Decides that a meeting's copy holds what every one of its readers may see, at the least detail any of them may, and
that the family's own copy holds what was given for its reader, field by field, and nothing that is written for
staff before a visit. Neither says what is not shared: a copy lies about. Pure: what each reader may see was
decided before. INVARIANT: a copy never holds what a reader's own decision did not release. Source:
docs/how-to-summary.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum, unique
from typing import Any

from broker.release.profile import CoverageLine, Papers, Profile, ProfileItem
from broker.release.sections import Section
from broker.vocabulary.codes import Detail


@unique
class Copy(StrEnum):
    """Who a copy is for, besides whoever asks."""

    MEETING = "meeting"
    FAMILY = "family"


def meet(profiles: Sequence[Profile]) -> Profile:
    """What stands in all of these, each decided for one reader. Raises ValueError for none."""
    if not profiles:
        raise ValueError("a copy has a reader")
    first, *others = profiles
    rest = [{item.record: item for item in one.items} for one in others]
    items = [
        common
        for item in first.items
        if (common := _common([item, *(those[item.record] for those in rest if item.record in those)], len(rest)))
    ]
    titles = {name: title for one in profiles for name, title in one.titles.items()}
    return replace(
        first,
        people={one: name for one, name in first.people.items() if all(one in other.people for other in others)},
        items=tuple(items),
        coverage=tuple(_coverage(first, others)),
        told=(),
        titles=titles,
    )


def keep(profile: Profile, people: Sequence[str], given: Mapping[str, Mapping[str, Any]]) -> Profile:
    """What of the profile was given for the family: of records by id, the fields given; about these people."""
    items = [_kept(item, people, given[item.record]) for item in profile.items if item.record in given]
    return replace(
        profile,
        people={one: name for one, name in profile.people.items() if one in people},
        items=tuple(one for one in items if one is not None),
        coverage=(),
        told=(),
    )


def _common(found: list[ProfileItem], others: int) -> ProfileItem | None:
    if len(found) <= others:
        return None
    first, *rest = found
    about = tuple(one for one in first.about if all(one in other.about for other in rest))
    fields = tuple(field for field in first.fields if all(field in other.fields for other in rest))
    if not about or not fields:
        return None
    papers = [one.papers for one in found]
    return replace(
        first, about=about, joint=any(one.joint for one in found), fields=fields, papers=_together(papers)
    )


def _together(papers: list[Papers]) -> Papers:
    """Every clause, basis and duty of every reader, and the least detail."""
    return replace(
        papers[0],
        detail=min((one.detail for one in papers), key=lambda code: Detail[code.upper()]),
        clauses=tuple(sorted({clause for one in papers for clause in one.clauses})),
        basis=tuple(dict.fromkeys(basis for one in papers for basis in one.basis)),
        consent=tuple(dict.fromkeys(consent for one in papers for consent in one.consent)),
        obligations=tuple(sorted({duty for one in papers for duty in one.obligations})),
        override=any(one.override for one in papers),
    )


def _coverage(first: Profile, others: Sequence[Profile]) -> Iterator[CoverageLine]:
    """The lines every reader has; of several states the one that is less than covered. Depends on no person."""
    rest = [{(line.controller, line.category): line for line in one.coverage} for one in others]
    for line in first.coverage:
        found = [line, *(those[key] for those in rest if (key := (line.controller, line.category)) in those)]
        if len(found) > len(rest):
            yield next((one for one in found if one.state != "covered"), line)


def _kept(item: ProfileItem, people: Sequence[str], given: Mapping[str, Any]) -> ProfileItem | None:
    about = tuple(one for one in item.about if one in people)
    fields = tuple((name, value) for name, value in item.fields if name in given and given[name] is not None)
    if item.section is Section.SAFETY or not about or not fields:
        return None
    papers = replace(item.papers, obligations=())
    return replace(item, about=about, joint=item.joint or about != item.about, fields=fields, papers=papers)
