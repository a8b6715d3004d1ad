"""Signed messages: RFC 9421 signatures and RFC 9530 digests in the one profile of docs/security.md section 1."""

from broker.http_signatures.message import Claim, RequestHead, SignedRequest
from broker.http_signatures.profile import MessageRefused, Step
from broker.http_signatures.verify import read_claim, require_in_time, verify_claim

__all__ = [
    "Claim",
    "MessageRefused",
    "RequestHead",
    "SignedRequest",
    "Step",
    "read_claim",
    "require_in_time",
    "verify_claim",
]
