"""What the signed door remembers: nonces, the requests let in, and acts that are done once."""

import sqlalchemy as sa
from alembic import op

from broker.store.dialect import append_only

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "request_nonce",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", "nonce", name=op.f("pk_request_nonce")),
    )
    op.create_index(op.f("ix_request_nonce_until_at"), "request_nonce", ["until_at"], unique=False)
    op.create_table(
        "signed_request",
        sa.Column("request_digest", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("base", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(request_digest) = 32", name=op.f("ck_signed_request_request_digest_size")),
        sa.CheckConstraint("length(signature) = 64", name=op.f("ck_signed_request_signature_size")),
        sa.PrimaryKeyConstraint("request_digest", name=op.f("pk_signed_request")),
    )
    op.create_index(op.f("ix_signed_request_key_id"), "signed_request", ["key_id"], unique=False)
    for statement in append_only(op.get_bind().dialect.name, "signed_request"):
        op.execute(statement)
    op.create_table(
        "idempotent_act",
        sa.Column("act_digest", sa.LargeBinary(), nullable=False),
        sa.Column("asked_digest", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_code", sa.String(length=64), nullable=False),
        sa.Column("done_id", sa.String(length=64), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(act_digest) = 32", name=op.f("ck_idempotent_act_act_digest_size")),
        sa.CheckConstraint("length(asked_digest) = 32", name=op.f("ck_idempotent_act_asked_digest_size")),
        sa.PrimaryKeyConstraint("act_digest", name=op.f("pk_idempotent_act")),
    )
    op.create_index(op.f("ix_idempotent_act_until_at"), "idempotent_act", ["until_at"], unique=False)
