"""The scenarios of an agreement, run: which pass, and which of its clauses they exercise.

Decides that only scenarios written for the very text that was published say anything about it, and that a run is
remembered for as long as text, scenarios and standing rules stay as they are: running them takes seconds, and the
answer cannot change meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

from broker.access import Verb
from broker.agreements.partnership import Partnership
from broker.casework import Staff
from broker.rehearsal.recognise import find_scenario_files
from broker.store.session import Act
from broker.usecases.acting import Acting, perform
from broker.usecases.rules.rules import current_rules, lock_rules
from broker.usecases.world import World

_KEPT: Final = 64


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """A scenario: its name, where it stands, and what turned out otherwise than it says (nothing: it passes)."""

    name: str
    where: str
    mismatches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The scenarios of one version, and by clause how many of them exercise it."""

    runs: tuple[ScenarioRun, ...]
    clauses: dict[str, int]

    @property
    def passed(self) -> int:
        """How many pass."""
        return sum(1 for run in self.runs if not run.mismatches)

    @property
    def covered(self) -> int:
        """How many clauses some scenario exercises."""
        return sum(1 for count in self.clauses.values() if count)


@dataclass(frozen=True, slots=True)
class BeingRun:
    """The scenarios are being run: ask again in some seconds."""


_RUNS: OrderedDict[tuple[str, ...], Future[Rehearsed | None]] = OrderedDict()
_LOCK: Final = Lock()
_WITHIN: Final = 0.05


def rehearse_published(world: World, acting: Acting, reference: str, version: int) -> Rehearsed | BeingRun | None:
    """The scenarios that lie beside the text that was published, run; None where that text lies nowhere here, or
    none were written for it. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> bytes | None:
        del staff
        stored = current_rules(act, world).stored.get((reference, version))
        return stored.document if stored is not None else None

    text = perform(world, acting, Verb.AGREEMENT_TEST, work, locking=lock_rules)
    folder = world.settings.agreements_dir
    if text is None or folder is None:
        return None
    beside = next((one for one in sorted(folder.rglob("agreement.yaml")) if one.read_bytes() == text), None)
    return None if beside is None else _run(world.partnership, beside.parent, f"{reference}@{version}")


def _run(partnership: Partnership, folder: Path, name: str) -> Rehearsed | BeingRun | None:
    files = find_scenario_files(folder)
    if not files:
        return None
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    key = (name, partnership.vocabulary.digest, *digests)
    with _LOCK:
        running = _RUNS.get(key)
        if running is None:
            running = _RUNS[key] = _workshop().submit(_rehearsed, folder, name)
            if len(_RUNS) > _KEPT:
                _RUNS.popitem(last=False)
    try:
        return running.result(_WITHIN)
    except TimeoutError:
        return BeingRun()


@cache
def _workshop() -> ThreadPoolExecutor:
    """One run after another."""
    return ThreadPoolExecutor(1, thread_name_prefix="scenarios")


def _rehearsed(folder: Path, name: str) -> Rehearsed | None:
    """What `broker test` says, run as a process of its own: seconds of work do not hold up whoever waits for a
    page."""
    asked = [sys.executable, "-m", "broker", "test", str(folder.absolute()), "--json"]
    try:
        ran = subprocess.run(asked, capture_output=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603 - our own
        found = json.loads(ran.stdout)
    except (OSError, ValueError):  # scenarios that no longer fit the rules: that is not to pass
        return Rehearsed(
            (ScenarioRun(folder.name, "scenarios.yaml", ("cannot be read: run `broker check`",)),), {}
        )
    runs = tuple(
        ScenarioRun(
            one["scenario"],
            Path(one["where"]).name,
            tuple(
                f"{miss['what']}: expected `{miss['expected']}`, found `{miss['found']}`"
                for miss in one["mismatches"]
            ),
        )
        for one in found["scenarios"]
    )
    clauses = {
        clause.partition("#")[2]: count
        for clause, count in found["coverage"]["clauses"].items()
        if clause.partition("#")[0] == name
    }
    return Rehearsed(runs, clauses)
