"""The words around an agreement's clauses, to start from: `terms.md` with the headings an IG officer looks for.

Decides what each page says by itself (what stands in `agreement.yaml`), and what somebody has to write under the
other headings. It claims no law: that is for the partnership's IG lawyer. Form: docs/policies.md, the agreements.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from broker.agreements.document import Agreement
from broker.dates import london_day, uk_date
from broker.vocabulary.codes import Vocabulary

HEADINGS: Final[Mapping[str, str]] = {
    "Title, reference, version, classification and owner": "",
    "Parties and who is controller": "who is controller of what before and after it is shared, and any processor",
    "Purpose, benefits and why it is necessary": "what good it does for families, and why less would not do",
    "Lawful basis": "for each clause the articles, the conditions and the power or duty, and why they hold",
    "Confidentiality and consent": "what was told in confidence, who is asked, and what happens on a no",
    "Data subjects, items, direction and look-back": "for each clause who it is about, what flows, how far back",
    "Telling people, and when not to": "which privacy notice says so, and when telling somebody could do harm",
    "Method, frequency and security": "how it is sent, how often, and how it is protected on the way and at rest",
    "Access and onward sharing": "which posts may see it, and that it goes no further without its source",
    "Accuracy, matching and corrections": "how people are matched, and how a mistake reaches whoever was given it",
    "Retention and disposal": "how long each party keeps what it received, and how it is destroyed",
    "Rights and complaints": "who answers requests and complaints, and within how many days",
    "Breach": "who is told, within how many hours, and who decides about the Information Commissioner",
    "Assessments and policy documents": "what each of them covers, and when it is looked at again",
    "Start, end, review, termination and changes": "who reviews it, how a party leaves, and how it is changed",
    "Signatories": "which posts may sign for each party, and the evidence that they may",
}
"""The sixteen headings in order, each with what has to be written under it."""


def terms_skeleton(agreement: Agreement, vocabulary: Vocabulary) -> str:
    """The page in Markdown, with what the agreement says filled in."""
    parts = [
        f"# {agreement.title}: the words around the clauses",
        "The clauses themselves are in [agreement.yaml](agreement.yaml) and bind; where the two differ, they hold."
        " This page is a beginning: every line that starts with “To write” is for somebody to write, and every"
        " statement of law for the partnership's IG lawyer to sign off.",
    ]
    for number, (heading, asks) in enumerate(HEADINGS.items(), 1):
        parts.append(f"## {number}. {heading}")
        if heading in _KNOWN:
            parts.append(_KNOWN[heading](agreement, vocabulary))
        if asks:
            parts.append(f"To write: {asks}.")
    return "\n\n".join(parts) + "\n"


def _title(agreement: Agreement, vocabulary: Vocabulary) -> str:
    owner = vocabulary.organisations[agreement.owner].name
    return (
        f"{agreement.title}. Reference `{agreement.reference}`, version {agreement.version}."
        f" {agreement.classification}. Owner: {owner}."
    )


def _parties(agreement: Agreement, vocabulary: Vocabulary) -> str:
    return "\n".join(f"- {vocabulary.organisations[party].name}" for party in agreement.parties)


def _purposes(agreement: Agreement, vocabulary: Vocabulary) -> str:
    codes = sorted({purpose for grant in agreement.clauses.grants for purpose in grant.purposes})
    words = ", ".join(f"{vocabulary.purposes[code].title} (`{code}`)" for code in codes)
    return f"Purposes, and no other: {words}."


def _assessments(agreement: Agreement, _: Vocabulary) -> str:
    documents = agreement.clauses.documents
    said = (
        ("Data protection impact assessment", documents.dpia),
        ("Appropriate policy document", documents.appropriate_policy_document),
        ("Privacy notice", documents.privacy_notice),
    )
    return "\n".join(f"- {name}: {value or 'none is named'}" for name, value in said)


def _dates(agreement: Agreement, _: Vocabulary) -> str:
    validity = agreement.in_force
    lines = [f"- Begins: {_day(validity.from_at)}", f"- Ends: {_day(validity.until_at)}"]
    if validity.review_by is not None:
        lines.append(f"- To be reviewed by: {uk_date(validity.review_by)}")
    if validity.lapses_at is not None:
        lines.append(f"- Lapses, unreviewed: {_day(validity.lapses_at)}")
    return "\n".join(lines)


def _day(at: datetime | None) -> str:
    return "no day is set" if at is None else uk_date(london_day(at))


_KNOWN: Final[Mapping[str, Callable[[Agreement, Vocabulary], str]]] = {
    "Title, reference, version, classification and owner": _title,
    "Parties and who is controller": _parties,
    "Purpose, benefits and why it is necessary": _purposes,
    "Assessments and policy documents": _assessments,
    "Start, end, review, termination and changes": _dates,
}
"""What stands in the agreement already."""
