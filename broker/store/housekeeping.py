"""What changes without an audit entry of its own: the closed register by table, and the work that keeps to it.

Decides that list and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, Delete, Insert, Update

from broker.store.dialect import Params
from broker.store.view import View

Change = Insert | Update | Delete
HOUSEKEEPING: Final[Mapping[str, tuple[type[Change], ...]]] = {
    "audit_leaf": (Insert,),
    "audit_node": (Insert,),
    "audit_published": (Insert, Update),
    "audit_tree": (Insert, Update),
    "notice": (Update,),
    "notice_delivery": (Insert, Update),
    "request_nonce": (Delete,),
    "idempotent_act": (Delete,),
    "web_session": (Update, Delete),
    "web_draft": (Insert, Update, Delete),
}
"""What follows from entries committed already and needs none of its own: their place in the tree, the checkpoint,
that a notice was tried, that the door need not remember any longer, that somebody signed in was seen again; and
what somebody has typed and not sent yet, which is no fact."""


class Housekeeping(View):
    """Work that follows from what is committed already: integrating entries. Touches no other table."""

    def write(self, change: Change, params: Params | None = None) -> int:
        """Makes the change and returns how many rows it touched. Raises TypeError for a table that needs an audit
        entry."""
        if not isinstance(change, HOUSEKEEPING.get(str(change.table), ())):
            raise TypeError("this table changes only in an act, with an audit entry")
        return self._connection.execute(change, params).rowcount

    @property
    def connection(self) -> Connection:
        """For the few statements that differ between databases."""
        return self._connection
