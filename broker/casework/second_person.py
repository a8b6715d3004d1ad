"""Whether two members of staff are two people: what every rule that wants a second person asks.

Decides that neither one staff id, nor two of one person (where it is recorded who they are), is two.
"""

from __future__ import annotations

from broker.casework.staff import Staff
from broker.errors import NotAllowed


def require_two_people(first: Staff, second: Staff, what: str) -> None:
    """Raises NotAllowed where the second is the first again; `what` is what takes two, as a sentence begins it."""
    same_person = first.person is not None and first.person == second.person
    if first.id == second.id or same_person:
        raise NotAllowed(f"`{second.id}`", f"is who began it: {what} takes a second person; ask a colleague")
