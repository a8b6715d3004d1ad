"""What agencies send, read: one adapter a format, every column accounted for, every row accepted, rejected or
blank.

An ingest opens a batch, iterates it, and asks for the receipt:

    with open_batch(path, get_adapter("police-incidents"), organisation, received_on) as batch:
        for item in batch:
            match item:
                case Row(): ...          # item.records, one transaction a batch
                case Rejection(): ...    # RejectsFile.write(item, batch.headings)
                case ColumnAlert(): ...  # tell the officer
    receipt = batch.receipt()

`FileRefused` may come at any row: roll the batch back.
"""

from broker.agencies.batch import Batch, BatchReceipt, open_batch
from broker.agencies.contract import Adapter, Row, Sender
from broker.agencies.findings import ColumnAlert, FileRefused, Flag, Rejection, RejectionReason
from broker.agencies.incoming import (
    HouseholdClaim,
    IncomingRecord,
    Involvement,
    PersonInvolved,
    RelationshipClaim,
)
from broker.agencies.register import ADAPTERS, get_adapter
from broker.agencies.rejects import RejectsFile

__all__ = [
    "ADAPTERS",
    "Adapter",
    "Batch",
    "BatchReceipt",
    "ColumnAlert",
    "FileRefused",
    "Flag",
    "HouseholdClaim",
    "IncomingRecord",
    "Involvement",
    "PersonInvolved",
    "Rejection",
    "RejectionReason",
    "RejectsFile",
    "RelationshipClaim",
    "Row",
    "Sender",
    "get_adapter",
    "open_batch",
]
