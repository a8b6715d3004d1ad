"""A scenario's decision in a terminal: codes for the officer, who looks them up; words for the requester.

Decides order and wording, never what is shown: that is the view's (`broker.release.views`). Rows that say the same
are said once. JSON: docs/decide-json.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from rich.console import Console
from rich.padding import Padding

from broker.cli.screen import plain, show_rows
from broker.dates import london_day, parse_date
from broker.decision.reasons import WORDINGS, Reason
from broker.rehearsal.scenario import Scenario
from broker.release.citing import Titles, clauses_in_words
from broker.release.in_words import COVERAGE_WORDS, REFUSAL_WORDS
from broker.release.messages import Message, sentence
from broker.release.profile import uk_date
from broker.release.remedy_words import remedies_in_words
from broker.vocabulary.codes import FieldKind, Tier, Vocabulary

TOLD_WORDS: Final[Mapping[str, str]] = {
    wording.told.value: wording.professional for wording in WORDINGS.values() if wording.told is not None
}
"""What a requester may be told, by its code."""
SAID_BY_REMEDIES: Final = frozenset(
    reason.value
    for reason in (
        Reason.CONSENT_ABSENT,
        Reason.CONSENT_EXPIRED,
        Reason.CONSENT_LAPSED,
        Reason.CONSENT_NO_STANDING,
    )
)
"""Reasons whose next step says no more than who can agree."""


def show_to_officer(scenario: Scenario, decision: Mapping[str, Any], out: Console) -> None:
    """Every cell that a clause names, and every record, with codes as the agreements have them."""
    if _heading(scenario, decision, out):
        return
    records = [
        (
            row["id"],
            ", ".join(row["about"]),
            row["controller"],
            row["category"],
            row["detail"],
            ", ".join(row.get("reasons", [])) or _fields(scenario.vocabulary, row),
            ", ".join(row["clauses"]),
        )
        for row in decision["records"]
    ]
    columns = ("record", "about", "from", "category", "detail", "shown, or why not", "clauses")
    show_rows(out, "Records", columns, records)
    _cells(scenario, decision["cells"], out)
    out.print(plain(f"\n{sentence(Message.JUDGEMENT)}"))


def _cells(scenario: Scenario, cells: Iterable[Mapping[str, Any]], out: Console) -> None:
    """Every cell that a clause names, organisation by organisation, each with what would change it."""
    known, titles = scenario.vocabulary, _titles(scenario)
    found: dict[str, dict[tuple[str, ...], list[str]]] = {}
    barred: dict[str, None] = {}
    unnamed = 0
    for row in cells:
        if row["reasons"] == ["no-clause"]:
            unnamed += 1
        elif known.categories[row["category"]].tier is Tier.T5:
            barred[row["category"]] = None
        else:
            effect = row["effect"] if row["detail"] is None else f"{row['effect']} ({row['detail']})"
            because = ", ".join(row["reasons"] or row["clauses"])
            said = (row["person"], effect, because, _change(row, known, titles))
            found.setdefault(row["controller"], {}).setdefault(said, []).append(row["category"])
    out.print(plain("\nCells, by organisation"), style="bold")
    for controller, together in sorted(found.items()):
        out.print(plain(f"{known.organisations[controller].name} ({controller})"), style="bold")
        for (person, effect, because, change), kinds in together.items():
            out.print(Padding(plain(f"• {person}: {effect}, {because}: {', '.join(kinds)}"), (0, 0, 0, 2)))
            if change:
                out.print(Padding(plain(change), (0, 0, 0, 4)))
    if barred:
        out.print(plain(f"hard-stop, whoever it is about and wherever it is: {', '.join(sorted(barred))}"))
    out.print(plain(f"and {unnamed} cells that no clause names"))


def _change(row: Mapping[str, Any], known: Vocabulary, titles: Titles) -> str:
    """The next step of a cell and what would permit it, as sentences. A step that says who can agree is left out
    where the remedies say it: they say it of several kinds of information at once."""
    remedies = remedies_in_words(row["remedies"], known, titles)
    if row["next_step"] is None or (remedies and set(row["reasons"]) <= SAID_BY_REMEDIES):
        return remedies
    return " ".join(part for part in (row["next_step"], remedies) if part)


def show_to_requester(scenario: Scenario, decision: Mapping[str, Any], out: Console) -> None:
    """What was released, what is not shared where that may be told, and what silence means."""
    if _heading(scenario, decision, out):
        return
    known = scenario.vocabulary
    titles = _titles(scenario)
    records = [
        (
            ", ".join(row["about"]),
            known.organisations[row["controller"]].name,
            known.categories[row["category"]].title,
            row["detail"],
            _fields(known, row),
            clauses_in_words(", ".join(row["clauses"]), titles),
        )
        for row in decision["records"]
    ]
    show_rows(out, "Released", ("About", "From", "Kind of information", "Detail", "Shown", "Clauses"), records)
    not_shared = [
        (person, source, words, kinds, step)
        for (person, source, words, step), kinds in _together(
            (
                (
                    row["person"],
                    known.organisations[row["controller"]].name,
                    TOLD_WORDS[row["reason"]],
                    row["next_step"],
                ),
                row,
                known,
            )
            for row in decision["not_shared"]
        )
    ]
    columns = ("About", "From", "Because", "Kinds of information", "Next step")
    show_rows(out, "Not shared", columns, not_shared)
    silence = [
        (source, words, kinds)
        for (source, words), kinds in _together(
            ((known.organisations[row["controller"]].name, COVERAGE_WORDS[row["state"]]), row, known)
            for row in decision["coverage"]
        )
    ]
    out.print(plain("\nWhat silence means: when nothing is shown"), style="bold")
    for source, those in groupby(silence, key=lambda row: row[0]):
        out.print(plain(source), style="bold")
        for _, words, kinds in those:
            out.print(Padding(plain(f"• {words}: {kinds}"), (0, 0, 0, 2)))
    out.print(plain(f"\n{sentence(Message.JUDGEMENT)}"))


def _titles(scenario: Scenario) -> Titles:
    return {f"{one.reference}@{one.version}": one.title for one in (scenario.duties, *scenario.terms)}


def _heading(scenario: Scenario, decision: Mapping[str, Any], out: Console) -> bool:
    """The scenario and what was asked; whether it was refused as a whole, which is then said."""
    asked = scenario.request
    purpose = scenario.vocabulary.purposes[asked.purpose].title
    role = scenario.vocabulary.roles[asked.role].title
    out.print(plain(f"\n{scenario.name}"), style="bold")
    out.print(plain(f"{uk_date(london_day(asked.at))} · {purpose} · asked by {asked.by}, {role}"))
    because = decision["refused_because"]
    if because is None:
        return False
    words = REFUSAL_WORDS.get(because)
    out.print(plain(f"Refused: {because}" + (f". {words}" if words is not None else "")))
    out.print(plain(decision["next_step"]))
    return True


def _together(
    rows: Iterable[tuple[tuple[str, ...], Mapping[str, Any], Vocabulary]],
) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is said the same way, once, with the kinds of information it is said of."""
    found: dict[tuple[str, ...], list[str]] = {}
    for said, row, known in rows:
        found.setdefault(said, []).append(known.categories[row["category"]].title)
    return ((said, ", ".join(kinds)) for said, kinds in sorted(found.items()))


def _fields(known: Vocabulary, row: Mapping[str, Any]) -> str:
    """`percentage: 81; since: 3 March 2026`."""
    dates = {spec.name for spec in known.categories[row["category"]].fields if spec.kind is FieldKind.DATE}
    said = []
    for name, value in row["fields"].items():
        day = parse_date(str(value)) if name in dates else None
        said.append(f"{name.replace('_', ' ')}: {value if day is None else uk_date(day)}")
    return "; ".join(said)
