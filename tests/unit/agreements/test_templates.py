"""Templates: what is refused in one, what is filled in, and that everything else stays as it was."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.agreements.partnership import PartnershipReading, load_partnership, read_partnership
from broker.agreements.templates.filling import fill
from broker.agreements.templates.template import BLANK, Body, Template, read_template
from broker.agreements.templates.values import Values, fitting, resolve_values
from broker.documents.files import single_document
from broker.documents.findings import Findings
from broker.documents.limits import UNREADABLE
from broker.documents.nodes import plain
from broker.errors import DocumentsRefused
from broker.rehearsal.templates import check_template, read_filled
from tests.unit.agreements.small_partnership import spoil, write_partnership

ROOT = Path(__file__).parents[3]
PATHS = sorted((ROOT / "agreements").glob("*/template.yaml"))
TEMPLATE = """\
template: small
title: Small
about: For a test.
bodies:
  - {name: council, says: the council, types: [LA-EH]}
  - {name: schools, says: the schools, types: [SCH], many: true}
  - {name: clinic, says: the clinic, types: [SEXH], optional: true}
dates:
  - {name: begins, says: the day it begins}
  - {name: ends, says: the day it ends, after: begins, by: P2Y}
references:
  - {name: dpia, says: the assessment}
---
# A remark at the top.
agreement: small   # the reference
version: 1
title: Small, for <council> from <begins>
classification: OFFICIAL
owner: <council>
parties: [<council>, <schools>, <clinic>]
in_force: {from: <begins>, until: <ends>}
documents: {dpia: <dpia>, appropriate_policy_document: APD-7}
grants:
  # Schools.
  - clause: "1"
    text: Attendance.
    from:
      - <schools>   # each of them
      - {type: SCH}
    to: [{organisation: <council>, roles: [lead]}, {organisation: <schools>}]
    purposes: [family-support]
    categories: [attendance]
    detail: full
    lawful_basis: {article_6: e, gateway: ca04-10}
  # The clinic.
  - clause: "2"
    text: Nothing from the clinic but this.
    from: [<clinic>]
    to: [{organisation: <council>}]
    purposes: [family-support]
    categories: [attendance]
    detail: flag
    lawful_basis: {article_6: e, gateway: ca04-10}
prohibitions:
  - clause: "7"
    text: The clinic is told nothing.
    to: [{organisation: <clinic>}]
"""
GIVEN = {"council": "ecc", "schools": "academy", "clinic": "clinic", "begins": "2027-04-01", "dpia": "D-1"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> PartnershipReading:
    folder = tmp_path_factory.mktemp("small")
    write_partnership(folder)
    return read_partnership(folder / "policies", "policies")


def read(text: str, partnership: PartnershipReading) -> tuple[Template | None, list[str]]:
    findings = Findings()
    found = read_template(text.encode(), "t.yaml", findings, partnership.declarations.registers)
    return found, [str(one) for one in findings.errors]


def sound(partnership: PartnershipReading, text: str = TEMPLATE) -> Template:
    found, said = read(text, partnership)
    assert said == []
    assert found is not None
    return found


def filled(partnership: PartnershipReading, **given: str) -> str:
    template, organisations = sound(partnership), partnership.require().vocabulary.organisations
    values = resolve_values(template, {**GIVEN, **given}, organisations)
    return fill(template, values, organisations, reference="new").text


BANS = TEMPLATE[TEMPLATE.index("prohibitions:") :]
MISTAKES = (
    ("<clinic>]\n    to", "<clinik>]\n    to", "t.yaml:38: `<clinik>` is not declared in the head; did you mean"),
    ("owner: <council>", "owner: <schools>", "t.yaml:19: `<schools>` is many, so it stands alone in a list"),
    ("title: Small, for", "title: <clinic>, for", "t.yaml:17: `<clinic>` is optional, so it stands alone"),
    ("title: Small, for", "<council>: Small, for", "t.yaml:17: `<council>` stands in a key"),
    ("until: <ends>", "until: 2030-01-01", "t.yaml:1: `ends` is declared and the text below has no `<ends>`"),
    ("after: begins, by: P2Y", "after: begins", "t.yaml:10: `after` and `by` go together"),
    ("after: begins, by: P2Y", "after: begin, by: P2Y", "`ends` comes after `begin`, which is no date"),
    ("types: [SEXH]", "types: [SEXY]", "t.yaml:7: `types` names `SEXY`, which is not a known organisation type"),
    ("name: clinic", "name: schools", "`schools` is declared twice"),
    ("name: dpia", "name: DPIA", "must be a name in lower case"),
    ("grants:\n", "---\ngrants:\n", "a template is two documents"),
    (BANS, "prohibitions: [{clause: \"7\", text: a, to: [{organisation: <clinic>}]}]\n", "is written in brackets"),
    ("optional: true}", "optonal: true}", "`optonal` is not a key of a body; did you mean `optional`?"),
)  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES, ids=[said for _, _, said in MISTAKES])
def test_a_mistake_is_told_with_its_line(small: PartnershipReading, old: str, new: str, said: str) -> None:
    found, errors = read(spoil(TEMPLATE, old, new), small)
    assert found is None
    assert any(said in error for error in errors), errors


def test_the_text_is_no_agreement(small: PartnershipReading) -> None:
    head = TEMPLATE.partition("---\n")[0]
    assert "no agreement" in read(head + "---\n[<council>]\n", small)[1][0]


def test_everything_but_the_blanks_stays_byte_for_byte(small: PartnershipReading) -> None:
    text = TEMPLATE.partition("---\n")[2]
    expected = (
        text.replace("agreement: small ", "agreement: new ")
        .replace("Small, for <council> from <begins>", '"Small, for Essex County Council from 1 April 2027"')
        .replace("<council>", "ecc").replace("<schools>", "academy").replace("<clinic>", "clinic")
        .replace("<begins>", "2027-04-01").replace("<ends>", "2029-04-01").replace("<dpia>", "D-1")
    )  # fmt: skip
    assert filled(small) == expected


def test_who_is_not_there_is_left_out_and_nobody_else_is_bound_instead(small: PartnershipReading) -> None:
    template, organisations = sound(small), small.require().vocabulary.organisations
    values = resolve_values(template, {**GIVEN, "clinic": ""}, organisations)
    done = fill(template, values, organisations, reference="new")
    assert done.left_out == ("2", "7")
    assert "clinic" not in done.text.lower()
    assert "prohibitions" not in done.text, "a ban that lost whom it binds would bind everybody"
    assert "  # Schools.\n" in done.text


def test_what_names_several_is_repeated_for_each(small: PartnershipReading) -> None:
    policies = load_partnership(ROOT / "policies")
    template = sound(small)
    bodies = {"council": ("ecc",), "schools": ("oakdale-primary", "chelmsford-academy"), "clinic": ()}
    dates = {"begins": date(2027, 4, 1), "ends": date(2029, 4, 1)}
    done = fill(template, Values(bodies, dates, {"dpia": "D-1"}), policies.vocabulary.organisations, reference="n")
    assert "parties: [ecc, oakdale-primary, chelmsford-academy]\n" in done.text
    assert (
        "    from:\n      - oakdale-primary\n      - chelmsford-academy   # each of them\n      - {type: SCH}\n"
        in done.text
    )
    assert "{organisation: oakdale-primary}, {organisation: chelmsford-academy}]" in done.text


@settings(deadline=None, max_examples=60)
@given(reference=st.text(min_size=1).filter(lambda text: text.strip() == text))
def test_a_reference_is_read_back_as_it_was_typed_whatever_it_is(
    small: PartnershipReading, reference: str
) -> None:
    if UNREADABLE.search(reference) or "\r" in reference or "\n" in reference:
        with pytest.raises(DocumentsRefused, match="cannot be seen"):
            filled(small, dpia=reference)
        return
    findings = Findings()
    document = single_document(filled(small, dpia=reference).encode(), "a.yaml", findings)
    assert findings.errors == ()
    assert document is not None
    root = plain(document.root)
    assert isinstance(root, dict)
    assert root["documents"] == {"dpia": reference, "appropriate_policy_document": "APD-7"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"council": ""}, "`council` is not given: the council (of type LA-EH: ecc)"),
        ({"council": "academy"}, "`council` names `academy`, which is SCH; it must be of type LA-EH: ecc"),
        ({"council": "ec"}, "`council` names `ec`, which is no organisation here; did you mean `ecc`?"),
        ({"council": "ecc,academy"}, "`council` is one body and 2 are given"),
        ({"begins": "1 April"}, "`begins` is `1 April`, which is no day"),
        ({"begins": ""}, "`begins` is not given"),
        ({"dpia": " "}, "`dpia` is not given"),
        ({"dpia": "D\u202e1"}, "`dpia` holds a character that cannot be seen"),
        ({"school": "academy"}, "`school` is no blank of `small`; did you mean `schools`?"),
    ],
)
def test_what_does_not_fit_a_blank_is_told(small: PartnershipReading, given: dict[str, str], said: str) -> None:
    organisations = small.require().vocabulary.organisations
    with pytest.raises(DocumentsRefused) as refused:
        resolve_values(sound(small), {**GIVEN, **given}, organisations)
    assert said in str(refused.value)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.name)
@settings(deadline=None, max_examples=8)
@given(data=st.data())
def test_a_shipped_template_gives_an_agreement_that_is_accepted_whoever_fills_it(
    path: Path, data: st.DataObject
) -> None:
    policies = read_partnership(ROOT / "policies")
    organisations = policies.require().vocabulary.organisations
    findings = Findings()
    template = read_template(path.read_bytes(), "t.yaml", findings, policies.declarations.registers)
    assert template is not None
    given = {}
    for name, blank in template.blanks.items():
        if isinstance(blank, Body):
            choices = fitting(blank, organisations)
            most = len(choices) if blank.many else 1
            least = 0 if blank.optional else 1
            given[name] = ",".join(
                data.draw(st.lists(st.sampled_from(choices), min_size=least, max_size=most, unique=True))
            )
        else:
            given[name] = "2027-04-01" if name == "begins" else ""
    given |= {name: "X-1" for name, blank in template.blanks.items() if type(blank).__name__ == "ReferenceBlank"}
    done = fill(template, resolve_values(template, given, organisations), organisations, reference="new")
    assert not BLANK.search(done.text)
    agreement = read_filled(done.text, "a.yaml", findings, policies)
    assert [str(one) for one in findings.errors] == []
    assert agreement is not None
    written = {clause.clause for clause in (*agreement.clauses.grants, *agreement.clauses.prohibitions)}
    declared = set(re.findall(r'clause: "([^"]+)"', template.text))
    assert written == declared - set(done.left_out)


def test_a_template_whose_agreement_would_be_refused_is_refused_at_its_own_line(small: PartnershipReading) -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    template = sound(small, spoil(TEMPLATE, "article_6: e, gateway: ca04-10}\n  # The", "article_6: e}\n  # The"))
    said = [str(one) for one in check_template(template, small, at)]
    assert said[0] == (
        "t.yaml:34: clause `1` rests on Article 6 basis `e` without a gateway: name one as `gateway`"
    )
    lonely = sound(small, spoil(TEMPLATE, "types: [LA-EH]", "types: [POL]"))
    assert "nobody here is of a type that `council` may be (POL)" in str(check_template(lonely, small, at)[0])
