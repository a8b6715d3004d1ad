"""A partnership small enough to read at a glance, written as its files are, so that a test can spoil one line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

POLICIES: Mapping[str, str] = {
    "organisations.yaml": """\
organisations:
  - {code: ecc, name: Essex County Council, types: [LA-CSC, LA-EH], area: essex}
  - {code: academy, name: Chelmsford Academy, types: [SCH], area: essex}
  - code: clinic
    name: A clinic
    types: [SEXH]
    area: essex
    tier: T4
    succeeded_by: ecc
""",
    "categories.yaml": """\
categories:
  - code: attendance
    title: School attendance
    tier: T2
    special: false
    offence: false
    retention: P7Y
    fields:
      - {name: percentage, kind: number, level: flag}
      - {name: since, kind: date, level: flag}
      - {name: with, kind: person, level: summary}
      - {name: note, kind: narrative, level: full}
  - code: health
    title: Health
    tier: T3
    special: true
    offence: false
    retention: {from: born, keep: P25Y}
    fields: []
  - code: offending
    title: Crime
    tier: T3
    special: false
    offence: true
    retention: P7Y
    fields: []
    joint: mask
  - code: adoption
    title: Adoption
    tier: T5
    special: false
    offence: false
    retention: P7Y
    fields: []
    explain: false
""",
    "purposes.yaml": """\
purposes:
  - {code: family-support, title: Supporting a family, case_required: true, team_only: true}
  - {code: section-47, title: Protecting a child, case_required: true, team_only: false, protective: true}
  - {code: debt-recovery, title: Debts, case_required: false, team_only: false}
""",
    "roles.yaml": """\
roles:
  - {code: lead, title: Lead practitioner, purposes: [family-support, section-47]}
  - {code: clerk, title: Clerk, purposes: []}
""",
    "gateways.yaml": """\
gateways:
  - {code: ca04-10, provision: Children Act 2004 s.10, kind: power, in_force: {from: 2005-03-01}}
  - code: ca89-47
    provision: Children Act 1989 s.47
    kind: duty
    in_force: {from: 1991-10-14, until: 2026-06-01}
    disclosers: [SCH]
    recipients: [LA-CSC]
    purposes: [section-47]
""",
    "lawful-bases.yaml": """\
article_6:
  - {code: e, title: Public task, needs_gateway: true}
  - {code: d, title: Vital interests, needs_gateway: false}
article_9:
  - {code: g, title: Substantial public interest, needs_schedule_1: true}
  - {code: c, title: Vital interests, needs_schedule_1: false}
schedule_1:
  - {code: "18", title: Safeguarding, needs_policy_document: true}
  - {code: "2", title: Health, needs_policy_document: false}
article_10:
  - {code: official, title: Under official authority, needs_schedule_1: false}
  - {code: schedule-1, title: Authorised by Schedule 1, needs_schedule_1: true}
""",
    "standing.yaml": """\
adult_from: 18
own_decision_from: 16
""",
    "duties.yaml": """\
duties: statutory
version: 1
documents: {appropriate_policy_document: APD-1}
grants:
  - clause: "47.1"
    text: Schools tell a child protection enquiry.
    in_force: {from: 1991-10-14}
    from: [{type: SCH}]
    to: [{type: LA-CSC, roles: [lead]}]
    purposes: [section-47]
    categories: [attendance]
    detail: full
    lawful_basis: {article_6: e, gateway: ca89-47}
prohibitions:
  - clause: "90.1"
    text: Nothing of health to debt recovery.
    purposes: [debt-recovery]
    categories: [health]
""",
    "override.yaml": """\
reasons:
  - {code: significant-harm, title: Risk of significant harm}
minutes: 60
max_tier: T4
detail: full
alone: {allowed: true, max_tier: T3, detail: summary, review: PT24H}
review: P2D
""",
}

AGREEMENT = """\
agreement: family-support
version: 2
title: Family support
classification: OFFICIAL-SENSITIVE
owner: ecc
parties: [ecc, academy]
in_force: {from: 2026-01-01, until: 2028-01-01, review_by: 2027-01-01, grace: P3M}
documents: {appropriate_policy_document: APD-7}
grants:
  - clause: "4.1"
    text: Schools share attendance with the people working with the family.
    from: [academy, {type: SCH}]
    to: [{organisation: ecc, roles: [lead]}]
    purposes: [family-support]
    categories: [attendance]
    detail: full
    subject: {under: 18, from: 5}
    case: {kinds: [team], levels: [2, 3]}
    lawful_basis: {article_6: e, article_9: g, schedule_1: "18", gateway: ca04-10}
    consent: engagement
    decision: automatic
    look_back: P2Y
    protected_address: false
    obligations: [no-onward-sharing]
prohibitions:
  - clause: "7.1"
    text: Nothing shared here is used to recover debt.
    purposes: [debt-recovery]
"""

SCENARIO = """\
scenario: Mum agrees
why: Each person decides for themselves.
at: 2026-03-02T09:30:00Z
policies: policies
agreements: [family-support.yaml]
signed: {family-support: {ecc: 2026-01-05, academy: {from: 2026-01-05, until: 2026-02-01}}}
people:
  - {id: mum, born: 1988-05-01}
  - {id: child, born: null, markers: [address-protected], competent: [{from: 2027-01-01, categories: [health]}]}
relationships:
  - {from: mum, to: child, kind: mother, parental_responsibility: true, since: 2015-06-01}
  - {from: ecc, to: child, kind: care-order}
households:
  - {id: h1, members: [mum, child]}
staff:
  - {id: kim, organisation: ecc, roles: [lead], links: [mum]}
cases:
  - id: t1
    kind: team
    level: 2
    purposes: [family-support]
    about: [mum, child]
    opened: 2026-02-01
    members: [{staff: kim, from: 2026-02-01}]
consents:
  - {id: c1, about: mum, by: mum, kind: engagement, decision: given, at: 2026-02-01T10:00:00Z}
  - {id: c2, about: child, by: ecc, kind: engagement, decision: given, at: 2026-02-01, categories: all}
holder_decisions:
  - about: mum
    category: attendance
    controller: academy
    purpose: family-support
    decision: withhold
    by: kim
    at: 2026-02-01
feeds:
  - {controller: academy, categories: all, every: P1D, last_received: 2026-03-01T06:00:00Z}
records:
  - id: r1
    controller: academy
    category: attendance
    about: [child]
    mentions: []
    occurred: 2026-01-20
    fields: {percentage: 81, since: 2026-01-01, with: mum, note: Late}
request: {by: kim, as: lead, purpose: family-support, case: t1, about: [mum, child, nobody], reason: first review}
expect:
  outcome: answered
  refused_because: null
  records: {r1: withheld}
  reasons: {mum/attendance/academy: [condition-not-met]}
  told: {nobody/attendance/academy: nothing}
"""


def write_partnership(folder: Path, spoilt: Mapping[str, str] | None = None) -> Path:
    """The folder of standing rules, some files replaced."""
    policies = folder / "policies"
    policies.mkdir(parents=True, exist_ok=True)
    for name, text in {**POLICIES, **(spoilt or {})}.items():
        (policies / name).write_text(text, encoding="utf-8")
    return policies


def spoil(text: str, old: str, new: str) -> str:
    """The text with its one occurrence of `old` replaced; a table of mistakes must not miss its mark."""
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
    return text.replace(old, new)
