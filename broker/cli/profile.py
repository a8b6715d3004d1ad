"""`broker profile`: asks for the profile of a person or family, and prints what may be shown, with its reasons."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.profile_page import show_profile, show_refusal
from broker.cli.screen import console, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting
from broker.release.disclosure import as_mapping
from broker.settings import Settings
from broker.usecases.release.decided_request import Asked
from broker.usecases.release.release_profile import release_profile
from broker.wiring import open_broker


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("profile", help=_HELP)(profile)


_HELP = """Ask for the profile of a person or family: what may be shown for this purpose, and why.

Every request is written down before anything is shown, refused ones too. Exit code 1 when it is refused.

Example: broker profile --by kim --as lead-practitioner --purpose family-support --case k-4fq2 --about p-7ax3
--about p-9qd1 --reason "preparing the first review"
"""


def profile(
    by: Annotated[str, typer.Option("--by", help=BY_HELP)],
    role: Annotated[str, typer.Option("--as", help=AS_HELP)],
    purpose: Annotated[str, typer.Option("--purpose", help="why you ask: a purpose's code")],
    about: Annotated[list[str], typer.Option("--about", help="a person's id; once for each person")],
    reason: Annotated[str, typer.Option("--reason", help="why you need it, in a sentence")],
    case: Annotated[str | None, typer.Option("--case", help="the case this is for")] = None,
    override: Annotated[
        str | None, typer.Option("--override", help="emergency access that is open (docs/how-to-override.md)")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/profile-json.md)")] = False,
) -> None:
    """Asks and prints."""
    with open_broker(Settings.read()) as broker:
        disclosure = release_profile(
            broker, acting(by, role), Asked(purpose, tuple(about), reason, case, override)
        )
        categories = broker.partnership.vocabulary.categories
    if as_json:
        print_json(as_mapping(disclosure))
    elif disclosure.profile is None:
        show_refusal(disclosure, console())
    else:
        show_profile(disclosure, categories, console())
    if disclosure.profile is None:
        raise typer.Exit(1)
