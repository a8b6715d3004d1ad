"""Keys of P-256, what each key is used for, what it may ask, and from when."""

import sqlalchemy as sa
from alembic import op

from broker.store.dialect import append_only

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ALGORITHMS = "algorithm_code IN ('ed25519', 'ecdsa-p256-sha256')"
_SIZES = (
    "algorithm_code = 'ed25519' AND length(public_key) = 32"
    " OR algorithm_code = 'ecdsa-p256-sha256' AND length(public_key) = 65"
)
_USES = "use_code IN ('agreements', 'requests')"


def upgrade() -> None:
    """Changes the tables. A key of before signed agreements, and signs nothing else now."""
    if op.get_bind().dialect.name == "sqlite":
        _anew()
        return
    op.drop_constraint("ck_partner_key_algorithm_code", "partner_key")
    op.drop_constraint("ck_partner_key_public_key_size", "partner_key")
    op.create_check_constraint(op.f("ck_partner_key_algorithm_code"), "partner_key", _ALGORITHMS)
    op.create_check_constraint(op.f("ck_partner_key_public_key_size"), "partner_key", _SIZES)
    # A default fills the rows that are there, which nobody may update, and then goes.
    for name, kind, filled in (
        ("use_code", sa.String(length=64), "'agreements'"),
        ("verbs", sa.String(length=1000), "''"),
        ("from_at", sa.BigInteger(), "0"),
    ):
        op.add_column("partner_key", sa.Column(name, kind, nullable=False, server_default=sa.text(filled)))
        op.alter_column("partner_key", name, server_default=None)
    op.create_check_constraint(op.f("ck_partner_key_use_code"), "partner_key", _USES)


def _anew() -> None:
    """SQLite changes a constraint only by making the table anew, and that which refers to it with it."""
    op.execute("CREATE TEMPORARY TABLE kept_partner_key AS SELECT * FROM partner_key")
    op.execute("CREATE TEMPORARY TABLE kept_partner_key_event AS SELECT * FROM partner_key_event")
    op.drop_table("partner_key_event")
    op.drop_table("partner_key")
    op.create_table(
        "partner_key",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("organisation_code", sa.String(length=64), nullable=False),
        sa.Column("algorithm_code", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("thumbprint", sa.String(length=64), nullable=False),
        sa.Column("use_code", sa.String(length=64), nullable=False),
        sa.Column("verbs", sa.String(length=1000), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(_ALGORITHMS, name=op.f("ck_partner_key_algorithm_code")),
        sa.CheckConstraint(_SIZES, name=op.f("ck_partner_key_public_key_size")),
        sa.CheckConstraint(_USES, name=op.f("ck_partner_key_use_code")),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_partner_key")),
        sa.UniqueConstraint("thumbprint", name=op.f("uq_partner_key_thumbprint")),
    )
    op.create_index(op.f("ix_partner_key_organisation_code"), "partner_key", ["organisation_code"], unique=False)
    op.create_table(
        "partner_key_event",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("event_code", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "event_code IN ('proposed', 'enrolled', 'revoked', 'confirmed')",
            name=op.f("ck_partner_key_event_event_code"),
        ),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_partner_key_event_row_id_size")),
        sa.ForeignKeyConstraint(
            ["key_id"], ["partner_key.key_id"], name=op.f("fk_partner_key_event_key_id_partner_key")
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_partner_key_event")),
    )
    op.create_index(op.f("ix_partner_key_event_key_id"), "partner_key_event", ["key_id"], unique=False)
    op.execute(
        "INSERT INTO partner_key (key_id, organisation_code, algorithm_code, public_key, thumbprint,"
        " use_code, verbs, from_at, until_at, recorded_at)"
        " SELECT key_id, organisation_code, algorithm_code, public_key, thumbprint,"
        " 'agreements', '', 0, until_at, recorded_at FROM kept_partner_key"
    )
    op.execute(
        "INSERT INTO partner_key_event (row_id, key_id, event_code, recorded_at, event)"
        " SELECT row_id, key_id, event_code, recorded_at, event FROM kept_partner_key_event"
    )
    for table in ("partner_key", "partner_key_event"):
        op.drop_table(f"kept_{table}")
        for statement in append_only("sqlite", table):
            op.execute(statement)
