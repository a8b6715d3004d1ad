"""What a yes covers, said shortly and in full: one list, whoever says it.

Decides how the kinds of information and the organisations of a yes are said, the same where it is read aloud, read
back and taken home: kinds in plain groups, each named; organisations as kinds of services, and every name on a
list of its own. A private service (tier T4) is named nowhere. From docs/how-to-consent.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from broker.release.sheets import SheetLanguage, SheetWord, groups_in, listed, say

Grouped = tuple[tuple[SheetWord, tuple[str, ...]], ...]
"""Names under the words of their group, in the order in which they are read."""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, sentences, and the points of a list after them."""

    heading: str
    sentences: tuple[str, ...]
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Covered:
    """Titles of kinds of information, and names of organisations that may tell and be told; `private_told` that a
    private service may be told too."""

    kinds: Grouped
    tellers: Grouped
    told: Grouped
    private_told: bool = False


def grouped(pairs: Iterable[tuple[SheetWord, str]]) -> Grouped:
    """Names under their group: each once, sorted."""
    found: dict[SheetWord, set[str]] = {}
    for word, name in pairs:
        found.setdefault(word, set()).add(name)
    return tuple((word, tuple(sorted(found[word]))) for word in groups_in(found))


def kind_lines(kinds: Grouped, language: SheetLanguage) -> tuple[str, ...]:
    """Every kind of information, a group a line."""
    # Titles have commas and `and`s of their own.
    return tuple(f"{capital(say(word, language))}: {'; '.join(map(small, titles))}." for word, titles in kinds)


def service_groups(services: Grouped, language: SheetLanguage) -> tuple[str, ...]:
    """The kinds of services, one a line."""
    return tuple(capital(say(word, language)) for word, _ in services)


def body_lines(services: Grouped, language: SheetLanguage) -> tuple[str, ...]:
    """Every organisation by name, a kind of service a line."""
    return tuple(
        f"{capital(say(word, language))}: {listed(names, language, most=None)}." for word, names in services
    )


def short_parts(covered: Covered, language: SheetLanguage) -> tuple[Part, ...]:
    """What would be told, by whom and to whom: one idea a sentence."""
    told = [say(SheetWord.TOLD_LINE, language)]
    if covered.private_told:
        told.append(say(SheetWord.PRIVATE_TOLD, language))
    return (
        Part(say(SheetWord.SERVICES, language), (), kind_lines(covered.kinds, language)),
        Part(
            say(SheetWord.TELLERS, language),
            (say(SheetWord.TELLERS_LINE, language),),
            service_groups(covered.tellers, language),
        ),
        Part(say(SheetWord.TOLD, language), tuple(told), service_groups(covered.told, language)),
    )


def full_parts(covered: Covered, language: SheetLanguage) -> tuple[Part, ...]:
    """Everything and everybody by name: for a list of its own."""
    private = (say(SheetWord.PRIVATE_TOLD, language),) if covered.private_told else ()
    return (
        Part(say(SheetWord.EVERYTHING, language), (), kind_lines(covered.kinds, language)),
        Part(say(SheetWord.EVERY_TELLER, language), (), body_lines(covered.tellers, language)),
        Part(say(SheetWord.EVERYBODY, language), private, body_lines(covered.told, language)),
    )


def capital(words: str) -> str:
    """The words, beginning with a capital."""
    return f"{words[:1].upper()}{words[1:]}"


def small(title: str) -> str:
    """A title within a sentence."""
    return f"{title[:1].lower()}{title[1:]}"
