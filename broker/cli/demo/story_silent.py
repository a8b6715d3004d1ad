"""A secret that nothing betrays: the answer with a sexual-health record and without it, compared byte for byte.

Two copies of one world are asked the same at the same instant; one of them holds a record that the mother's
general agreement does not reach (tier T4: it must be named). The answers, receipt included, must be the same
bytes. Then she agrees by name in the world that has it, and it shows: so the silence was not emptiness. Source:
docs/security.md, section 4; docs/rules.md, part 2.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from broker.canonical import canonical_json, digest_bytes
from broker.cli.demo.by_hand import enter_clinic
from broker.cli.demo.cast import LEAD
from broker.cli.demo.checks import Checks
from broker.cli.demo.families import Household
from broker.cli.demo.stage import Stage, raised, settings_in
from broker.cli.demo.team import agree, ask, form_team, show_responsibility
from broker.cli.demo.telling import Teller
from broker.consent.record import ConsentKind
from broker.release.disclosure import Disclosure, as_mapping
from broker.store.records import find_headers
from broker.usecases.cases import CaseNow
from broker.usecases.record_consent import ConsentStatement, record_consent

STORY = "the silent one"
CLINIC = "essex-sexual-health"
REASON = "first meeting of the team"


@dataclass(frozen=True, slots=True)
class Silence:
    """The digests of the requester's answer in the two worlds."""

    without: str
    with_record: str


def tell_silent(stage: Stage, teller: Teller, checks: Checks, home: Household, seed: int) -> Silence:
    """Tells the story and checks it."""
    mother = home.mother
    teller.chapter("Story 3. The silent one")
    teller.say(
        f"{mother.first} agrees to early help. Two copies of this world are made, and in one of them a "
        "sexual-health clinic knows her. The lead practitioner asks the same in both, at the same instant."
    )
    show_responsibility(stage, home)
    agree(stage, mother, mother)
    agree(stage, home.child, mother)
    stage.later()
    case = form_team(stage, home)
    stage.later()
    folders = [stage.folder / "silent" / name for name in ("without", "with")]
    for folder in folders:
        _copy_world(stage, folder)
    with raised(folders[1], settings_in(folders[1], stage.settings), seed, stage.clock.at) as other:
        enter_clinic(other, home)
        with other.broker.store.look() as view:
            held = [one.header for one in find_headers(view, [mother.id]) if one.header.controller == CLINIC]
    answers = [_asked(stage, folder, seed, home, case) for folder in folders]
    texts = [canonical_json(as_mapping(answer)) for answer in answers]
    silence = Silence(*(digest_bytes(text) for text in texts))
    teller.rows(
        "The requester's answer, receipt included",
        ("world", "bytes", "SHA-256"),
        [
            ("no such record", len(texts[0]), silence.without.removeprefix("sha256:")),
            ("the clinic knows her", len(texts[1]), silence.with_record.removeprefix("sha256:")),
        ],
    )
    teller.claim(checks.claim(STORY, "one world holds the record, the other does not", len(held) == 1))
    teller.claim(checks.claim(STORY, "the two answers are the same, byte for byte", texts[0] == texts[1]))
    teller.claim(
        checks.claim(STORY, "and something was answered", bool(answers[0].profile and answers[0].profile.items))
    )
    teller.claim(
        checks.claim(
            STORY,
            "when she agrees to it by name, the team's lead is told that the clinic knows her, and no more",
            _named(stage, folders[1], seed, home, case),
        )
    )
    return silence


def _copy_world(stage: Stage, folder: Path) -> None:
    """Database and keys as they are now, copied by SQLite itself so that nothing is torn."""
    folder.mkdir(mode=0o700, parents=True)
    shutil.copytree(stage.settings.keys(), folder / "keys")
    source = stage.settings.data_dir / "broker.db"
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(folder / "broker.db")) as there:
        here.backup(there)


def _asked(stage: Stage, folder: Path, seed: int, home: Household, case: CaseNow) -> Disclosure:
    at = stage.clock.at + timedelta(hours=1)
    with raised(folder, settings_in(folder, stage.settings), seed, at) as world:
        return ask(world, home, case, REASON)


def _named(stage: Stage, folder: Path, seed: int, home: Household, case: CaseNow) -> bool:
    at = stage.clock.at + timedelta(hours=2)
    with raised(folder, settings_in(folder, stage.settings), seed, at) as world:
        statement = ConsentStatement(
            home.mother.id, home.mother.id, ConsentKind.DATA_PROTECTION, categories=frozenset({"sexual-health"})
        )
        record_consent(world.broker, LEAD, statement)
        world.later()
        answer = ask(world, home, case, REASON)
    items = answer.profile.items if answer.profile is not None else ()
    shown = [item for item in items if item.papers.controller == CLINIC]
    return len(shown) == 1 and shown[0].papers.detail == "flag"
