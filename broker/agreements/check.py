"""Whether each grant rests on what the law asks of it: the errors that refuse an agreement or the duties.

Decides the compile errors of docs/formats.md ("What is refused") and no others: UK GDPR Articles 6, 9 and 10, and
Schedule 1 to the Data Protection Act 2018, as `lawful-bases.yaml` states what each needs. What merely looks wrong
is a warning of `reach`. A grant over several categories needs what any one of them needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from broker.decision.terms import Grant
from broker.vocabulary.codes import LawfulBasis
from broker.vocabulary.load import Declarations


def problems_of(grant: Grant, declarations: Declarations, *, has_policy_document: bool) -> Iterator[str]:
    """What the grant lacks, in words that follow "clause `4.1`". `has_policy_document` is whether the document
    names its appropriate policy document."""
    basis, bases = grant.basis, declarations.lawful_bases
    article_6 = bases.article_6.get(basis.article_6)
    if article_6 is not None and article_6.needs_gateway and basis.gateway is None:
        yield f"rests on Article 6 basis `{basis.article_6}` without a gateway: name one as `gateway`"
    named = sorted(grant.categories)
    known = [declarations.categories[code] for code in named if code in declarations.categories]
    special = [category.code for category in known if category.special]
    if special:
        yield from _condition(special, "special-category", "article_9", basis.article_9, bases.article_9, grant)
    offence = [category.code for category in known if category.offence]
    if offence:
        yield from _condition(offence, "offence", "article_10", basis.article_10, bases.article_10, grant)
    condition = bases.schedule_1.get(basis.schedule_1) if basis.schedule_1 is not None else None
    if condition is not None and condition.needs_policy_document and not has_policy_document:
        yield (
            f"rests on Schedule 1 condition `{basis.schedule_1}`, which needs an appropriate policy document:"
            " name it as `appropriate_policy_document` under `documents`"
        )


def _condition(
    categories: list[str], kind: str, key: str, code: str | None, known: Mapping[str, LawfulBasis], grant: Grant
) -> Iterator[str]:
    article = key.replace("article_", "Article ")
    if code is None:
        yield f"grants {kind} data (`{categories[0]}`) without an {article} condition: name one as `{key}`"
        return
    condition = known.get(code)
    if condition is not None and condition.needs_schedule_1 and grant.basis.schedule_1 is None:
        yield (
            f"rests on {article} condition `{code}`, which needs a Schedule 1 condition: name one as `schedule_1`"
        )
