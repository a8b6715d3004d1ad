"""Published versions with their lives, as the verbs that show them need them: gathered, nothing decided."""

from __future__ import annotations

from collections.abc import Mapping

from broker.agreements.life import Version
from broker.agreements.terms_used import TermChange, changed_terms, terms_used
from broker.store.agreements import find_terms
from broker.store.session import View
from broker.usecases.rules.rules import Rules
from broker.usecases.world import World


def versions_of(rules: Rules) -> dict[str, list[Version]]:
    """Every published version, by the agreement's reference, in the order of their numbers."""
    found: dict[str, list[Version]] = {}
    for key, stored in sorted(rules.stored.items()):
        version = Version(rules.documents[key], stored.recorded_at, stored.signatures, stored.ended_at)
        found.setdefault(stored.reference, []).append(version)
    return found


ChangedTerm = tuple[TermChange, tuple[str, ...]]
"""A row of the standing rules that changed, and the parties that signed upon what it was."""


def changed_since_signed(
    view: View, world: World, rules: Rules, reference: str | None = None
) -> Mapping[tuple[str, int], tuple[ChangedTerm, ...]]:
    """By reference and version, the rows of the standing rules that changed since some party signed: each with the
    parties whose signature was given upon what it was then."""
    now = {
        key: terms_used(document, world.partnership.vocabulary)
        for key, document in rules.documents.items()
        if reference in (None, key[0])
    }
    found: dict[tuple[str, int], dict[str, tuple[TermChange, list[str]]]] = {}
    for (one, version, party), upon in sorted(find_terms(view, reference).items()):
        standing = rules.stored[one, version].signatures.get(party, ())
        if not standing or standing[-1].until_at is not None:
            continue
        for change in changed_terms(upon.terms, now[one, version]):
            rows = found.setdefault((one, version), {})
            # Two parties may have signed upon different texts of one row: each difference is told apart.
            _, parties = rows.setdefault(f"{change.name} {change.said}", (change, []))
            parties.append(party)
    return {
        key: tuple((change, tuple(parties)) for change, parties in rows.values()) for key, rows in found.items()
    }
