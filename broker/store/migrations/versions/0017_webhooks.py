"""Where partners' systems are told, and how far each notice got."""

import sqlalchemy as sa
from alembic import op

from broker.store.dialect import append_only

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "webhook_endpoint",
        sa.Column("endpoint_id", sa.String(length=64), nullable=False),
        sa.Column("organisation_code", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("topics", sa.String(length=500), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("endpoint_id", name=op.f("pk_webhook_endpoint")),
    )
    op.create_index(
        op.f("ix_webhook_endpoint_organisation_code"), "webhook_endpoint", ["organisation_code"], unique=False
    )
    op.create_table(
        "webhook_endpoint_event",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("endpoint_id", sa.String(length=64), nullable=False),
        sa.Column("event_code", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_webhook_endpoint_event_row_id_size")),
        sa.CheckConstraint(
            "event_code IN ('proposed', 'approved', 'stopped')", name=op.f("ck_webhook_endpoint_event_event_code")
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoint.endpoint_id"],
            name=op.f("fk_webhook_endpoint_event_endpoint_id_webhook_endpoint"),
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_webhook_endpoint_event")),
    )
    op.create_index(
        op.f("ix_webhook_endpoint_event_endpoint_id"), "webhook_endpoint_event", ["endpoint_id"], unique=False
    )
    op.create_table(
        "notice_delivery",
        sa.Column("notice_id", sa.String(length=64), nullable=False),
        sa.Column("recipient_code", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("last_code", sa.String(length=64), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_notice_delivery_attempts")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.notice_id"], name=op.f("fk_notice_delivery_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notice_delivery")),
    )
    op.create_index(
        op.f("ix_notice_delivery_recipient_code_delivered_at_next_at"),
        "notice_delivery",
        ["recipient_code", "delivered_at", "next_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_notice_recipient_code_recorded_at"), "notice", ["recipient_code", "recorded_at"], unique=False
    )
    for table in ("webhook_endpoint", "webhook_endpoint_event"):
        for statement in append_only(op.get_bind().dialect.name, table):
            op.execute(statement)
