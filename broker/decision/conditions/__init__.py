"""What a clause may demand of the data subject or the case, beyond what its rows say: one file a condition."""

from broker.decision.conditions.age import age_met
from broker.decision.conditions.case import case_met

__all__ = ["age_met", "case_met"]
