"""A scenario's decision in a terminal: codes for the officer, who looks them up; words for the requester.

Decides order and wording, never what is shown: that is the view's (`broker.release.views`). Rows that say the same
are said once. JSON: docs/decide-json.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from rich.console import Console

from broker.cli.profile_words import COVERAGE_WORDS, REFUSAL_WORDS
from broker.cli.screen import plain, table
from broker.dates import london_day, parse_date
from broker.decision.reasons import WORDINGS
from broker.rehearsal.scenario import Scenario
from broker.release.citing import clauses_in_words
from broker.release.messages import Message, sentence
from broker.release.profile import uk_date
from broker.vocabulary.codes import FieldKind, Vocabulary

TOLD_WORDS: Final[Mapping[str, str]] = {
    wording.told.value: wording.professional for wording in WORDINGS.values() if wording.told is not None
}
"""What a requester may be told, by its code."""


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
    out.print(table("Records", columns, records))
    cells = [
        (
            row["person"],
            row["category"],
            row["controller"],
            row["effect"] if row["detail"] is None else f"{row['effect']} ({row['detail']})",
            ", ".join(row["reasons"] or row["clauses"]),
        )
        for row in decision["cells"]
        if row["reasons"] != ["no-clause"]
    ]
    unnamed = len(decision["cells"]) - len(cells)
    out.print(table("Cells", ("person", "category", "from", "effect", "reasons or clauses"), cells))
    out.print(plain(f"and {unnamed} cells that no clause names"))
    changing = [
        (person, controller, kinds, step, permitting)
        for (person, controller, step, permitting), kinds in _together(
            (
                (row["person"], row["controller"], row["next_step"], _remedies(row["remedies"], row["category"])),
                row,
                scenario.vocabulary,
            )
            for row in decision["cells"]
            if row["next_step"] is not None and row["reasons"] not in (["no-clause"], ["hard-stop"])
        )
    ]
    headings = ("person", "from", "kinds of information", "next step", "what would permit it")
    out.print(table("What would change this", headings, changing))
    out.print(plain(sentence(Message.JUDGEMENT)))


def show_to_requester(scenario: Scenario, decision: Mapping[str, Any], out: Console) -> None:
    """What was released, what is not shared where that may be told, and what silence means."""
    if _heading(scenario, decision, out):
        return
    known = scenario.vocabulary
    titles = {f"{one.reference}@{one.version}": one.title for one in (scenario.duties, *scenario.terms)}
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
    out.print(table("Released", ("About", "From", "Kind of information", "Detail", "Shown", "Clauses"), records))
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
    out.print(table("Not shared", columns, not_shared))
    silence = [
        (source, words, kinds)
        for (source, words), kinds in _together(
            ((known.organisations[row["controller"]].name, COVERAGE_WORDS[row["state"]]), row, known)
            for row in decision["coverage"]
        )
    ]
    out.print(table("What silence means", ("From", "When nothing is shown", "Kinds of information"), silence))
    out.print(plain(sentence(Message.JUDGEMENT)))


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


def _remedies(remedies: Iterable[Iterable[Mapping[str, Any]]], category: str) -> str:
    """`sign mse-nhs family-support 2; or consent engagement mum`; the category stands in its own column."""
    return "; or ".join(
        " and ".join(" ".join(str(value) for value in change.values() if value != category) for change in remedy)
        for remedy in remedies
    )


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
