"""The access checks' place in the log, and the watched list."""

import sqlalchemy as sa
from alembic import op

from broker.store.dialect import append_only

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables and makes them append-only."""
    op.create_table(
        "access_check_run",
        sa.Column(
            "from_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("until_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "from_index >= 0 AND until_index > from_index", name=op.f("ck_access_check_run_indexes")
        ),
        sa.PrimaryKeyConstraint("from_index", name=op.f("pk_access_check_run")),
    )
    op.create_table(
        "watch_version",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("watch_token", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("watch", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_watch_version_row_id_size")),
        sa.CheckConstraint("length(watch_token) = 16", name=op.f("ck_watch_version_watch_token_size")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_watch_version")),
    )
    op.create_index(op.f("ix_watch_version_watch_token"), "watch_version", ["watch_token"], unique=False)
    for table in ("access_check_run", "watch_version"):
        for statement in append_only(op.get_bind().dialect.name, table):
            op.execute(statement)
