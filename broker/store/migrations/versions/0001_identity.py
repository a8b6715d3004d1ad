"""Identity: people, their keys and the vault."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "person",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person")),
    )
    op.create_table(
        "identity_token",
        sa.Column("kind_code", sa.String(length=64), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind_code IN ('identifier', 'family-born', 'given-born', 'family-postcode', 'born-postcode')",
            name=op.f("ck_identity_token_kind_code"),
        ),
        sa.CheckConstraint("length(token) = 16", name=op.f("ck_identity_token_token_size")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.person_id"], name=op.f("fk_identity_token_person_id_person")
        ),
        sa.PrimaryKeyConstraint("kind_code", "token", "person_id", name=op.f("pk_identity_token")),
    )
    op.create_index(op.f("ix_identity_token_person_id"), "identity_token", ["person_id"], unique=False)
    op.create_table(
        "identity_version",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_identity_version_row_id_size")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.person_id"], name=op.f("fk_identity_version_person_id_person")
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_identity_version")),
    )
    op.create_index(op.f("ix_identity_version_person_id"), "identity_version", ["person_id"], unique=False)
    op.create_table(
        "person_key",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("destroyed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name=op.f("ck_person_key_destroyed")),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_person_key_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_key")),
    )
