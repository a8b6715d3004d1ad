"""The tables, all of them: importing this package fills `METADATA`."""

from sqlalchemy import MetaData

from broker.store.tables import (
    agreements,
    audit,
    casework,
    consents,
    disclosures,
    door,
    holds,
    identity,
    lifecycle,
    matters,
    overrides,
    oversight,
    people,
    records,
    steps,
    web,
    webhooks,
)
from broker.store.tables.base import Base

METADATA: MetaData = Base.metadata

__all__ = [
    "METADATA",
    "agreements",
    "audit",
    "casework",
    "consents",
    "disclosures",
    "door",
    "holds",
    "identity",
    "lifecycle",
    "matters",
    "overrides",
    "oversight",
    "people",
    "records",
    "steps",
    "web",
    "webhooks",
]
