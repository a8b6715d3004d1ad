"""Which posts somebody works in who signs in elsewhere, and through which account a session began."""

import sqlalchemy as sa
from alembic import op

from broker.store.dialect import append_only

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table, and the column beside the sessions there are."""
    op.create_table(
        "staff_account",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("account_token", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("event_code", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_staff_account_row_id_size")),
        sa.CheckConstraint("length(account_token) = 16", name=op.f("ck_staff_account_account_token_size")),
        sa.CheckConstraint("event_code IN ('bound', 'ended')", name=op.f("ck_staff_account_event_code")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_staff_account")),
    )
    op.create_index(op.f("ix_staff_account_account_token"), "staff_account", ["account_token"], unique=False)
    op.create_index(op.f("ix_staff_account_staff_id"), "staff_account", ["staff_id"], unique=False)
    for statement in append_only(op.get_bind().dialect.name, "staff_account"):
        op.execute(statement)
    op.add_column("web_session", sa.Column("account_token", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_web_session_account_token"), "web_session", ["account_token"], unique=False)
