"""What is frozen while somebody looks whether it is the right person's, and pairs of people who may be one."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables. Matches found before are in no list: their decisions stand sealed."""
    op.create_table(
        "hold",
        sa.Column("held_token", sa.LargeBinary(), nullable=False),
        sa.Column("hold_id", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("length(held_token) = 16", name=op.f("ck_hold_held_token_size")),
        sa.PrimaryKeyConstraint("held_token", "hold_id", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_hold_id"), "hold", ["hold_id"], unique=False)
    op.create_table(
        "possible_match",
        sa.Column("source_token", sa.LargeBinary(), nullable=False),
        sa.Column("controller_code", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(source_token) = 16", name=op.f("ck_possible_match_source_token_size")),
        sa.PrimaryKeyConstraint("source_token", name=op.f("pk_possible_match")),
    )
    op.create_index(op.f("ix_possible_match_controller_code"), "possible_match", ["controller_code"], unique=False)
