"""Whether the server is up, whether it can work, and a page that says what this is.

Decides that none of them tells anything of anybody: counts of people and records are rounded, because a total that
moves by one tells that something was added. Source: docs/security.md section 4 ("Watch also: totals").
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, JSONResponse
from sqlalchemy import Table, func, select

from broker.api.metrics import METRICS_TYPE, metrics_text
from broker.dates import LONDON
from broker.errors import BrokerError
from broker.release.messages import Message, sentence
from broker.store.agreements import find_policies, find_versions
from broker.store.audit import count_waiting, find_tree_head
from broker.store.headers import RECORDS
from broker.store.people import PEOPLE
from broker.store.session import View
from broker.usecases.world import World

ROUNDED_TO: Final = 100
_BOTH: Final = ["GET", "HEAD"]

STYLE: Final = """
:root { color-scheme: light dark }
body { font: 1.0625rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
th, td { text-align: left; padding: .25rem 1.5rem .25rem 0; vertical-align: top }
th { font-weight: 600 }
.skip { position: absolute; left: -100rem }
.skip:focus { position: static }
""".lstrip()


@dataclass(frozen=True, slots=True)
class Readiness:
    """What has to be true before the broker can work, each by name, and whether it is."""

    database: bool
    standing_rules_adopted: bool

    @property
    def ready(self) -> bool:
        """Whether all of it is true."""
        return self.database and self.standing_rules_adopted


def health_routes(world: World) -> APIRouter:
    """`/healthz`, `/readyz`, the page at `/` and its style sheet."""
    routes = APIRouter()

    @routes.api_route("/healthz", methods=_BOTH)
    def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @routes.api_route("/readyz", methods=_BOTH)
    def readyz() -> JSONResponse:
        found = check_readiness(world)
        checks = {"database": found.database, "standing_rules_adopted": found.standing_rules_adopted}
        status = "ready" if found.ready else "not-ready"
        return JSONResponse({"status": status, "checks": checks}, status_code=200 if found.ready else 503)

    @routes.api_route("/", methods=_BOTH)
    def about() -> HTMLResponse:
        return HTMLResponse(page(world))

    @routes.api_route("/style.css", methods=_BOTH)
    def style() -> Response:
        return Response(STYLE, media_type="text/css; charset=utf-8")

    return routes


def metrics_routes(world: World) -> APIRouter:
    """`/metrics`, as Prometheus reads it."""
    routes = APIRouter()

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(metrics_text(world), media_type=METRICS_TYPE)

    return routes


def check_readiness(world: World) -> Readiness:
    """Asks the database; a failure is an answer, not an error."""
    try:
        with world.store.look() as view:
            adopted = find_policies(view)
    except BrokerError:
        return Readiness(database=False, standing_rules_adopted=False)
    return Readiness(True, adopted is not None and adopted.digest == world.partnership.vocabulary.digest)


def page(world: World) -> str:
    """The page at `/`."""
    with world.store.look() as view:
        head = find_tree_head(view)
        rows = (
            ("Organisations in the partnership", str(len(world.partnership.vocabulary.organisations))),
            ("Agreements published", str(len({one.reference for one in find_versions(view)}))),
            ("People known", _about(view, PEOPLE)),
            ("Records held, sealed", _about(view, RECORDS)),
            ("Entries in the audit log", f"{head.frontier.size:,}"),
            ("Entries waiting for their place in it", f"{count_waiting(view):,}"),
        )
    now = world.clock.now().astimezone(LONDON)
    table = "\n".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in rows
    )
    return f"""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Information-sharing broker</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#main">Skip to main content</a>
<main id="main">
<h1>Information-sharing broker</h1>
<p>This server runs a partnership's signed agreements. It decides what one organisation may tell another about a
person or a family, person by person and kind of information by kind, and keeps a log of every decision that nobody
can quietly change.</p>
<p>{escape(sentence(Message.JUDGEMENT))}</p>
<p>No personal information is shown on this page. Counts of people and records are rounded.</p>
<table>
<caption>State at {now:%H:%M} on {now.day} {now:%B %Y}</caption>
<tbody>
{table}
</tbody>
</table>
<p>For machines: <a href="/healthz">/healthz</a> says whether the server is up, <a href="/readyz">/readyz</a>
whether it can work. Everything else is done with the command line: <code>broker --help</code>.</p>
</main>
</body>
</html>
"""


def _about(view: View, table: Table) -> str:
    count = int(view.read(select(func.count()).select_from(table))[0][0])
    if count < ROUNDED_TO:
        return f"fewer than {ROUNDED_TO}"
    return f"about {round(count / ROUNDED_TO) * ROUNDED_TO:,}"
