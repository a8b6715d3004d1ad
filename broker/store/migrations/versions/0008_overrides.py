"""Emergency access: asked for, opened, reviewed."""

import sqlalchemy as sa
from alembic import op

from broker.store.dialect import append_only

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table and makes it append-only."""
    op.create_table(
        "override_version",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("override_id", sa.String(length=64), nullable=False),
        sa.Column("organisation_code", sa.String(length=64), nullable=False),
        sa.Column("role_code", sa.String(length=64), nullable=False),
        sa.Column("second_from_code", sa.String(length=64), nullable=True),
        sa.Column("stage_code", sa.String(length=64), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_override_version_row_id_size")),
        sa.CheckConstraint(
            "stage_code IN ('requested', 'refused', 'opened', 'reviewed', 'settled')",
            name=op.f("ck_override_version_stage_code"),
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_override_version")),
    )
    for columns in (["override_id"], ["organisation_code", "stage_code"], ["second_from_code", "stage_code"]):
        name = "_".join(["ix_override_version", *columns])
        op.create_index(op.f(name), "override_version", columns, unique=False)
    for statement in append_only(op.get_bind().dialect.name, "override_version"):
        op.execute(statement)
