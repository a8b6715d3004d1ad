"""Who works with a family and in what capacity: staff in posts, cases and their teams."""

from broker.casework.case import Case, CaseKind, Membership
from broker.casework.staff import CoveredPost, Staff

__all__ = ["Case", "CaseKind", "CoveredPost", "Membership", "Staff"]
