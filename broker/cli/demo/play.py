"""The order in which the parts of the demo are played, and what there is to report of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from broker.cli.demo.bars import Moved, bars
from broker.cli.demo.by_hand import enter_drug_service, enter_led, enter_together
from broker.cli.demo.checks import Checks
from broker.cli.demo.families import Families, cast_families
from broker.cli.demo.loading import Loaded, load_county, make_county
from broker.cli.demo.papers import Papers, put_in_force
from broker.cli.demo.stage import CURTAIN, Stage
from broker.cli.demo.story_front_door import open_led, tell_front_door
from broker.cli.demo.story_holder import tell_holder
from broker.cli.demo.story_log import LogChecked, tell_log
from broker.cli.demo.story_mistake import tell_mistake
from broker.cli.demo.story_night import tell_night
from broker.cli.demo.story_papers import tell_papers
from broker.cli.demo.story_silent import Silence, tell_silent
from broker.cli.demo.story_team import Team, tell_team
from broker.cli.demo.story_withdrawal import tell_withdrawal
from broker.cli.demo.telling import Teller
from broker.dates import instant_text
from broker.store.notices import find_due
from broker.synth import County
from broker.usecases.casework.cases import CaseNow


@dataclass(slots=True)
class Run:
    """What there is to report at the end."""

    checks: Checks = field(default_factory=Checks)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Adds what the block took to that part."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class Played:
    """Everything that came of it. `notices` is how many wait for somebody when it ends."""

    county: County
    cast: Families
    led: CaseNow
    papers: Papers
    loaded: Loaded
    team: Team
    silence: Silence
    notices: int
    log: LogChecked


def play(stage: Stage, teller: Teller, run: Run, families: int, seed: int) -> Played:
    """Plays the whole demo on the stage."""
    teller.chapter(f"A county of {families:,} families that do not exist (seed {seed})")
    with bars(silent=teller.silent) as moved:
        county, papers, loaded = _prepared(stage, run, families, seed, moved)
    _tell_prepared(stage, teller, county, papers, loaded)
    stage.later(30)
    with run.timed("stories"):
        cast = cast_families(stage.broker.store, county)
        _enter(stage, cast)
        led = open_led(stage, cast)
        stage.later()
        door = tell_front_door(stage, teller, run.checks, cast, led)
        stage.later(90)
        team = tell_team(stage, teller, run.checks, cast.together)
        stage.later()
        silence = tell_silent(stage, teller, run.checks, cast.silent, seed)
        stage.later(60 * 24)
        tell_withdrawal(stage, teller, run.checks, team)
        stage.later(60 * 24)
        incidents = tell_holder(stage, teller, run.checks, cast.led, led)
        night = tell_night(stage, teller, run.checks, cast.missing)
        mistake = tell_mistake(stage, teller, run.checks)
        tell_papers(stage, teller, run.checks, cast, led, seed)
        with stage.broker.store.look() as view:
            notices = len(find_due(view, stage.clock.at, most=10_000))
    shown = (door, team.lead, team.charity, incidents, night, mistake)
    with run.timed("log written out and verified"):
        log = tell_log(stage, teller, run.checks, [one.receipt for one in shown])
    return Played(county, cast, led, papers, loaded, team, silence, notices, log)


def _prepared(stage: Stage, run: Run, families: int, seed: int, moved: Moved) -> tuple[County, Papers, Loaded]:
    with run.timed("synthetic county"):
        county = make_county(stage.folder / "county", families, seed, moved)
    with run.timed("agreements and signatures"):
        papers = put_in_force(stage, moved)
    stage.later()
    with run.timed("ingest"):
        loaded = load_county(stage, stage.folder / "county", moved)
    return county, papers, loaded


def _enter(stage: Stage, cast: Families) -> None:
    """What no file carries."""
    enter_together(stage, cast.together)
    enter_led(stage, cast.led)
    enter_drug_service(stage, cast.missing)


def _tell_prepared(stage: Stage, teller: Teller, county: County, papers: Papers, loaded: Loaded) -> None:
    names = stage.broker.partnership.vocabulary.organisations
    missing = ", ".join(names[party].name for _, party in papers.missing)
    teller.say(
        f"{len(county.people):,} people. {len(papers.agreements)} agreements are published and signed party by "
        f"party: {papers.signatures} signatures, one of them by a key. Still to sign: {missing}."
    )
    teller.rows(
        "What the agencies sent, taken in row by row",
        ("file", "from", "rows", "sent back", "new people", "known before", "to look at", "records"),
        [
            (
                result.file,
                names[result.receipt.controller_code].name,
                result.receipt.rows_read,
                result.receipt.rejected,
                result.tally.new_people,
                result.tally.linked,
                result.tally.possible_matches,
                result.tally.new_records,
            )
            for result in loaded.results
        ],
    )


def summary_of(stage: Stage, run: Run, played: Played, families: int, seed: int) -> dict[str, Any]:
    """The object that `--json` prints (docs/demo.md)."""
    tally = played.loaded.tally
    return {
        "ok": not run.checks.failed,
        "seed": seed,
        "families": families,
        "folder": str(stage.folder),
        "clock_from": instant_text(CURTAIN),
        "clock_until": instant_text(stage.clock.at),
        "counts": {
            "synthetic_people": len(played.county.people),
            "agreements": len(played.papers.agreements),
            "signatures": played.papers.signatures,
            "rows_read": played.loaded.rows,
            "rows_rejected": played.loaded.rejected,
            "people_known": tally.new_people,
            "recognised": tally.linked,
            "possible_matches": tally.possible_matches,
            "records": tally.new_records,
            "notices_waiting": played.notices,
            "log_entries": played.log.entries,
        },
        "silence": {"without": played.silence.without, "with": played.silence.with_record},
        "log": {"folder": str(played.log.folder), "verdict": played.log.verdict},
        "assertions": [
            {"story": claim.story, "says": claim.says, "holds": claim.holds} for claim in run.checks.claims
        ],
        "seconds": {name: round(seconds, 2) for name, seconds in run.seconds.items()},
    }
