"""What stands on a sender's list, and what a version of a feed tells."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table and adds the column."""
    op.create_table(
        "list_entry",
        sa.Column("source_token", sa.LargeBinary(), nullable=False),
        sa.Column("list_token", sa.LargeBinary(), nullable=False),
        sa.Column("group_token", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(group_token) = 16", name=op.f("ck_list_entry_group_token_size")),
        sa.CheckConstraint("length(list_token) = 16", name=op.f("ck_list_entry_list_token_size")),
        sa.CheckConstraint("length(source_token) = 16", name=op.f("ck_list_entry_source_token_size")),
        sa.PrimaryKeyConstraint("source_token", name=op.f("pk_list_entry")),
    )
    op.create_index(op.f("ix_list_entry_group_token"), "list_entry", ["group_token"], unique=False)
    op.create_index(op.f("ix_list_entry_list_token"), "list_entry", ["list_token"], unique=False)
    op.add_column("feed_version", sa.Column("news_code", sa.String(length=64), nullable=True))
