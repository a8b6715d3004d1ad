"""The request's case: its kind and its level of need (rule 6e)."""

from __future__ import annotations

from broker.casework import Case
from broker.decision.terms import CaseTerm


def case_met(term: CaseTerm | None, case: Case | None) -> bool:
    """Whether the request's case meets the term; a request without a case meets no term."""
    if term is None:
        return True
    if case is None:
        return False
    return (term.kinds is None or case.kind in term.kinds) and (term.levels is None or case.level in term.levels)
