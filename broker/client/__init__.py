"""A partner's client of the broker: signs what it asks, believes only answers that are signed, keeps every
receipt.

Usable without the rest of the broker: it rests on the signatures, the Merkle tree and httpx2, and on nothing else
(import-linter holds it). How a partner begins: docs/how-to-connect.md.
"""

from broker.client.answers import (
    AgreementRead,
    AgreementState,
    Batch,
    ConsentTaken,
    NoticeClosed,
    Profile,
    Received,
    ReceivedWhole,
    Signed,
    Since,
    Team,
    TeamMember,
)
from broker.client.client import BrokerClient
from broker.client.problems import (
    AnswerNotUnderstood,
    AnswerNotVerified,
    ClockDiffers,
    Conflict,
    Limited,
    Malformed,
    NotFound,
    NotReached,
    NotSigned,
    ProblemAnswered,
    SaidNo,
    Unavailable,
)
from broker.client.receipts import FileReceipts, KeptReceipts, MemoryReceipts
from broker.client.redeem import LogChanged, Redeemed, Redemption, Unredeemed
from broker.client.retries import Retries

__all__ = [
    "AgreementRead",
    "AgreementState",
    "AnswerNotUnderstood",
    "AnswerNotVerified",
    "Batch",
    "BrokerClient",
    "ClockDiffers",
    "Conflict",
    "ConsentTaken",
    "FileReceipts",
    "KeptReceipts",
    "Limited",
    "LogChanged",
    "Malformed",
    "MemoryReceipts",
    "NotFound",
    "NotReached",
    "NotSigned",
    "NoticeClosed",
    "ProblemAnswered",
    "Profile",
    "Received",
    "ReceivedWhole",
    "Redeemed",
    "Redemption",
    "Retries",
    "SaidNo",
    "Signed",
    "Since",
    "Team",
    "TeamMember",
    "Unavailable",
    "Unredeemed",
]
