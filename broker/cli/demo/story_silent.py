"""A secret that nothing betrays: the answer with a sexual-health record and without it, compared byte for byte.

Two copies of one world are asked the same at the same instant; one of them holds a record that the mother's
general agreement does not reach (tier T4: it must be named). The answers, receipt included, must be the same
bytes. Then she agrees by name in the world that has it, and it shows: so the silence was not emptiness. Source:
docs/security.md, section 4; docs/rules.md, part 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from broker.canonical import canonical_json, digest_bytes
from broker.cli.demo.by_hand import enter_clinic
from broker.cli.demo.cast import LEAD
from broker.cli.demo.checks import Checks
from broker.cli.demo.families import Household
from broker.cli.demo.stage import Stage, copy_world, raised, settings_in
from broker.cli.demo.team import ask, form_team, mother_agrees
from broker.cli.demo.telling import Teller
from broker.consent.record import ConsentKind
from broker.release.disclosure import Disclosure, as_mapping
from broker.store.records import find_headers
from broker.usecases.casework.cases import CaseNow
from broker.usecases.consent.record_consent import ConsentStatement, record_consent

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
        f"{mother.first} needs help with mornings, and wants to keep one thing to herself: whether a "
        "sexual-health clinic knows her. She agrees to early help. To show what her lead practitioner can tell "
        f"from the screen, this county is copied twice. In one copy the clinic knows {mother.first}; in the "
        "other it does not. Kim Okafor asks the same question in both, at the same moment."
    )
    mother_agrees(stage, home)
    stage.later()
    case = form_team(stage, home.ids)
    stage.later()
    folders = [stage.folder / "silent" / name for name in ("without", "with")]
    for folder in folders:
        copy_world(stage, folder)
    with raised(folders[1], settings_in(folders[1], stage.settings), seed, stage.clock.at) as other:
        enter_clinic(other, home)
        with other.broker.store.look() as view:
            held = [one.header for one in find_headers(view, [mother.id]) if one.header.controller == CLINIC]
    answers = [_asked(stage, folder, seed, home, case) for folder in folders]
    texts = [canonical_json(as_mapping(answer)) for answer in answers]
    silence = Silence(*(digest_bytes(text) for text in texts))
    teller.rows(
        "Kim Okafor's screen in the two copies, down to the last letter",
        ("copy", "letters", "fingerprint of the screen"),
        [
            ("the clinic does not know her", len(texts[0]), silence.without.removeprefix("sha256:")[:16]),
            ("the clinic knows her", len(texts[1]), silence.with_record.removeprefix("sha256:")[:16]),
        ],
    )
    teller.say(
        "Why: with some services, to be known there is already the secret. A line that says “you may not see "
        "this” would give it away, so there is none. A general yes does not reach such a service; only a yes "
        "that names it does."
    )
    claims = (
        ("one copy has the clinic's record, the other does not", len(held) == 1),
        ("the two screens are the same, byte for byte, receipt included", texts[0] == texts[1]),
        ("and it was no empty screen", answers[0].profile is not None and answers[0].profile.items),
        (
            "when she agrees to that by name, Kim is told that the clinic knows her, and no more",
            _named(stage, folders[1], seed, home, case),
        ),
    )
    teller.claims(checks, STORY, claims)
    return silence


def _asked(stage: Stage, folder: Path, seed: int, home: Household, case: CaseNow) -> Disclosure:
    at = stage.clock.at + timedelta(hours=1)
    with raised(folder, settings_in(folder, stage.settings), seed, at) as world:
        return ask(world, home.ids, case, REASON)


def _named(stage: Stage, folder: Path, seed: int, home: Household, case: CaseNow) -> bool:
    at = stage.clock.at + timedelta(hours=2)
    with raised(folder, settings_in(folder, stage.settings), seed, at) as world:
        statement = ConsentStatement(
            home.mother.id, home.mother.id, ConsentKind.DATA_PROTECTION, categories=frozenset({"sexual-health"})
        )
        record_consent(world.broker, LEAD, statement)
        world.later()
        answer = ask(world, home.ids, case, REASON)
    items = answer.profile.items if answer.profile is not None else ()
    shown = [item for item in items if item.papers.controller == CLINIC]
    return len(shown) == 1 and shown[0].papers.detail == "flag"
