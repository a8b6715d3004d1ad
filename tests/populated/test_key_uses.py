"""A key that was registered before keys had uses signs agreements, and nothing else, after the upgrade."""

from __future__ import annotations

import pytest
from alembic import command
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from broker.partner_keys.public_key import public_key_of
from broker.store.schema import configuration, upgrade
from tests.populated.test_upgrades import engine

__all__ = ["engine"]

PUBLIC = public_key_of(Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw())
KEPT = {
    "key_id": "ecc/sid-2026",
    "organisation_code": "ecc",
    "algorithm_code": "ed25519",
    "public_key": PUBLIC.raw,
    "thumbprint": PUBLIC.thumbprint,
    "until_at": 1_900_000_000_000_000,
    "recorded_at": 1_700_000_000_000_000,
}


def test_an_old_key_signs_agreements_and_asks_nothing(engine: Engine) -> None:
    config = configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0015")
        columns = ", ".join(KEPT)
        values = ", ".join(f":{name}" for name in KEPT)
        connection.execute(text(f"INSERT INTO partner_key ({columns}) VALUES ({values})"), KEPT)  # noqa: S608 - our own names
        event = {"row_id": bytes(16), "key_id": "ecc/sid-2026", "event_code": "enrolled", "at": 1, "event": b"x"}
        connection.execute(
            text("INSERT INTO partner_key_event VALUES (:row_id, :key_id, :event_code, :at, :event)"), event
        )
    upgrade(engine)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT row_id, key_id, event_code FROM partner_key_event")).all()
        assert [tuple(row) for row in rows] == [(bytes(16), "ecc/sid-2026", "enrolled")]
        (row,) = connection.execute(text("SELECT * FROM partner_key")).mappings()
        assert {name: row[name] for name in KEPT} == KEPT
        assert (row["use_code"], row["verbs"], row["from_at"]) == ("agreements", "", 0)
    for statement in (
        "UPDATE partner_key SET use_code = 'requests'",
        "DELETE FROM partner_key_event",
        "UPDATE partner_key SET algorithm_code = 'ecdsa-p256-sha256'",
    ):
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text(statement))
    for changed in ({"use_code": "both"}, {"algorithm_code": "ecdsa-p256-sha256"}, {"public_key": bytes(33)}):
        new = {**KEPT, "key_id": "ecc/two", "thumbprint": "x", "use_code": "agreements", "verbs": "", "from_at": 0}
        columns, values = ", ".join(new), ", ".join(f":{name}" for name in new)
        with pytest.raises(DBAPIError, match=r"CHECK|check constraint"), engine.begin() as connection:
            connection.execute(text(f"INSERT INTO partner_key ({columns}) VALUES ({values})"), {**new, **changed})  # noqa: S608 - our own names
