"""The closed register of what changes without an audit entry of its own, table by table.

Decides that list and nothing else; `broker.store.session.Housekeeping` keeps to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Delete, Insert, Update

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
