"""The words around each agreement's clauses, and its template, say what its clauses say.

An agreement's folder holds three things that officers read side by side: the clauses (`agreement.yaml`), the
words around them (`terms.md`, the sixteen headings that an information-governance officer looks for) and the model
to write another one from (`template.yaml`). Each could drift: here they are held together, clause by clause. The
form of all three: docs/formats.md.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from broker.agreements.partnership import load_partnership
from broker.dates import uk_date
from broker.rehearsal.words_around import HEADINGS as WORDS_AROUND

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(path.parent for path in (ROOT / "agreements").glob("*/v*/agreement.yaml"))
RULES = load_partnership(ROOT / "policies").vocabulary
HEADINGS = tuple(WORDS_AROUND)
WHO = frozenset({"from", "to"})
"""The keys of a clause that name bodies, which are a template's blanks."""

Doc = dict[str, Any]


class _TextDates(SafeConstructor):
    """Leaves dates as the text that was written: the core schema has no dates."""


_TextDates.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


@cache
def documents(path: Path) -> tuple[Doc, ...]:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _TextDates
    return tuple(yaml.load_all(path.read_text(encoding="utf-8")))


def agreement_of(folder: Path) -> Doc:
    return documents(folder / "agreement.yaml")[0]


def sections(folder: Path) -> dict[str, str]:
    """The text of each numbered section of the words, by heading, in order."""
    parts = re.split(r"^## \d+\. (.+)$", (folder / "terms.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text: str) -> dict[str, str]:
    """The rows of a section's tables, by their first cell."""
    return {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("|")}


def flat(text: str) -> str:
    return " ".join(text.split())


def named(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_the_words_have_the_sixteen_headings_in_order_and_nothing_under_them_is_empty(folder: Path) -> None:
    found = sections(folder)
    assert tuple(found) == HEADINGS
    assert len(HEADINGS) == 16
    assert [heading for heading, text in found.items() if len(flat(text)) < 40] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_the_words_name_every_clause_as_it_stands(folder: Path) -> None:
    found = sections(folder)
    bases, items = rows(found["Lawful basis"]), rows(found["Data subjects, items, direction and look-back"])
    for grant in agreement_of(folder)["grants"]:
        number, basis = grant["clause"], grant["lawful_basis"]
        item, base = items[number], bases[number]
        assert grant["text"] in item, number
        for code in grant["categories"]:
            assert RULES.categories[code].title in item, f"{number} does not say {code}"
        cells = [cell.strip() for cell in item.strip("|").split("|")]
        assert cells[6].split(";")[0] == grant["detail"], number
        assert ("no limit" in cells[6]) is ("look_back" not in grant), number
        for key, word in (("consent", "consent: "), ("decision", "the holder decides"), ("case", "case: ")):
            assert (word in cells[7]) is (key in grant and grant[key] != "automatic"), f"{number}: {key}"
        assert grant.get("consent", "") in cells[7], number
        assert f"6(1)({basis['article_6']})" in base, number
        assert ("9(2)(" in base) is ("article_9" in basis), number
        assert f"9(2)({basis.get('article_9', '')}" in base or "article_9" not in basis, number
        assert f"condition {basis.get('schedule_1', '')}" in base or "schedule_1" not in basis, number
        assert basis.get("article_10", "").replace("-", " ") in base, number
        if "gateway" in basis:
            assert RULES.gateways[basis["gateway"]].provision in base, number
    bans = found["Data subjects, items, direction and look-back"]
    for ban in agreement_of(folder).get("prohibitions", ()):
        assert f"- **{ban['clause']}** {ban['text']}" in flat(bans), ban["clause"]
    clauses = {each["clause"] for each in agreement_of(folder)["grants"]}
    assert {number for number in bases if number not in ("Clause", "---")} == clauses, "a clause that is gone"
    assert {number for number in items if number not in ("Clause", "---")} == clauses, "a clause that is gone"


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_the_words_name_the_parties_the_dates_the_papers_and_the_keeping_times(folder: Path) -> None:
    agreement, found = agreement_of(folder), sections(folder)
    listed = re.findall(r"^- (.+)$", found["Parties and who is controller"], re.MULTILINE)
    assert listed == [RULES.organisations[code].name for code in agreement["parties"]]
    title = flat(found["Title, reference, version, classification and owner"])
    for said in (agreement["title"], f"`{agreement['agreement']}`", agreement["classification"]):
        assert said in title
    assert f"version {agreement['version']}" in title
    assert RULES.organisations[agreement["owner"]].name in title
    days = found["Start, end, review, termination and changes"]
    for key in ("from", "until", "review_by"):
        assert uk_date(date.fromisoformat(agreement["in_force"][key])) in flat(days), key
    papers = flat(found["Assessments and policy documents"])
    told = flat(found["Telling people, and when not to"])
    assert agreement["documents"]["dpia"] in papers
    assert agreement["documents"]["appropriate_policy_document"] in papers
    assert agreement["documents"]["privacy_notice"] in told
    kept = rows(found["Retention and disposal"])
    shared = {code for grant in agreement["grants"] for code in grant["categories"]}
    assert {title for title in kept if title not in ("Item", "---")} == {
        RULES.categories[code].title for code in shared
    }
    for code in shared:
        retention = RULES.categories[code].retention
        assert f"| {retention.keep.years} year" in kept[RULES.categories[code].title], code
        assert ("from birth" in kept[RULES.categories[code].title]) is retention.from_birth, code
    purposes = {purpose for grant in agreement["grants"] for purpose in grant["purposes"]}
    why = flat(found["Purpose, benefits and why it is necessary"])
    assert set(re.findall(r"\(`([a-z0-9-]+)`\)", why)) == purposes
    assert {"24 hours", "72 hours"} <= set(re.findall(r"\d+ hours", flat(found["Breach"])))


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_the_template_says_clause_by_clause_what_the_agreement_says(folder: Path) -> None:
    head, text = documents(folder.parent / "template.yaml")
    agreement = agreement_of(folder)
    assert head["template"] == agreement["agreement"]
    for kind in ("grants", "prohibitions"):
        models = {each["clause"]: each for each in text.get(kind, ())}
        shipped = {each["clause"]: each for each in agreement.get(kind, ())}
        assert list(models) == list(shipped)
        for number, model in models.items():
            assert model.keys() == shipped[number].keys(), number
            assert [key for key in model if key not in WHO and model[key] != shipped[number][key]] == [], number
            for key in WHO & model.keys():
                assert _roles(model[key]) == _roles(shipped[number][key]), f"{number}: {key}"


def _roles(bodies: list[Any]) -> set[str]:
    """The roles that a list of recipients names; none where bodies are named without."""
    return {role for body in bodies if isinstance(body, dict) for role in body.get("roles", ())}
