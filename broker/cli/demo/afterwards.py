"""How to look around in what the demo left: the exact commands, who works there, and who the first family is.

Decides only what is told. The commands run by today's clock and not by the demo's, and that is said.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

from broker.cli.demo.cast import LEAD, POLICE_LEAD, PUBLISHER, STAFF, TRIAGE
from broker.cli.demo.families import DAY
from broker.cli.demo.stage import Stage
from broker.cli.demo.story_front_door import SCREENING
from broker.cli.demo.story_team import Team
from broker.cli.demo.team import PURPOSE
from broker.cli.demo.telling import Teller
from broker.dates import london_day, uk_date


def tell_afterwards(stage: Stage, teller: Teller, team: Team) -> None:
    """Tells it, with the ids of the first story."""
    home = team.home
    teller.chapter("The whole page of story 2, as Kim Okafor gets it")
    teller.profile(team.lead, stage.broker.partnership.vocabulary.categories)
    teller.chapter("Look around")
    teller.say(
        f"Everything is in {stage.folder}. Stories 1, 2 and 4 are about these, and case {team.case.case.id}:"
    )
    members = (("mother", home.mother), ("child", home.child))
    teller.rows(
        "",
        ("person's id", "name", "is the"),
        [(one.id, f"{one.person.given_name} {one.person.family_name}", role) for role, one in members],
    )
    names = stage.broker.partnership.vocabulary.organisations
    teller.rows(
        "",
        ("staff id", "role", "name", "works for"),
        [(one, role, name, names[place].name) for one, place, role, name in STAFF],
    )
    about = " ".join(f"--about {one}" for one in (home.mother.id, home.child.id))
    child = home.child.person
    teller.say(
        "\nAsk for the profile again, look somebody up, see what waits to be done, which papers are due and which "
        "breaches run, and have the log verified:"
    )
    data = shlex.quote(str(stage.settings.data_dir))
    for words in (
        f"profile --by {LEAD.by} --as {LEAD.role} --purpose {PURPOSE} --case {team.case.case.id} {about}"
        ' --reason "looking around"',
        f"person find --by {TRIAGE.by} --as {TRIAGE.role} --purpose {SCREENING}"
        f" --given {shlex.quote(child.given_name)}"
        f' --family {shlex.quote(child.family_name)} --born {child.born_on} --reason "looking around"',
        f"notices list --by {LEAD.by} --as {LEAD.role}",
        f"holder inbox --by {POLICE_LEAD.by} --as {POLICE_LEAD.role}",
        f"agreement due --within 365 --by {PUBLISHER.by} --as {PUBLISHER.role}",
        f"breach list --by {PUBLISHER.by} --as {PUBLISHER.role}",
        "audit verify",
    ):
        teller.command(f"BROKER_DATA_DIR={data} {_program()} {words}")
    teller.say(
        f"\nThe demo's clock went from {uk_date(DAY)} to {uk_date(london_day(stage.clock.at))}; these commands "
        "go by today's date. Asked later, lists may be shown as late; asked on an earlier day, nothing of this "
        "has happened yet."
    )


def _program() -> str:
    """How the broker is called here: by name where the shell finds it, else by where it lies."""
    if shutil.which("broker") is not None:
        return "broker"
    python = Path(sys.executable)
    beside = python.with_name("broker")
    return _called(beside) if beside.is_file() else f"{_called(python)} -m broker"


def _called(program: Path) -> str:
    here = Path.cwd()
    return shlex.quote(str(program.relative_to(here) if program.is_relative_to(here) else program))
