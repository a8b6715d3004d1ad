"""Partners' keys, authorisations to sign, early ends, the terms signed upon, versions of the standing rules."""

import sqlalchemy as sa
from alembic import op

from broker.store.dialect import append_only

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_MADE = (
    "partner_key",
    "partner_key_event",
    "authorisation",
    "authorisation_end",
    "agreement_ending",
    "agreed_terms",
    "signature_terms",
    "rules_version",
    "rules_event",
)


def upgrade() -> None:
    """Makes the tables, all of them append-only."""
    _keys()
    _agreements()
    _rules()
    for table in _MADE:
        for statement in append_only(op.get_bind().dialect.name, table):
            op.execute(statement)


def _keys() -> None:
    op.create_table(
        "partner_key",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("organisation_code", sa.String(length=64), nullable=False),
        sa.Column("algorithm_code", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("thumbprint", sa.String(length=64), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("algorithm_code IN ('ed25519')", name=op.f("ck_partner_key_algorithm_code")),
        sa.CheckConstraint("length(public_key) = 32", name=op.f("ck_partner_key_public_key_size")),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_partner_key")),
        sa.UniqueConstraint("thumbprint", name=op.f("uq_partner_key_thumbprint")),
    )
    op.create_index(op.f("ix_partner_key_organisation_code"), "partner_key", ["organisation_code"], unique=False)
    op.create_table(
        "partner_key_event",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("event_code", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "event_code IN ('proposed', 'enrolled', 'revoked', 'confirmed')",
            name=op.f("ck_partner_key_event_event_code"),
        ),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_partner_key_event_row_id_size")),
        sa.ForeignKeyConstraint(
            ["key_id"], ["partner_key.key_id"], name=op.f("fk_partner_key_event_key_id_partner_key")
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_partner_key_event")),
    )
    op.create_index(op.f("ix_partner_key_event_key_id"), "partner_key_event", ["key_id"], unique=False)


def _agreements() -> None:
    op.create_table(
        "authorisation",
        sa.Column("authorisation_id", sa.String(length=64), nullable=False),
        sa.Column("party_code", sa.String(length=64), nullable=False),
        sa.Column("body_code", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=True),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("authorisation_id", name=op.f("pk_authorisation")),
    )
    op.create_index(op.f("ix_authorisation_party_code"), "authorisation", ["party_code"], unique=False)
    op.create_table(
        "authorisation_end",
        sa.Column("authorisation_id", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authorisation_id"],
            ["authorisation.authorisation_id"],
            name=op.f("fk_authorisation_end_authorisation_id_authorisation"),
        ),
        sa.PrimaryKeyConstraint("authorisation_id", name=op.f("pk_authorisation_end")),
    )
    op.create_table(
        "agreement_ending",
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference", "version"],
            ["agreement_version.reference", "agreement_version.version"],
            name=op.f("fk_agreement_ending_reference_version_agreement_version"),
        ),
        sa.PrimaryKeyConstraint("reference", "version", name=op.f("pk_agreement_ending")),
    )
    op.create_table(
        "agreed_terms",
        sa.Column("terms_digest", sa.String(length=71), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("terms_digest", name=op.f("pk_agreed_terms")),
    )
    op.create_table(
        "signature_terms",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("terms_digest", sa.String(length=71), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_signature_terms_row_id_size")),
        sa.ForeignKeyConstraint(
            ["row_id"], ["signature_event.row_id"], name=op.f("fk_signature_terms_row_id_signature_event")
        ),
        sa.ForeignKeyConstraint(
            ["terms_digest"],
            ["agreed_terms.terms_digest"],
            name=op.f("fk_signature_terms_terms_digest_agreed_terms"),
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_signature_terms")),
    )


def _rules() -> None:
    op.create_table(
        "rules_version",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("policies_digest", sa.String(length=71), nullable=False),
        sa.Column("access_digest", sa.String(length=71), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("proposal", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_rules_version_version")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_rules_version")),
    )
    op.create_table(
        "rules_event",
        sa.Column("row_id", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_code", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "event_code IN ('begun', 'approved', 'rejected')", name=op.f("ck_rules_event_event_code")
        ),
        sa.CheckConstraint("length(row_id) = 16", name=op.f("ck_rules_event_row_id_size")),
        sa.ForeignKeyConstraint(
            ["version"], ["rules_version.version"], name=op.f("fk_rules_event_version_rules_version")
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_rules_event")),
    )
    op.create_index(op.f("ix_rules_event_version"), "rules_event", ["version"], unique=False)
