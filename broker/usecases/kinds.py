"""The store's closed codes that use cases have to name.

In one place, because the store declares them beside its tables, which nothing outside it may import.
"""

from __future__ import annotations

# The store imports these names for its callers' arguments and does not list them as its own.
from broker.store.disclosures import BasisKind, DisclosureOutcome  # type: ignore[attr-defined]
from broker.store.feeds import FeedNews  # type: ignore[attr-defined]
from broker.store.matters import MatterKind  # type: ignore[attr-defined]
from broker.store.overrides import OverrideStage  # type: ignore[attr-defined]
from broker.store.rules_versions import RulesEventKind  # type: ignore[attr-defined]
from broker.store.session import VersionedKind  # type: ignore[attr-defined]

__all__ = [
    "BasisKind",
    "DisclosureOutcome",
    "FeedNews",
    "MatterKind",
    "OverrideStage",
    "RulesEventKind",
    "VersionedKind",
]
