"""Which cases depend on which agreement, day by day, so that nobody's account is opened to count them.

Releases made before this migration are not counted: their cases are sealed.
"""

import sqlalchemy as sa
from alembic import op

from broker.store.dialect import append_only

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "agreement_use",
        sa.Column("agreement_ref", sa.String(length=200), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("agreement_ref", "case_id", "used_at", name=op.f("pk_agreement_use")),
    )
    op.create_index(op.f("ix_agreement_use_used_at"), "agreement_use", ["used_at"], unique=False)
    for statement in append_only(op.get_bind().dialect.name, "agreement_use"):
        op.execute(statement)
