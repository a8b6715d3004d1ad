"""Which rows of the standing rules an agreement uses, and that a change to one of them is seen and said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from broker.agreements.document import Agreement
from broker.agreements.partnership import Partnership, partnership_of_bytes
from broker.agreements.rules_difference import rule_changes
from broker.agreements.terms_used import changed_terms, every_term, terms_digest, terms_used
from broker.canonical import canonical_json
from broker.documents.findings import Findings
from broker.rehearsal.parse import agreement_of_file
from tests.unit.agreements.small_partnership import AGREEMENT, POLICIES, spoil


def partnership(**changed: str) -> Partnership:
    texts = {**POLICIES, **{f"{name.replace('_', '-')}.yaml": text for name, text in changed.items()}}
    return partnership_of_bytes({name: text.encode() for name, text in texts.items()}, "policies").require()


def agreement(folder: Path, text: str = AGREEMENT) -> Agreement:
    path = folder / "agreement.yaml"
    path.write_text(text, encoding="utf-8")
    texts = {name: text.encode() for name, text in POLICIES.items()}
    findings = Findings()
    found = agreement_of_file(path, findings, partnership_of_bytes(texts, "policies"))
    findings.refuse_if_errors()
    assert isinstance(found, Agreement)
    return found


def test_an_agreement_uses_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    used = terms_used(agreement(tmp_path), partnership().vocabulary)
    assert set(used) == {
        "organisation:ecc", "organisation:academy", "type:SCH", "category:attendance", "purpose:family-support",
        "purpose:debt-recovery", "role:lead", "gateway:ca04-10", "Article 6 basis:e", "Article 9 condition:g",
        "Schedule 1 condition:18", "ages of standing:ages",
    }  # fmt: skip
    assert used["type:SCH"] == {"organisations": ["academy"]}


CHANGES = (
    ("gateways", "in_force: {from: 2005-03-01}}", "in_force: {from: 2005-03-01, until: 2027-01-01}}",
     "gateway `ca04-10`", "`in_force.until` was not stated, is 1 January 2027"),
    ("categories", "tier: T2", "tier: T3", "category `attendance`", "`tier` was T2, is T3"),
    ("categories", "retention: P7Y", "retention: P1Y6M",
     "category `attendance`", "`retention.keep` was 7 years, is 1 year 6 months"),
    ("categories", "kind: narrative, level: full", "kind: narrative, level: flag",
     "category `attendance`", "`fields.note.level` was full, is flag"),
    ("roles", "purposes: [family-support, section-47]", "purposes: [family-support]",
     "role `lead`", "`purposes` lost section-47"),
    ("purposes", "team_only: true", "team_only: false", "purpose `family-support`", "`team_only` was yes, is no"),
    ("organisations", "types: [SEXH]", "types: [SEXH, SCH]", "type `SCH`", "`organisations` gained clinic"),
    ("standing", "own_decision_from: 16", "own_decision_from: 14",
     "ages of standing", "`own_decision_from` was 16, is 14"),
    ("lawful_bases", 'code: "18", title: Safeguarding', 'code: "18", title: Keeping safe',
     "Schedule 1 condition `18`", "`title` was Safeguarding, is Keeping safe"),
)  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "name", "said"), CHANGES, ids=[change[4] for change in CHANGES])
def test_a_change_to_a_term_changes_the_digest_and_is_said_in_words(
    tmp_path: Path, file: str, old: str, new: str, name: str, said: str
) -> None:
    document, before = agreement(tmp_path), partnership()
    text = POLICIES[f"{file.replace('_', '-')}.yaml"].replace(old, new, 1)
    after = partnership(**{file: text})
    was, now = (terms_used(document, one.vocabulary) for one in (before, after))
    assert terms_digest(was) != terms_digest(now)
    (change,) = changed_terms(was, now)
    assert (change.name, change.said) == (name, (said,))
    found = {one.name: one for one in rule_changes(before, after, [(document, 2)])}
    assert found[name].said == (said,)
    assert [(use.agreement, use.signed) for use in found[name].used_by] == [("family-support@2", 2)]


def test_a_change_to_what_it_does_not_use_leaves_its_terms_alone(tmp_path: Path) -> None:
    document, before = agreement(tmp_path), partnership()
    text = spoil(POLICIES["categories.yaml"], "title: Health", "title: Well-being")
    after = partnership(categories=text)
    assert terms_digest(terms_used(document, before.vocabulary)) == terms_digest(
        terms_used(document, after.vocabulary)
    )
    (change,) = rule_changes(before, after, [(document, 2)])
    assert (change.name, change.used_by) == ("category `health`", ())


def test_every_single_edit_of_a_row_is_seen() -> None:
    """Each line of the rules that holds a row's value, changed: the change must show among all rows."""
    before = every_term(partnership().vocabulary)
    seen = 0
    for file in ("organisations", "categories", "purposes", "roles", "gateways", "lawful-bases", "standing"):
        text = POLICIES[f"{file}.yaml"]
        for match in re.finditer(r"(title|name|provision): ([A-Z][^,}\n]*)|(true|false)\b", text):
            word = match[0].replace("true", "TEMP").replace("false", "true").replace("TEMP", "false")
            edited = text[: match.start()] + (word if match[3] else f"{match[0]} x") + text[match.end() :]
            try:
                after = every_term(partnership(**{file.replace("-", "_"): edited}).vocabulary)
            except Exception:  # noqa: S112 - an edit that the loader refuses needs no difference
                continue
            assert changed_terms(before, after), f"{file}: {match[0]}"
            seen += 1
    assert seen > 30


def test_duties_emergency_access_and_clauses_are_compared_too() -> None:
    before = partnership()
    duties = spoil(POLICIES["duties.yaml"], "detail: full", "detail: summary")
    duties = spoil(duties, "to: [{type: LA-CSC, roles: [lead]}]", "to: [{type: LA-CSC}, {organisation: academy}]")
    duties = spoil(duties, 'clause: "90.1"', 'clause: "90.2"')
    override = spoil(POLICIES["override.yaml"], "minutes: 60", "minutes: 90")
    found = {one.name: one.said for one in rule_changes(before, partnership(duties=duties, override=override), ())}
    assert found["emergency access"] == ("`minutes` was 60, is 90",)
    assert found["duty clause `90.1`"] == ("is gone",)
    assert found["duty clause `90.2`"] == ("is new",)
    assert found["duty clause `47.1`"] == (
        "`detail` was full, is summary",
        "`recipients` gained organisation academy, type LA-CSC and lost type LA-CSC, roles lead",
    )


def test_rows_are_plain_data_that_can_be_kept(tmp_path: Path) -> None:
    used = terms_used(agreement(tmp_path), partnership().vocabulary)
    assert canonical_json(dict(used))
