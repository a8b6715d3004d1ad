"""What an officer has open: requests about rights, corrections, reviews of links, recalls, breaches."""

import sqlalchemy as sa
from alembic import op

from broker.store.dialect import append_only

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KINDS = (
    "'subject-access', 'rectification', 'restriction', 'complaint', 'not-this-person', 'link-review', 'merge',"
    " 'recall', 'breach'"
)


def upgrade() -> None:
    """Makes the tables, all of them append-only."""
    op.create_table(
        "matter",
        sa.Column("matter_id", sa.String(length=64), nullable=False),
        sa.Column("kind_code", sa.String(length=64), nullable=False),
        sa.Column("organisation_code", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"kind_code IN ({_KINDS})", name=op.f("ck_matter_kind_code")),
        sa.PrimaryKeyConstraint("matter_id", name=op.f("pk_matter")),
    )
    op.create_index(
        op.f("ix_matter_organisation_code_kind_code"), "matter", ["organisation_code", "kind_code"], unique=False
    )
    op.create_table(
        "matter_version",
        sa.Column("matter_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state_code", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_matter_version_number")),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.matter_id"], name=op.f("fk_matter_version_matter_id_matter")
        ),
        sa.PrimaryKeyConstraint("matter_id", "number", name=op.f("pk_matter_version")),
    )
    op.create_table(
        "matter_person",
        sa.Column("person_token", sa.LargeBinary(), nullable=False),
        sa.Column("matter_id", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(person_token) = 16", name=op.f("ck_matter_person_person_token_size")),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.matter_id"], name=op.f("fk_matter_person_matter_id_matter")
        ),
        sa.PrimaryKeyConstraint("person_token", "matter_id", name=op.f("pk_matter_person")),
    )
    op.create_table(
        "matter_content",
        sa.Column("matter_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.matter_id"], name=op.f("fk_matter_content_matter_id_matter")
        ),
        sa.PrimaryKeyConstraint("matter_id", "number", name=op.f("pk_matter_content")),
    )
    for table in ("matter", "matter_version", "matter_person", "matter_content"):
        for statement in append_only(op.get_bind().dialect.name, table):
            op.execute(statement)
