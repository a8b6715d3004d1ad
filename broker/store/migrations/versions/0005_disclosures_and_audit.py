"""Versions, disclosures, notices and the audit log."""

import sqlalchemy as sa
from alembic import op

from broker.store.dialect import append_only

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables and makes those of them append-only that are."""
    op.create_table(
        "audit_entry",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "audit_node",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("node_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("node_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(node_hash) = 32", name=op.f("ck_audit_node_node_hash_size")),
        sa.PrimaryKeyConstraint("level", "node_index", name=op.f("pk_audit_node")),
    )
    op.create_index(
        op.f("ix_audit_node_node_hash"),
        "audit_node",
        ["node_hash"],
        unique=False,
        sqlite_where=sa.text("level = 0"),
        postgresql_where=sa.text("level = 0"),
    )
    op.create_table(
        "audit_tree",
        sa.Column("tree_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("swept_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("integrated_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(root) = 32", name=op.f("ck_audit_tree_root_size")),
        sa.CheckConstraint("tree_id = 1", name=op.f("ck_audit_tree_one")),
        sa.PrimaryKeyConstraint("tree_id", name=op.f("pk_audit_tree")),
    )
    op.create_table(
        "disclosure",
        sa.Column("disclosure_id", sa.String(length=64), nullable=False),
        sa.Column("outcome_code", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("recipient_code", sa.String(length=64), nullable=False),
        sa.Column("purpose_code", sa.String(length=64), nullable=False),
        sa.Column("decision_digest", sa.String(length=71), nullable=False),
        sa.Column("table_digest", sa.String(length=71), nullable=False),
        sa.Column("policies_digest", sa.String(length=71), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("outcome_code IN ('answered', 'refused')", name=op.f("ck_disclosure_outcome_code")),
        sa.PrimaryKeyConstraint("disclosure_id", name=op.f("pk_disclosure")),
    )
    op.create_index(
        op.f("ix_disclosure_recipient_code_recorded_at"),
        "disclosure",
        ["recipient_code", "recorded_at"],
        unique=False,
    )
    op.create_table(
        "fact_version",
        sa.Column("kind_code", sa.String(length=64), nullable=False),
        sa.Column("fact_token", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind_code IN ('person', 'case', 'agreement')", name=op.f("ck_fact_version_kind_code")),
        sa.CheckConstraint("length(fact_token) = 16", name=op.f("ck_fact_version_fact_token_size")),
        sa.CheckConstraint("version > 0", name=op.f("ck_fact_version_version")),
        sa.PrimaryKeyConstraint("kind_code", "fact_token", name=op.f("pk_fact_version")),
    )
    op.create_table(
        "notice",
        sa.Column("notice_id", sa.String(length=64), nullable=False),
        sa.Column("topic_code", sa.String(length=64), nullable=False),
        sa.Column("recipient_code", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_notice_attempts")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_sent_at_due_at"), "notice", ["sent_at", "due_at"], unique=False)
    op.create_table(
        "audit_leaf",
        sa.Column(
            "leaf_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("leaf_index >= 0", name=op.f("ck_audit_leaf_leaf_index")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["audit_entry.entry_id"], name=op.f("fk_audit_leaf_entry_id_audit_entry")
        ),
        sa.PrimaryKeyConstraint("leaf_index", name=op.f("pk_audit_leaf")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_leaf_entry_id")),
    )
    op.create_table(
        "audit_private",
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(commitment) = 32", name=op.f("ck_audit_private_commitment_size")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.person_id"], name=op.f("fk_audit_private_person_id_person")
        ),
        sa.PrimaryKeyConstraint("commitment", name=op.f("pk_audit_private")),
    )
    op.create_index(op.f("ix_audit_private_person_id"), "audit_private", ["person_id"], unique=False)
    op.create_table(
        "disclosure_basis",
        sa.Column("kind_code", sa.String(length=64), nullable=False),
        sa.Column("basis_id", sa.String(length=200), nullable=False),
        sa.Column("disclosure_id", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind_code IN ('agreement', 'consent', 'duties', 'holder-decision', 'override', 'signature')",
            name=op.f("ck_disclosure_basis_kind_code"),
        ),
        sa.ForeignKeyConstraint(
            ["disclosure_id"],
            ["disclosure.disclosure_id"],
            name=op.f("fk_disclosure_basis_disclosure_id_disclosure"),
        ),
        sa.PrimaryKeyConstraint("kind_code", "basis_id", "disclosure_id", name=op.f("pk_disclosure_basis")),
    )
    op.create_index(op.f("ix_disclosure_basis_disclosure_id"), "disclosure_basis", ["disclosure_id"], unique=False)
    op.create_table(
        "disclosure_person",
        sa.Column("person_token", sa.LargeBinary(), nullable=False),
        sa.Column("disclosure_id", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(person_token) = 16", name=op.f("ck_disclosure_person_person_token_size")),
        sa.ForeignKeyConstraint(
            ["disclosure_id"],
            ["disclosure.disclosure_id"],
            name=op.f("fk_disclosure_person_disclosure_id_disclosure"),
        ),
        sa.PrimaryKeyConstraint("person_token", "disclosure_id", name=op.f("pk_disclosure_person")),
    )
    for table in ("audit_entry", "audit_leaf", "audit_node"):
        for statement in append_only(op.get_bind().dialect.name, table):
            op.execute(statement)
