"""Whether two members of staff are two people: what every rule that wants a second person asks.

Decides that neither one staff id, nor two of one person (where it is recorded who they are), is two. Every rule
asks it here: one that compared ids alone would let somebody with two posts agree with themselves.
"""

from __future__ import annotations

from broker.casework.staff import Staff
from broker.errors import NotAllowed


def are_one_person(first: Staff, second: Staff) -> bool:
    """Whether the second is the first again."""
    return first.id == second.id or (first.person is not None and first.person == second.person)


def require_two_people(first: Staff, second: Staff, what: str) -> None:
    """Raises NotAllowed where the second is the first again; `what` is what takes two, as a sentence begins it."""
    if are_one_person(first, second):
        raise NotAllowed(f"`{second.id}`", f"is who began it: {what} takes a second person; ask a colleague")
