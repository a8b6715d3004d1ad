"""`broker team cover`, `uncover`, `leaver`, `invitations` and `accept`: who stands in, who goes, who comes."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, moment
from broker.dates import instant_text
from broker.errors import CallWrong
from broker.settings import Settings
from broker.usecases.posts.cover_staff import Cover, arrange_cover, end_cover
from broker.usecases.posts.leavers import accept_invitation, end_post, list_invitations
from broker.wiring import open_broker

_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_For = Annotated[str, typer.Option("--for", help="the staff id of the colleague who is covered")]
_Cover = Annotated[str, typer.Option("--cover", help="the staff id of whoever covers")]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-cover.md)")]

_COVER = """Let somebody cover a colleague's post until an instant, and not a minute longer.

Your own cover by somebody who holds the role you arrange yourself; everything else a manager does.

Example: broker team cover --by pat --as practice-manager --for kim --cover tom --role lead-practitioner
--until 2026-09-01
"""
_UNCOVER = """End cover of a colleague now.

Example: broker team uncover --by pat --as practice-manager --for kim --cover tom
"""
_LEAVER = """End a colleague's post: every place in every case ends with it, and a successor is invited.

Example: broker team leaver kim --by pat --as practice-manager --on 2026-09-01 --successor tom
"""
_INVITATIONS = """The cases I am invited to.

Example: broker team invitations --by tom --as team-member
"""
_ACCEPT = """Join a case you are invited to: access begins now.

Example: broker team accept k-4fq2 --by tom --as team-member
"""


def add(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("cover", help=_COVER)(cover)
    group.command("uncover", help=_UNCOVER)(uncover)
    group.command("leaver", help=_LEAVER)(leaver)
    group.command("invitations", help=_INVITATIONS)(invitations)
    group.command("accept", help=_ACCEPT)(accept)


def cover(
    by: _By,
    as_role: _As,
    colleague: _For,
    by_whom: _Cover,
    role: Annotated[str, typer.Option("--role", help="the role that is covered")],
    until: Annotated[str, typer.Option("--until", help="when it ends: a day or an instant")],
    since: Annotated[str | None, typer.Option("--from", help="when it begins; left out: now")] = None,
    as_json: _Json = False,
) -> None:
    """Arranges."""
    until_at = moment("--until", until)
    if until_at is None:
        raise CallWrong("--until", "is missing; cover has an end")
    wanted = Cover(colleague, by_whom, role, until_at, moment("--from", since))
    with open_broker(Settings.read()) as broker:
        made = arrange_cover(broker, acting(by, as_role), wanted)
    if as_json:
        said = {"for": colleague, "cover": by_whom, "role": role, "until": instant_text(until_at)}
        print_json({**said, "cases": made.cases, "lends_role": made.lends_role})
        return
    lent = " The role is lent for that time." if made.lends_role else ""
    told = f"{by_whom} covers {colleague} in {made.cases} cases until {instant_text(until_at)}."
    console().print(plain(f"{told}{lent} Restricted cases are not covered."))


def uncover(by: _By, role: _As, colleague: _For, by_whom: _Cover, as_json: _Json = False) -> None:
    """Ends."""
    with open_broker(Settings.read()) as broker:
        cases = end_cover(broker, acting(by, role), colleague, by_whom)
    if as_json:
        print_json({"for": colleague, "cover": by_whom, "cases": cases})
    else:
        console().print(plain(f"{by_whom} covers {colleague} no more."))


def leaver(
    staff_id: Annotated[str, typer.Argument(help="the staff id of whoever leaves", show_default=False)],
    by: _By,
    role: _As,
    on: Annotated[str | None, typer.Option("--on", help="when the post ends; left out: now")] = None,
    successor: Annotated[str | None, typer.Option("--successor", help="who is invited to their cases")] = None,
    as_json: _Json = False,
) -> None:
    """Ends a post."""
    with open_broker(Settings.read()) as broker:
        ended = end_post(broker, acting(by, role), staff_id, moment("--on", on), successor)
    if as_json:
        said = {"staff": staff_id, "ends": instant_text(ended.at), "successor": ended.successor}
        print_json({**said, "cases": list(ended.cases)})
        return
    who = f"{ended.successor} is invited" if ended.successor is not None else "nobody is invited yet"
    cases = ", ".join(ended.cases) or "none"
    console().print(plain(f"{staff_id}'s post ends at {instant_text(ended.at)}. Cases: {cases}; {who}."))


def invitations(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        cases = list_invitations(broker, acting(by, role))
    if as_json:
        print_json(list(cases))
    else:
        console().print(
            plain(f"You are invited to: {', '.join(cases)}." if cases else "You are invited to no case.")
        )


def accept(
    case: Annotated[str, typer.Argument(help="the case's reference", show_default=False)],
    by: _By,
    role: _As,
    as_json: _Json = False,
) -> None:
    """Accepts."""
    with open_broker(Settings.read()) as broker:
        now = accept_invitation(broker, acting(by, role), case)
    if as_json:
        print_json({"case": case, "at": instant_text(now.at), "members_now": list(now.members_now())})
    else:
        console().print(plain(f"You are in {case} from now on."))
