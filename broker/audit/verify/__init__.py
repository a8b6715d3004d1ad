"""The independent verifier: is an exported audit log sound, tampered with, or can nobody say?

Decides from the exported files, public keys, older checkpoints and receipts alone. It shares no code with what
writes the log (an architecture test holds it to this folder, the standard library and `cryptography`), so that one
mistake cannot hide itself. From docs/security.md section 3, point 6.
"""

from broker.audit.verify.known import KNOWN_EVENTS
from broker.audit.verify.result import Problem, State, Step, Verdict, Verification
from broker.audit.verify.run import Evidence, not_carried_out, verify_export
from broker.audit.verify.stored import StoredTree

__all__ = [
    "KNOWN_EVENTS",
    "Evidence",
    "Problem",
    "State",
    "Step",
    "StoredTree",
    "Verdict",
    "Verification",
    "not_carried_out",
    "verify_export",
]
