"""`broker client profile` and `team`: what a partner's system asks about a family, and who works with it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from broker.cli.client.arguments import DEFAULT_CONFIG, Again, As, AsJson, By, Config, opened
from broker.cli.screen import console, plain, print_json, table
from broker.client import Profile


def register(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("profile", help=_PROFILE)(profile)
    group.command("team", help=_TEAM)(team)


_PROFILE = """Ask for the profile of a person or family. Exit code 1 where it was refused.

Example: broker client profile --by kim --as lead-practitioner --purpose family-support --case k-4q7m --about
p-7ax3 --reason "preparing the first review"
"""


def profile(
    by: By,
    role: As,
    purpose: Annotated[str, typer.Option("--purpose", help="what it is for, a code")],
    about: Annotated[list[str], typer.Option("--about", help="the id of a person; several are shown in order")],
    reason: Annotated[str, typer.Option("--reason", help="why it is needed, in a sentence")],
    case: Annotated[str | None, typer.Option("--case", help="the case it is for")] = None,
    override: Annotated[str | None, typer.Option("--override", help="emergency access that is open")] = None,
    again: Again = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Asks."""
    with opened(config) as client:
        found = client.profile(
            by=by, role=role, purpose=purpose, about=about, reason=reason, case=case, override=override,
            idempotency_key=again,
        )  # fmt: skip
    if as_json:
        print_json(dict(found.document))
    else:
        _show(found)
    if not found.answered:
        raise typer.Exit(1)


def _show(found: Profile) -> None:
    out = console()
    if not found.answered:
        out.print(plain(f"Refused: {found.refused_because}. {found.next_step or ''}".rstrip()))
        out.print(plain(f"Written down as {found.disclosure}."))
        return
    document = found.document
    people = ", ".join(one["name"] for one in document["people"])
    out.print(plain(f"{people}: {document['purpose_title']}. Asked by {document['requester']}."))
    rows = [
        (
            name,
            one["papers"]["controller_name"],
            one["papers"]["category_title"],
            one["papers"]["occurred"],
            _said(one),
        )
        for name, items in document["sections"].items()
        for one in items
    ]
    columns = ("Part", "From", "What", "Of", "Says")
    out.print(table("Released", columns, rows) if rows else plain("Nothing released about this."))
    for one in document["not_shared"]:
        said = (
            f"Not shared: {one['category_title']} ({one['controller_name']}): {one['reason']}. {one['next_step']}"
        )
        out.print(plain(said))
    out.print(plain(f"Written down as {found.disclosure}. The whole of it, with its papers: --json."))


def _said(item: dict[str, Any]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in item["fields"].items()) or "known there"


_TEAM = """Who is in a case and who leads, for somebody who is in it.

Example: broker client team k-4q7m --by kim --as lead-practitioner
"""


def team(
    case: Annotated[str, typer.Argument(help="the case's id", show_default=False)],
    by: By,
    role: As,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Asks."""
    with opened(config) as client:
        found = client.team(case, by=by, role=role)
    if as_json:
        print_json(dict(found.document))
        return
    rows = [
        (
            one.name,
            one.organisation,
            ", ".join(one.roles),
            one.phone or "",
            "lead" if one.staff == found.lead else "",
        )
        for one in found.members
    ]
    console().print(table(f"Case {found.case}", ("Name", "Organisation", "Roles", "Phone", ""), rows))
