"""Agreements, signatures and the standing files."""

import sqlalchemy as sa
from alembic import op

from broker.store.dialect import append_only

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables and makes those of them append-only that are."""
    op.create_table(
        "agreement",
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_agreement")),
    )
    op.create_table(
        "policies_snapshot",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("policies_digest", sa.String(length=71), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_policies_snapshot_row_id_size")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_policies_snapshot")),
    )
    op.create_index(
        op.f("ix_policies_snapshot_policies_digest"), "policies_snapshot", ["policies_digest"], unique=False
    )
    op.create_table(
        "agreement_version",
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("document_digest", sa.String(length=71), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_agreement_version_version")),
        sa.ForeignKeyConstraint(
            ["reference"], ["agreement.reference"], name=op.f("fk_agreement_version_reference_agreement")
        ),
        sa.PrimaryKeyConstraint("reference", "version", name=op.f("pk_agreement_version")),
    )
    op.create_table(
        "signature_event",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("party_code", sa.String(length=64), nullable=False),
        sa.Column("event_code", sa.String(length=64), nullable=False),
        sa.Column("document_digest", sa.String(length=71), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("event_code IN ('signed', 'withdrawn')", name=op.f("ck_signature_event_event_code")),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_signature_event_row_id_size")),
        sa.ForeignKeyConstraint(
            ["reference", "version"],
            ["agreement_version.reference", "agreement_version.version"],
            name=op.f("fk_signature_event_reference_version_agreement_version"),
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_signature_event")),
    )
    op.create_index(
        op.f("ix_signature_event_reference_version"), "signature_event", ["reference", "version"], unique=False
    )
    for table in ("agreement_version", "signature_event", "policies_snapshot"):
        for statement in append_only(op.get_bind().dialect.name, table):
            op.execute(statement)
