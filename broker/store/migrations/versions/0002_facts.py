"""Facts about people, consents, holders' decisions, staff and cases."""

import sqlalchemy as sa
from alembic import op

from broker.store.dialect import append_only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables and makes those of them append-only that are."""
    op.create_table(
        "case_about",
        sa.Column("person_token", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(person_token) = 16", name=op.f("ck_case_about_person_token_size")),
        sa.PrimaryKeyConstraint("person_token", "case_id", name=op.f("pk_case_about")),
    )
    op.create_table(
        "case_member",
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "case_id", name=op.f("pk_case_member")),
    )
    op.create_index(op.f("ix_case_member_case_id"), "case_member", ["case_id"], unique=False)
    op.create_table(
        "case_version",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("kind_code", sa.String(length=64), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "kind_code IN ('contact', 'enquiry', 'plan', 'panel', 'team')", name=op.f("ck_case_version_kind_code")
        ),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_case_version_row_id_size")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_case_version")),
    )
    op.create_index(op.f("ix_case_version_case_id"), "case_version", ["case_id"], unique=False)
    op.create_table(
        "consent_event",
        sa.Column("consent_id", sa.String(length=64), nullable=False),
        sa.Column("about_token", sa.LargeBinary(), nullable=False),
        sa.Column("signatory_token", sa.LargeBinary(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("consent", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(about_token) = 16", name=op.f("ck_consent_event_about_token_size")),
        sa.CheckConstraint("length(signatory_token) = 16", name=op.f("ck_consent_event_signatory_token_size")),
        sa.PrimaryKeyConstraint("consent_id", name=op.f("pk_consent_event")),
    )
    op.create_index(op.f("ix_consent_event_about_token"), "consent_event", ["about_token"], unique=False)
    op.create_index(op.f("ix_consent_event_signatory_token"), "consent_event", ["signatory_token"], unique=False)
    op.create_table(
        "holder_ruling",
        sa.Column("ruling_id", sa.String(length=64), nullable=False),
        sa.Column("about_token", sa.LargeBinary(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("ruling", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(about_token) = 16", name=op.f("ck_holder_ruling_about_token_size")),
        sa.PrimaryKeyConstraint("ruling_id", name=op.f("pk_holder_ruling")),
    )
    op.create_index(op.f("ix_holder_ruling_about_token"), "holder_ruling", ["about_token"], unique=False)
    op.create_table(
        "household_member",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("household_token", sa.LargeBinary(), nullable=False),
        sa.Column("person_token", sa.LargeBinary(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("membership", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(household_token) = 16", name=op.f("ck_household_member_household_token_size")),
        sa.CheckConstraint("length(person_token) = 16", name=op.f("ck_household_member_person_token_size")),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_household_member_row_id_size")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_household_member")),
    )
    op.create_index(
        op.f("ix_household_member_household_token"), "household_member", ["household_token"], unique=False
    )
    op.create_index(op.f("ix_household_member_person_token"), "household_member", ["person_token"], unique=False)
    op.create_table(
        "person_state",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("person_token", sa.LargeBinary(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(person_token) = 16", name=op.f("ck_person_state_person_token_size")),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_person_state_row_id_size")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_person_state")),
    )
    op.create_index(op.f("ix_person_state_person_token"), "person_state", ["person_token"], unique=False)
    op.create_table(
        "post",
        sa.Column("organisation_code", sa.String(length=64), nullable=False),
        sa.Column("role_code", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("organisation_code", "role_code", "staff_id", name=op.f("pk_post")),
    )
    op.create_table(
        "relationship_version",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("relationship_token", sa.LargeBinary(), nullable=False),
        sa.Column("from_token", sa.LargeBinary(), nullable=False),
        sa.Column("to_token", sa.LargeBinary(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("relationship", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(from_token) = 16", name=op.f("ck_relationship_version_from_token_size")),
        sa.CheckConstraint(
            "length(relationship_token) = 16", name=op.f("ck_relationship_version_relationship_token_size")
        ),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_relationship_version_row_id_size")),
        sa.CheckConstraint("length(to_token) = 16", name=op.f("ck_relationship_version_to_token_size")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_relationship_version")),
    )
    op.create_index(
        op.f("ix_relationship_version_from_token"), "relationship_version", ["from_token"], unique=False
    )
    op.create_index(
        op.f("ix_relationship_version_relationship_token"),
        "relationship_version",
        ["relationship_token"],
        unique=False,
    )
    op.create_index(op.f("ix_relationship_version_to_token"), "relationship_version", ["to_token"], unique=False)
    op.create_table(
        "staff_version",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("organisation_code", sa.String(length=64), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("staff", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_staff_version_row_id_size")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_staff_version")),
    )
    op.create_index(op.f("ix_staff_version_staff_id"), "staff_version", ["staff_id"], unique=False)
    for table in ("consent_event", "holder_ruling"):
        for statement in append_only(op.get_bind().dialect.name, table):
            op.execute(statement)
