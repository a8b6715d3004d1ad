"""Which posts somebody works in who signs in with an account of the partnership's provider.

The act of whoever sets the deployment up, as making a post known is. Decides that an account works in no post
until somebody said so, that it may work in several, that of one post several may be (a job share), and that ending
it ends the sessions that began with it, at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from broker.audit.events import Event
from broker.casework.account import Account, AccountEvent
from broker.errors import CallWrong
from broker.store.accounts import (
    Bound,
    account_token,
    find_accounts_of,
    find_posts_of,
    record_account,
)
from broker.store.session import Act
from broker.store.staff import find_members, staff_fact
from broker.store.web import end_stored_session, find_sessions_through
from broker.usecases.acting import AS_OPERATOR, OPERATOR, Signed, entry_of
from broker.usecases.world import World

_NAME: Final = re.compile(r"[!-~]{1,255}")
_ISSUER: Final = re.compile(r"https?://[!-~]{1,245}")


def bind_account(world: World, account: Account, staff_id: str) -> bool:
    """Lets the account work in a post from now on; False where it does already. Raises CallWrong."""
    _require_spelt(account)

    def work(act: Act) -> bool:
        act.lock([staff_fact(staff_id)])
        member = find_members(act, [staff_id]).get(staff_id)
        if member is None:
            raise CallWrong(f"`{staff_id}`", "is no post here; make it known first with `broker team staff`")
        if staff_id in find_posts_of(act, account_token(act, account)):
            return False
        entry = entry_of(act, AS_OPERATOR, Event.STAFF_CHANGED, {"member": staff_id, "change": "account-bound"})
        record_account(act, account, staff_id, AccountEvent.BOUND, OPERATOR, entry=entry)
        return True

    return world.store.perform(world.clock, work)


def end_account(world: World, account: Account, staff_id: str) -> int:
    """Ends that the account works in a post, and with it its sessions there; returns how many those were. Raises
    CallWrong."""

    def work(act: Act) -> int:
        act.lock([staff_fact(staff_id)])
        token = account_token(act, account)
        if staff_id not in find_posts_of(act, token):
            raise CallWrong(f"`{staff_id}`", "is no post of that account; `broker team accounts` lists them")
        entry = entry_of(act, AS_OPERATOR, Event.STAFF_CHANGED, {"member": staff_id, "change": "account-ended"})
        record_account(act, account, staff_id, AccountEvent.ENDED, OPERATOR, entry=entry)
        member = find_members(act, [staff_id])[staff_id]
        sessions = [one for one in find_sessions_through(act, token) if one.staff_id == staff_id]
        for one in sessions:
            details = {"session": one.id, "reason": "account-ended"}
            ended = entry_of(act, Signed.of(member.staff), Event.SESSION_ENDED, details)
            end_stored_session(act, one.id, entry=ended)
        return len(sessions)

    return world.store.perform(world.clock, work)


def list_accounts(world: World, staff_ids: Collection[str]) -> tuple[Bound, ...]:
    """The accounts that work in these posts; leaves an entry, because it tells who somebody is elsewhere."""

    def work(act: Act) -> tuple[Bound, ...]:
        found = find_accounts_of(act, staff_ids)
        details = {"report": "accounts", "rows": len(found)}
        act.record(entry_of(act, AS_OPERATOR, Event.REPORT_PRODUCED, details))
        return found

    return world.store.perform(world.clock, work)


def _require_spelt(account: Account) -> None:
    if not _ISSUER.fullmatch(account.issuer):
        raise CallWrong("--issuer", "is the address of a provider, as `https://login.example.org`")
    if not _NAME.fullmatch(account.name):
        raise CallWrong("--account", "is the name the provider has for somebody: one word of plain characters")
