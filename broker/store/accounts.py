"""Which posts an account of the sign-in provider works in.

Decides that an account is found by a token of its issuer and name and stands sealed: who may sign in with what is
nothing to be read in a database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from broker.audit.entry import AuditEntry
from broker.casework.account import Account, AccountEvent
from broker.store.kinds import VersionedKind
from broker.store.sealing import latest, open_fact, seal_fact
from broker.store.session import Act, View
from broker.store.staff import staff_fact
from broker.store.tables.base import table_of
from broker.store.tables.web import StaffAccount

ACCOUNTS: Final = table_of(StaffAccount)


@dataclass(frozen=True, slots=True)
class Bound:
    """An account that works in a post, since when, and who said so."""

    account: Account
    staff_id: str
    since_at: datetime
    by: str


def account_token(view: View, account: Account) -> bytes:
    """What an account is found by."""
    return view.keys.token("account", account.issuer, account.name)


def record_account(
    act: Act, account: Account, staff_id: str, event: AccountEvent, by: str, *, entry: AuditEntry
) -> None:
    """Keeps that the account works in the post from now on, or no longer."""
    act.bump(entry, VersionedKind.CASE, [staff_fact(staff_id)[1]])
    row, token = act.new_row(), account_token(act, account)
    body = {"issuer": account.issuer, "name": account.name, "by": by}
    values = {
        "row_id": row,
        "account_token": token,
        "staff_id": staff_id,
        "event_code": event.value,
        "recorded_at": act.at,
        "account": seal_fact(act, ACCOUNTS, "account", row, token, body),
    }
    act.write_rows(entry, ACCOUNTS, [values])


def find_posts_of(view: View, token: bytes) -> frozenset[str]:
    """The staff ids of the posts an account works in now."""
    rows = view.read(select(ACCOUNTS).where(ACCOUNTS.c.account_token == token))
    return frozenset(
        staff_id
        for staff_id, row in latest(rows, "staff_id").items()
        if row.event_code == AccountEvent.BOUND.value
    )


def find_accounts_of(view: View, staff_ids: Iterable[str]) -> tuple[Bound, ...]:
    """The accounts that work in these posts now, by post and since when."""
    found = []
    for staff_id in sorted(set(staff_ids)):
        rows = view.read(select(ACCOUNTS).where(ACCOUNTS.c.staff_id == staff_id))
        for token, row in latest(rows, "account_token").items():
            if row.event_code == AccountEvent.BOUND.value:
                body = open_fact(view, ACCOUNTS, "account", row.row_id, token, row.account)
                account = Account(body["issuer"], body["name"])
                found.append(Bound(account, staff_id, row.recorded_at, body["by"]))
    return tuple(sorted(found, key=lambda one: (one.staff_id, one.since_at)))
