"""Who is who: what senders claim, and the deterministic match on it. Merging and taking apart are use cases."""

from broker.linkage.claims import IdentityClaims, ReportedIdentifier
from broker.linkage.exact import KnownPerson, LinkDecision, LinkFinding, LinkIndex, LinkOutcome, match

__all__ = [
    "IdentityClaims",
    "KnownPerson",
    "LinkDecision",
    "LinkFinding",
    "LinkIndex",
    "LinkOutcome",
    "ReportedIdentifier",
    "match",
]
