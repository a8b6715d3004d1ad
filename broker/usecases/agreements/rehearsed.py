"""The scenarios of an agreement, run: which pass, and which of its clauses they exercise.

Decides that only scenarios written for the very text that was published say anything about it, and that a run is
remembered for as long as the texts, scenarios and standing rules stay as they are: running them takes seconds, and
the answer cannot change meanwhile. It is kept under the digest of all that in the data folder, for other workers
and the next start; where it cannot be kept there, it is run again.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

from broker import __version__
from broker.access import Verb
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


@dataclass(frozen=True, slots=True)
class Asked:
    """A run: the folder of the scenarios, the version they are for, the standing rules in force, and where the
    outcome is kept."""

    folder: Path
    name: str
    policies: Path | None
    kept: Path


KEPT_IN: Final = "rehearsed"
"""The folder of outcomes, beside the data."""
_RUNS: OrderedDict[str, Future[Rehearsed | None]] = OrderedDict()
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
    # A scenario may name other agreements beside its own: what any of them says is part of the answer.
    texts = {one: one.read_bytes() for one in sorted(folder.rglob("agreement.yaml"))}
    beside = next((one for one, found in texts.items() if found == text), None)
    return None if beside is None else _run(world, beside.parent, f"{reference}@{version}", texts.values())


def _run(world: World, folder: Path, name: str, texts: Iterable[bytes]) -> Rehearsed | BeingRun | None:
    files = find_scenario_files(folder)
    if not files:
        return None
    parts = [__version__.encode(), name.encode(), world.partnership.vocabulary.digest.encode(), *texts]
    parts += [file.read_bytes() for file in files]
    key = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
    with _LOCK:
        running = _RUNS.get(key)
        if running is None:
            kept = world.settings.data_dir / KEPT_IN / f"{key}.json"
            asked = Asked(folder, name, world.settings.policies_dir, kept)
            running = _RUNS[key] = _known(kept) or _workshop().submit(_rehearsed, asked)
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


def _known(kept: Path) -> Future[Rehearsed | None] | None:
    """The outcome as another worker, or an earlier start, kept it."""
    try:
        found = json.loads(kept.read_bytes())
        runs = tuple(ScenarioRun(name, where, tuple(missed)) for name, where, missed in found["runs"])
        clauses = {str(clause): int(count) for clause, count in found["clauses"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    known: Future[Rehearsed | None] = Future()
    known.set_result(Rehearsed(runs, clauses))
    return known


def _keep(outcome: Rehearsed, kept: Path) -> None:
    runs = [[one.name, one.where, list(one.mismatches)] for one in outcome.runs]
    try:
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        whole = kept.with_name(f".{kept.name}.{os.getpid()}")
        whole.write_text(json.dumps({"runs": runs, "clauses": outcome.clauses}), "utf-8")
        whole.replace(kept)
    except OSError:
        return


def _rehearsed(asked: Asked) -> Rehearsed | None:
    """What `broker test` says, run as a process of its own: seconds of work do not hold up whoever waits for a
    page. It is told which standing rules: an installed broker has none beside the files it is run in."""
    folder, name = asked.folder, asked.name
    call = [sys.executable, "-m", "broker", "test", str(folder.absolute()), "--json"]
    if asked.policies is not None:
        call += ["--policies", str(asked.policies.absolute())]
    try:
        ran = subprocess.run(call, capture_output=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603 - our own
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
    outcome = Rehearsed(runs, clauses)
    _keep(outcome, asked.kept)
    return outcome
