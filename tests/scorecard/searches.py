"""One function a search: takes seeds, returns counts, among them `bad`, which must stay at nought."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from random import Random

from broker.agreements.partnership import partnership_from_documents
from broker.errors import DocumentsRefused
from broker.rehearsal.parse import scenario_from_documents
from broker.rehearsal.preconditions import prove
from broker.release.views import requester_view
from tests.functional.api.door import partner
from tests.functional.usecases.office import open_office
from tests.generative.comparing import differences
from tests.generative.loading import scenario_of
from tests.generative.remedying import documents_of, faults, missing_or_invented, one_of_each
from tests.generative.test_twin_worlds import MUTANTS
from tests.generative.twins import twins
from tests.generative.worlds import random_world
from tests.histories.api_histories import open_counter, run_api_history
from tests.histories.checker import check
from tests.histories.histories import open_desk, run_history


def against_reference(seeds: range) -> dict[str, int]:
    """Worlds in which the engine and the reference differ anywhere."""
    return {"bad": sum(bool(differences(random_world(seed))) for seed in seeds)}


def twin_worlds(seeds: range) -> dict[str, int]:
    """Pairs of twins whose requester views differ."""
    bad = pairs = 0
    for seed in seeds:
        for twin in twins(random_world(seed), Random(seed)):
            pairs += 1
            bad += twin.first.seen(requester_view) != twin.second.seen(requester_view)
    return {"bad": bad, "pairs": pairs}


def mutants(seeds: range) -> dict[str, int]:
    """Injected leaks that the twins of these worlds did not catch."""
    caught = set()
    for seed in seeds:
        for twin in twins(random_world(seed), Random(seed)):
            caught |= {
                mutant.__name__ for mutant in MUTANTS if twin.first.seen(mutant) != twin.second.seen(mutant)
            }
        if len(caught) == len(MUTANTS):
            break
    return {"bad": len(MUTANTS) - len(caught), "killed": len(caught)}


def remedies(seeds: range) -> dict[str, int]:
    """Remedies that do not permit, of which a part permits, or that trying every small set finds otherwise."""
    bad = judged = 0
    for seed in seeds:
        world = random_world(seed)
        for one in one_of_each(world):
            bad += len(faults(documents_of(world), one)) + missing_or_invented(world, one)
            judged += len(one.remedies)
    return {"bad": bad, "judged": judged}


def preconditions(seeds: range) -> dict[str, int]:
    """Preconditions of grants whose absence left the permit."""
    bad = taken_away = proved = 0
    for seed in seeds:
        scenario = scenario_of(random_world(seed))
        for terms in (scenario.duties, *scenario.terms):
            for proof in prove(scenario.vocabulary, terms):
                bad += len(proof.idle)
                taken_away += len(proof.tested)
                proved += proof.world is not None
    return {"bad": bad, "taken_away": taken_away, "grants_proved": proved}


def histories_sqlite(seeds: range) -> dict[str, int]:
    """Promises broken by withdrawals and releases at once on SQLite (`tests.histories.checker`)."""
    return _histories("sqlite", seeds)


def histories_postgresql(seeds: range) -> dict[str, int]:
    """The same on PostgreSQL."""
    return _histories("postgresql", seeds)


def _histories(database: str, seeds: range) -> dict[str, int]:
    with tempfile.TemporaryDirectory(prefix="broker-histories-") as name, open_desk(Path(name), database) as desk:
        histories = [run_history(desk, seed) for seed in seeds]
        problems = check(desk, histories)
    for problem in problems:
        print(f"{database}: {problem}", file=sys.stderr)
    releases = [one for history in histories for one in history.operations if one.kind == "release"]
    return {"bad": len(problems), "releases": len(releases), "withheld": sum(not one.shown for one in releases)}


def histories_api_sqlite(seeds: range) -> dict[str, int]:
    """Promises broken by withdrawals and releases at once, through the door of a server of four workers on
    SQLite."""
    return _histories_api("sqlite", seeds)


def histories_api_postgresql(seeds: range) -> dict[str, int]:
    """The same on PostgreSQL."""
    return _histories_api("postgresql", seeds)


def _histories_api(database: str, seeds: range) -> dict[str, int]:
    with (
        tempfile.TemporaryDirectory(prefix="broker-histories-") as name,
        open_office(Path(name) / "office", database=database) as office,
        open_counter(partner(office)) as counter,
    ):
        histories = [run_api_history(counter, seed) for seed in seeds]
        problems = check(counter.desk, histories)
    for problem in problems:
        print(f"{database}: {problem}", file=sys.stderr)
    done = [one for history in histories for one in history.operations]
    releases = [one for one in done if one.kind == "release"]
    return {
        "bad": len(problems),
        "releases": len(releases),
        "withheld": sum(not one.shown for one in releases),
        "handed_on_again": len(releases) - len({one.disclosure_id for one in releases}),
        "asked_anew": sum(one.kind == "changed" for one in done),
    }


def mangled_documents(seeds: range) -> dict[str, int]:
    """Worlds with one value replaced by something else: each must load or be refused with places, nothing more."""
    bad = refused = 0
    for seed in seeds:
        dice = Random(seed)
        world = json.loads(json.dumps(random_world(seed % 500)))
        part = dice.choice(("scenario", "policies"))
        _mangle(world[part], dice)
        try:
            partnership = partnership_from_documents(world["policies"])
            scenario_from_documents(world["scenario"], partnership, "world")
        except DocumentsRefused as refusal:
            refused += 1
            bad += not refusal.findings or any(":" not in finding.where for finding in refusal.findings)
        except Exception:
            bad += 1
    return {"bad": bad, "refused": refused}


_STRANGE = (
    None,
    True,
    -1,
    3.5,
    "",
    "nobody-knows-this",
    "2026-13-45",
    [],
    {},
    [[]],
    {"x": 1},
    "P1W",
    "T9",
    10**30,
)


def _mangle(value: object, dice: Random) -> None:
    """Replaces, removes or adds one thing somewhere inside."""
    while True:
        if isinstance(value, dict) and value:
            key = dice.choice(sorted(value))
            child = value[key]
            if isinstance(child, dict | list) and child and dice.random() < 0.8:
                value = child
                continue
            change = dice.random()
            if change < 0.2:
                del value[key]
            elif change < 0.4:
                value[f"{key}x"] = child
            else:
                value[key] = dice.choice(_STRANGE)
        elif isinstance(value, list) and value:
            number = dice.randrange(len(value))
            if isinstance(value[number], dict | list) and value[number] and dice.random() < 0.9:
                value = value[number]
                continue
            value[number] = dice.choice(_STRANGE)
        return
