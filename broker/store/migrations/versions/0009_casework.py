"""The steps of casework, and what waits for an organisation."""

import sqlalchemy as sa
from alembic import op

from broker.store.dialect import append_only

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables; the steps are append-only."""
    op.create_table(
        "case_step",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_case_step_row_id_size")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_case_step")),
    )
    op.create_index(op.f("ix_case_step_case_id"), "case_step", ["case_id"], unique=False)
    op.create_table(
        "work_item",
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("kind_code", sa.String(length=64), nullable=False),
        sa.Column("organisation_code", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_work_item")),
    )
    op.create_index(op.f("ix_work_item_case_id"), "work_item", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_work_item_organisation_code_kind_code_done_at"),
        "work_item",
        ["organisation_code", "kind_code", "done_at"],
        unique=False,
    )
    for statement in append_only(op.get_bind().dialect.name, "case_step"):
        op.execute(statement)
