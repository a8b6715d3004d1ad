"""`broker team account`, `account-end` and `accounts`: which posts somebody works in who signs in to the pages."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.casework.account import Account
from broker.cli.screen import console, plain, print_json, show_rows
from broker.dates import instant_text, uk_date
from broker.errors import CallWrong
from broker.settings import Settings
from broker.usecases.signing_in.accounts import bind_account, end_account, list_accounts
from broker.wiring import open_broker

_Staff = Annotated[str, typer.Argument(help="the staff id of the post", show_default=False)]
_Name = Annotated[str, typer.Option("--account", help="the name the provider has for them")]
_Issuer = Annotated[str | None, typer.Option("--issuer", help="the provider; left out: BROKER_OIDC_ISSUER")]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-sign-in.md)")]


def add(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("account", help=_BIND)(account)
    group.command("account-end", help=_END)(account_end)
    group.command("accounts", help=_LIST)(accounts)


_BIND = """Let an account of the sign-in provider work in a post. For whoever sets the deployment up.

Example: broker team account kim --account 8f14e45f-ceea-467f-9b2a-1a2b3c4d5e6f
"""


def account(staff_id: _Staff, name: _Name, issuer: _Issuer = None, as_json: _Json = False) -> None:
    """Binds."""
    settings = Settings.read()
    whose = Account(_issuer(settings, issuer), name)
    with open_broker(settings) as broker:
        new = bind_account(broker, whose, staff_id)
    if as_json:
        print_json({"staff": staff_id, "issuer": whose.issuer, "account": name, "new": new})
    else:
        console().print(plain(f"That account works in the post {staff_id}{'' if new else ' already'}."))


_END = """End that an account works in a post, and its sessions there, at once.

Example: broker team account-end kim --account 8f14e45f-ceea-467f-9b2a-1a2b3c4d5e6f
"""


def account_end(staff_id: _Staff, name: _Name, issuer: _Issuer = None, as_json: _Json = False) -> None:
    """Ends."""
    settings = Settings.read()
    whose = Account(_issuer(settings, issuer), name)
    with open_broker(settings) as broker:
        ended = end_account(broker, whose, staff_id)
    if as_json:
        print_json({"staff": staff_id, "issuer": whose.issuer, "account": name, "sessions_ended": ended})
    else:
        console().print(plain(f"That account no longer works in the post {staff_id}; sessions ended: {ended}."))


_LIST = """List the accounts that work in posts.

Example: broker team accounts kim tom
"""


def accounts(
    staff_ids: Annotated[list[str], typer.Argument(help="the staff ids of the posts", show_default=False)],
    as_json: _Json = False,
) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_accounts(broker, staff_ids)
    if as_json:
        print_json(
            [
                {
                    "staff": one.staff_id,
                    "issuer": one.account.issuer,
                    "account": one.account.name,
                    "since": instant_text(one.since_at),
                    "by": one.by,
                }
                for one in found
            ]
        )
        return
    rows = [(one.staff_id, one.account.name, one.account.issuer, uk_date(one.since_at.date())) for one in found]
    show_rows(console(), "", ("post", "account", "provider", "since"), rows)


def _issuer(settings: Settings, named: str | None) -> str:
    found = named or settings.oidc_issuer
    if found is None:
        raise CallWrong("--issuer", "is missing, and BROKER_OIDC_ISSUER is not set; name the provider")
    return found
