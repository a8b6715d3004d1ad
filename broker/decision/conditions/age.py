"""The data subject's age in whole years; unborn counts as 0 (rule 6e)."""

from __future__ import annotations

from broker.decision.terms import AgeTerm


def age_met(term: AgeTerm | None, age: int | None, *, protective: bool) -> bool:
    """Whether the age meets the term. An unknown age meets nothing, except that under a protective purpose it
    meets `under`: a child whose birth nobody recorded is not left unprotected."""
    if term is None:
        return True
    if age is None:
        return term.from_age is None and (term.under is None or protective)
    return (term.under is None or age < term.under) and (term.from_age is None or age >= term.from_age)
