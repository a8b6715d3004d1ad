"""The audit log as stored: entries in the transaction of their act, then their place in the tree.

*Written* is a row of `audit_entry`, *integrated* a row of `audit_leaf`; both are append-only by trigger.
*Published* is what the one row of `audit_published` covers.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from broker.store.tables.base import AUTOINCREMENT, BYTES, ID, Base, Instant, SealedBytes, check_length


class AuditEntryRow(Base, table=True):
    """The exact bytes of an entry."""

    __tablename__ = "audit_entry"
    entry_id: int | None = Field(default=None, sa_type=AUTOINCREMENT, primary_key=True)
    entry: bytes = Field(sa_type=BYTES)
    written_at: datetime = Field(sa_type=Instant)


class AuditLeaf(Base, table=True):
    """The dense index of an entry, from 0."""

    __tablename__ = "audit_leaf"
    __table_args__ = (CheckConstraint("leaf_index >= 0", name="leaf_index"),)
    leaf_index: int = Field(sa_type=AUTOINCREMENT, primary_key=True, sa_column_kwargs={"autoincrement": False})
    entry_id: int = Field(sa_type=AUTOINCREMENT, foreign_key="audit_entry.entry_id", unique=True)


class AuditNode(Base, table=True):
    """The hash of a complete subtree; level 0 holds the leaves' hashes."""

    __tablename__ = "audit_node"
    __table_args__ = (
        check_length("node_hash", 32),
        # A receipt is redeemed by its leaf's hash.
        Index(None, "node_hash", sqlite_where=text("level = 0"), postgresql_where=text("level = 0")),
    )
    level: int = Field(primary_key=True)
    node_index: int = Field(sa_type=AUTOINCREMENT, primary_key=True)
    node_hash: bytes = Field(sa_type=BYTES)


class AuditTree(Base, table=True):
    """The one row the sequencer keeps: frontier and root, and the entry up to which none can still turn up."""

    __tablename__ = "audit_tree"
    __table_args__ = (CheckConstraint("tree_id = 1", name="one"), check_length("root", 32))
    tree_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    frontier: bytes = Field(sa_type=BYTES)
    root: bytes = Field(sa_type=BYTES)
    swept_id: int = Field(sa_type=AUTOINCREMENT)
    integrated_at: datetime = Field(sa_type=Instant)


class AuditPublished(Base, table=True):
    """The one row of the checkpoint published last: its signed note in UTF-8, exactly as signed."""

    __tablename__ = "audit_published"
    __table_args__ = (CheckConstraint("published_id = 1", name="one"),)
    published_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    tree_size: int = Field(sa_type=AUTOINCREMENT)
    note: bytes = Field(sa_type=BYTES)
    published_at: datetime = Field(sa_type=Instant)


class AuditPrivate(Base, table=True):
    """The erasable part of an entry with its blinding, under the key of the person it is about."""

    __tablename__ = "audit_private"
    __table_args__ = (check_length("commitment", 32),)
    commitment: bytes = Field(sa_type=BYTES, primary_key=True)
    person_id: str = Field(sa_type=ID, foreign_key="person.person_id", index=True)
    recorded_at: datetime = Field(sa_type=Instant)
    private: bytes = Field(sa_type=SealedBytes)
