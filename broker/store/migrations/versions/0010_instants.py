"""An index by which PostgreSQL finds the latest instant of the log; on SQLite, which is serial, keys tell."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the index where it is needed."""
    if op.get_bind().dialect.name == "postgresql":
        op.create_index(op.f("ix_audit_entry_written_at"), "audit_entry", ["written_at"], unique=False)
