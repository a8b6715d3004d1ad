"""Records by pseudonym, links, feeds and ingest."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "feed",
        sa.Column("feed_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", name=op.f("pk_feed")),
    )
    op.create_table(
        "ingest_batch",
        sa.Column("batch_id", sa.String(length=64), nullable=False),
        sa.Column("controller_code", sa.String(length=64), nullable=False),
        sa.Column("adapter_code", sa.String(length=64), nullable=False),
        sa.Column("batch_digest", sa.String(length=71), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "accepted >= 0 AND refused >= 0 AND repeated >= 0", name=op.f("ck_ingest_batch_counts")
        ),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_ingest_batch")),
        sa.UniqueConstraint(
            "controller_code", "batch_digest", name=op.f("uq_ingest_batch_controller_code_batch_digest")
        ),
    )
    op.create_table(
        "link",
        sa.Column("domain_token", sa.LargeBinary(), nullable=False),
        sa.Column("person_token", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("pseudonym", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(domain_token) = 16", name=op.f("ck_link_domain_token_size")),
        sa.CheckConstraint("length(person_token) = 16", name=op.f("ck_link_person_token_size")),
        sa.PrimaryKeyConstraint("domain_token", name=op.f("pk_link")),
    )
    op.create_index(op.f("ix_link_person_token"), "link", ["person_token"], unique=False)
    op.create_table(
        "record",
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("controller_code", sa.String(length=64), nullable=False),
        sa.Column("source_token", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(source_token) = 16", name=op.f("ck_record_source_token_size")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_record")),
        sa.UniqueConstraint("source_token", name=op.f("uq_record_source_token")),
    )
    op.create_table(
        "source_person",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("source_token", sa.LargeBinary(), nullable=False),
        sa.Column("person_token", sa.LargeBinary(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(person_token) = 16", name=op.f("ck_source_person_person_token_size")),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_source_person_row_id_size")),
        sa.CheckConstraint("length(source_token) = 16", name=op.f("ck_source_person_source_token_size")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_source_person")),
    )
    op.create_index(op.f("ix_source_person_person_token"), "source_person", ["person_token"], unique=False)
    op.create_index(op.f("ix_source_person_source_token"), "source_person", ["source_token"], unique=False)
    op.create_table(
        "feed_version",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("feed_id", sa.String(length=64), nullable=False),
        sa.Column("controller_code", sa.String(length=64), nullable=False),
        sa.Column("categories", sa.Text(), nullable=True),
        sa.Column("every", sa.String(length=64), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_feed_version_row_id_size")),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.feed_id"], name=op.f("fk_feed_version_feed_id_feed")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_feed_version")),
    )
    op.create_index(op.f("ix_feed_version_feed_id_row_id"), "feed_version", ["feed_id", "row_id"], unique=False)
    op.create_table(
        "ingest_rejection",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("batch_id", sa.String(length=64), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("reason_code", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_ingest_rejection_row_id_size")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["ingest_batch.batch_id"], name=op.f("fk_ingest_rejection_batch_id_ingest_batch")
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_ingest_rejection")),
    )
    op.create_index(op.f("ix_ingest_rejection_batch_id"), "ingest_rejection", ["batch_id"], unique=False)
    op.create_table(
        "record_person",
        sa.Column("pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("part_code", sa.String(length=64), nullable=False),
        sa.CheckConstraint("part_code IN ('about', 'mention')", name=op.f("ck_record_person_part_code")),
        sa.CheckConstraint("length(pseudonym) = 16", name=op.f("ck_record_person_pseudonym_size")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.record_id"], name=op.f("fk_record_person_record_id_record")
        ),
        sa.PrimaryKeyConstraint("pseudonym", "record_id", "part_code", name=op.f("pk_record_person")),
    )
    op.create_index(op.f("ix_record_person_record_id"), "record_person", ["record_id"], unique=False)
    op.create_table(
        "record_version",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("content_mark", sa.LargeBinary(), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(content_mark) = 16", name=op.f("ck_record_version_content_mark_size")),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_record_version_row_id_size")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.record_id"], name=op.f("fk_record_version_record_id_record")
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_record_version")),
    )
    op.create_index(op.f("ix_record_version_record_id"), "record_version", ["record_id"], unique=False)
