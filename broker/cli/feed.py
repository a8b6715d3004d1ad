"""`broker feed`: what organisations promise to send, nil returns, and who is late."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import typer

from broker.agencies import get_adapter
from broker.agencies.contract import Adapter
from broker.cli.screen import console, plain, print_json, table
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, period
from broker.dates import LONDON, instant_text
from broker.errors import CallWrong
from broker.release.profile import uk_date
from broker.settings import Settings
from broker.usecases.acting import Acting
from broker.usecases.intake.feeds import FeedState, Promise, declare_nil, end_promise, list_feeds, promise_feed
from broker.usecases.kinds import FeedNews
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="What organisations promise to send, and who is late.")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_From = Annotated[str, typer.Option("--from", help="the organisation that sends the list", show_default=False)]
_Adapter = Annotated[
    str, typer.Option("--adapter", help="which list: an adapter's name, or map:CODE", show_default=False)
]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-feeds.md)")]

_NEWS = {
    FeedNews.PROMISED: "nothing yet; promised on",
    FeedNews.RECEIVED: "received on",
    FeedNews.NIL_RETURN: "nothing to send, said on",
    FeedNews.ENDED: "no longer promised; last heard on",
}


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="feed")


_PROMISE = """Record that an organisation promises a list so often; from then on coverage tells when it is late.

Example: broker feed promise --from ecc --adapter annex-a-early-help --every P7D --by ola --as ig-officer
"""


@_GROUP.command("promise", help=_PROMISE)
def promise(
    sender: _From,
    adapter: _Adapter,
    every: Annotated[str, typer.Option("--every", help="how often, as P1D, P7D or P1M", show_default=False)],
    by: _By,
    role: _As,
    category: Annotated[
        list[str] | None, typer.Option("--category", help="for a mapped list: the kind of information")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Promises."""
    with open_broker(Settings.read()) as broker:
        found = promise_feed(
            broker,
            acting(by, role),
            Promise(sender, adapter, _categories(adapter, category), period("--every", every)),
        )
    _tell(found, as_json=as_json)


_END = """Record that a list is no longer promised: its source is never late again.

Example: broker feed end --from ecc --adapter annex-a-early-help --by ola --as ig-officer
"""


@_GROUP.command("end", help=_END)
def end(sender: _From, adapter: _Adapter, by: _By, role: _As, as_json: _Json = False) -> None:
    """Ends."""
    with open_broker(Settings.read()) as broker:
        found = end_promise(broker, acting(by, role), sender, adapter)
    _tell(found, as_json=as_json)


_NIL = """Declare a nil return: there is nothing to send this time. The promise is kept, and no record changes.

Example: broker feed nil --from oakdale-primary --adapter school-exclusions
"""


@_GROUP.command("nil", help=_NIL)
def nil(
    sender: _From,
    adapter: _Adapter,
    by: Annotated[str | None, typer.Option("--by", help=f"{BY_HELP}; left out: the agency's own system")] = None,
    role: Annotated[str, typer.Option("--as", help=AS_HELP)] = "administrator",
    as_json: _Json = False,
) -> None:
    """Declares."""
    with open_broker(Settings.read()) as broker:
        found = declare_nil(broker, Acting(by, role) if by is not None else None, sender, adapter)
    _tell(found, as_json=as_json)


_LIST = """List what is promised, those who are late first, and by how much.

Example: broker feed list --by ola --as ig-officer
"""


@_GROUP.command("list", help=_LIST)
def list_(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_feeds(broker, acting(by, role))
    if as_json:
        print_json({"feeds": [_as_json(one) for one in found]})
        return
    if not found:
        console().print(plain("Nobody has promised anything: broker feed promise."))
        return
    rows = [(one.controller, one.list_code, str(one.every), _heard(one), _late(one)) for one in found]
    console().print(table("What is promised", ("from", "list", "every", "last heard", "late"), rows))


def _categories(adapter: str, named: list[str] | None) -> frozenset[str]:
    """The categories of the list: an adapter's own, or those named for a mapped one. Raises CallWrong."""
    if adapter.startswith(Adapter.MAPPED):
        if not named:
            raise CallWrong("--category", f"is missing: say which kind of information `{adapter}` holds")
        return frozenset(named)
    if named:
        raise CallWrong("--category", f"is for mapped lists; `{adapter}` has its own")
    return get_adapter(adapter).category_codes


def _tell(found: FeedState, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(found))
        return
    console().print(
        plain(f"{found.controller}, {found.list_code}: {_heard(found)}. {_due(found)}"), soft_wrap=True
    )


def _heard(one: FeedState) -> str:
    return f"{_NEWS[one.news]} {uk_date(one.heard_at.astimezone(LONDON).date())}"


def _due(one: FeedState) -> str:
    if one.news is FeedNews.ENDED:
        return "Nothing is due."
    return f"The next is due by {uk_date(one.due_at.astimezone(LONDON).date())}."


def _late(one: FeedState) -> str:
    return "" if one.late_by is None else f"by {_length(one.late_by)}"


def _length(length: timedelta) -> str:
    hours = int(length.total_seconds() // 3600)
    if hours < 1:
        return "less than an hour"
    if hours < 48:
        return f"{hours} hour{'s' if hours != 1 else ''}"
    return f"{hours // 24} days"


def _as_json(one: FeedState) -> dict[str, Any]:
    return {
        "feed": one.feed_id,
        "controller": one.controller,
        "list": one.list_code,
        "categories": None if one.categories is None else sorted(one.categories),
        "every": str(one.every),
        "news": one.news.value,
        "heard": instant_text(one.heard_at),
        "due": instant_text(one.due_at),
        "late": one.late_by is not None,
        "late_seconds": None if one.late_by is None else int(one.late_by.total_seconds()),
    }
