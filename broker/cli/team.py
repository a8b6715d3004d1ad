"""`broker team`: opens and closes cases and says who is in them; access follows membership to the minute."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from broker.casework import CaseKind, Staff
from broker.casework.moves import CloseReason
from broker.casework.staff import StaffMember
from broker.cli import team_account, team_cover, team_lead
from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, moment, word
from broker.dates import instant_text
from broker.settings import Settings
from broker.usecases.casework.cases import CaseNow, NewCase, close_case, join_team, leave_team, open_case
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="Cases, and who is in them.")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Case = Annotated[str, typer.Argument(help="the case's reference", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-team.md)")]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    team_account.add(_GROUP)
    team_cover.add(_GROUP)
    team_lead.add(_GROUP)
    app.add_typer(_GROUP, name="team")


_OPEN = """Open a case; whoever opens it is in it.

Example: broker team open --by kim --as lead-practitioner --level 2 --purpose family-support --about p-7ax3
"""


@_GROUP.command("open", help=_OPEN)
def open_(
    by: _By,
    role: _As,
    purpose: Annotated[list[str], typer.Option("--purpose", help="what the case is for; once for each")],
    about: Annotated[list[str], typer.Option("--about", help="the id of a person it is about; once for each")],
    kind: Annotated[str, typer.Option("--kind", help="contact, enquiry, plan, panel or team")] = "team",
    level: Annotated[int, typer.Option("--level", help="level of need, 1 to 4")] = 2,
    member: Annotated[list[str] | None, typer.Option("--member", help="another member's staff id")] = None,
    restricted: Annotated[bool, typer.Option("--restricted", help="members only, whatever the purpose")] = False,
    as_json: _Json = False,
) -> None:
    """Opens."""
    new = NewCase(
        word("--kind", kind, CaseKind),
        level,
        frozenset(purpose),
        frozenset(about),
        frozenset(member or ()),
        restricted,
    )
    with open_broker(Settings.read()) as broker:
        _show(open_case(broker, acting(by, role), new), "opened", as_json=as_json)


_JOIN = """Put a member of staff into a case: their access starts now.

Example: broker team join k-4fq2 --by kim --as lead-practitioner --member tom
"""


@_GROUP.command("join", help=_JOIN)
def join(
    case: _Case,
    by: _By,
    role: _As,
    member: Annotated[str, typer.Option("--member", help="the staff id of whoever joins")],
    until: Annotated[str | None, typer.Option("--until", help="when they leave again; left out: open")] = None,
    as_json: _Json = False,
) -> None:
    """Joins."""
    until_at = moment("--until", until)
    with open_broker(Settings.read()) as broker:
        _show(join_team(broker, acting(by, role), case, member, until_at), "joined", as_json=as_json)


_LEAVE = """Take a member of staff out of a case: their access ends now.

Example: broker team leave k-4fq2 --by kim --as lead-practitioner --member tom
"""


@_GROUP.command("leave", help=_LEAVE)
def leave(
    case: _Case,
    by: _By,
    role: _As,
    member: Annotated[str, typer.Option("--member", help="the staff id of whoever leaves")],
    as_json: _Json = False,
) -> None:
    """Leaves."""
    with open_broker(Settings.read()) as broker:
        _show(leave_team(broker, acting(by, role), case, member), "left", as_json=as_json)


_CLOSE = """Close a case: everybody's access through it ends now.

Example: broker team close k-4fq2 --by kim --as lead-practitioner
"""


@_GROUP.command("close", help=_CLOSE)
def close(
    case: _Case,
    by: _By,
    role: _As,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason",
            help="completed, consent-withdrawn, no-further-action, moved-away or already-open",
        ),
    ] = None,
    as_json: _Json = False,
) -> None:
    """Closes."""
    with open_broker(Settings.read()) as broker:
        why = word("--reason", reason, CloseReason) if reason is not None else None
        _show(close_case(broker, acting(by, role), case, why), "closed", as_json=as_json)


_STAFF = """Make a member of staff known, or change their posts. For whoever sets the deployment up.

Example: broker team staff kim --name "Kim Ward" --organisation ecc --role lead-practitioner
"""


@_GROUP.command("staff", help=_STAFF)
def staff(
    staff_id: Annotated[str, typer.Argument(help="the staff id", show_default=False)],
    name: Annotated[str, typer.Option("--name", help="the name to show")],
    organisation: Annotated[str, typer.Option("--organisation", help="their organisation's code")],
    role: Annotated[list[str], typer.Option("--role", help="a role they hold there; once for each")],
    trained_until: Annotated[str | None, typer.Option("--trained-until", help="left out: no limit")] = None,
    post_until: Annotated[str | None, typer.Option("--post-until", help="left out: no limit")] = None,
    person: Annotated[str | None, typer.Option("--person", help="their own id as a person, if known here")] = None,
    link: Annotated[list[str] | None, typer.Option("--link", help="the id of a person they are close to")] = None,
    phone: Annotated[str, typer.Option("--phone", help="how to reach them at work")] = "",
    as_json: _Json = False,
) -> None:
    """Enrols."""
    member = StaffMember(
        Staff(
            staff_id,
            organisation,
            frozenset(role),
            moment("--trained-until", trained_until),
            moment("--post-until", post_until),
            person,
            frozenset(link or ()),
        ),
        name,
        phone,
    )
    with open_broker(Settings.read()) as broker:
        enrol_staff(broker, [member])
    if as_json:
        print_json({"staff": staff_id, "organisation": organisation, "roles": sorted(role)})
    else:
        console().print(plain(f"{name} ({staff_id}) holds {', '.join(sorted(role))} at {organisation}."))


def _show(now: CaseNow, change: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(now, change))
        return
    case = now.case
    state = "closed" if not case.is_open(now.at) else "open"
    members = ", ".join(now.members_now()) or "nobody"
    console().print(plain(f"{case.kind.value} {case.id} is {state}, level {case.level}. In it now: {members}."))


def _as_json(now: CaseNow, change: str) -> dict[str, Any]:
    case = now.case
    return {
        "case": case.id,
        "change": change,
        "at": instant_text(now.at),
        "kind": case.kind.value,
        "level": case.level,
        "purposes": sorted(case.purposes),
        "about": sorted(case.about),
        "opened": instant_text(case.opened_at),
        "closed": instant_text(case.closed_at) if case.closed_at is not None else None,
        "restricted": case.restricted,
        "members_now": list(now.members_now()),
    }
