"""The papers: standing rules adopted, agreements published, signatures given, and one deliberately not yet.

Decides nothing: the shipped agreements are used as they stand, found in `agreements/`, in the folder that
BROKER_AGREEMENTS_DIR names, or among those that ship with the broker.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.agreements.document import Agreement
from broker.cli.demo.bars import Moved
from broker.cli.demo.cast import LOADER, PUBLISHER, company, guardian_of
from broker.cli.demo.stage import Stage
from broker.documents.findings import Findings
from broker.errors import CallWrong
from broker.partner_keys.possession import possession_statement
from broker.partner_keys.public_key import public_key_of
from broker.settings import Settings
from broker.usecases.agreements.partner_keys import NewKey, approve_key, hand_in_key
from broker.usecases.agreements.publish_agreement import publish_agreement
from broker.usecases.agreements.sign_agreement import ByKey, SignatureKept, Signing, sign_agreement, statement_of
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.usecases.rules.adopt_policies import adopt_standing_rules
from broker.usecases.rules.rules import require_agreement
from broker.vocabulary.load import folder_bytes
from broker.wiring import policies_folder

AGREEMENTS: Final = Path("agreements")
UNSIGNED: Final = ("family-support", "mse-nhs")
"""The agreement and the party that has not signed it when the demo begins."""
BY_KEY: Final = ("family-support", "essex-police")
"""The signature that is given by a key and not by a signed-in click."""
_WHAT: Final = "signing agreements"


@dataclass(frozen=True, slots=True)
class Papers:
    """What was published, how many signatures were given, and which are missing (agreement, party)."""

    agreements: tuple[Agreement, ...]
    signatures: int
    missing: tuple[tuple[str, str], ...]


def agreements_folder(settings: Settings) -> Path:
    """Where the agreements lie. Raises CallWrong when there are none."""
    found = settings.agreements_dir or (AGREEMENTS if AGREEMENTS.is_dir() else None)
    if found is None:
        with as_file(files("broker") / "_partnership" / "agreements") as packaged:
            found = packaged
    if not found.is_dir():
        raise CallWrong(str(found), "there is no such folder of agreements; set BROKER_AGREEMENTS_DIR")
    return found


def put_in_force(stage: Stage, moved: Moved) -> Papers:
    """Adopts the standing rules, publishes every shipped agreement and has its parties sign it, all but one."""
    broker = stage.broker
    adopt_standing_rules(broker, folder_bytes(policies_folder(stage.settings), "policies", Findings()))
    folder = agreements_folder(stage.settings)
    paths = sorted(folder.glob("*/v*/agreement.yaml"))
    if not paths:
        raise CallWrong(str(folder), "holds no agreement; each lies in REFERENCE/vN/agreement.yaml")
    texts = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    names = broker.partnership.vocabulary.organisations
    parties = {
        party: names[party].name
        for shown, text in texts.items()
        for party in require_agreement(text, shown, broker.partnership)[0].parties
    }
    enrol_staff(broker, company(parties))
    published = [publish_agreement(broker, PUBLISHER, text, shown).agreement for shown, text in texts.items()]
    wanted = [(one, party) for one in published for party in one.parties]
    missing = [(one.reference, party) for one, party in wanted if (one.reference, party) == UNSIGNED]
    for done, (agreement, party) in enumerate(wanted):
        moved(_WHAT, done, len(wanted))
        if (agreement.reference, party) not in missing:
            sign_for(stage, agreement.reference, agreement.version, party)
    moved(_WHAT, len(wanted), len(wanted))
    return Papers(tuple(published), len(wanted) - len(missing), tuple(missing))


def sign_for(stage: Stage, reference: str, version: int, party: str) -> SignatureKept:
    """The party's guardian signs: by a signed-in click, or by a key where the demo says so."""
    name = stage.broker.partnership.vocabulary.organisations[party].name
    guardian = guardian_of(party)
    signing = Signing(
        reference,
        version,
        party,
        signatory=f"Caldicott Guardian of {name}",
        post="Caldicott Guardian",
        authority="scheme of delegation",
    )
    if (reference, party) == BY_KEY:
        signing = _by_key(stage, signing)
    return sign_agreement(stage.broker, guardian, signing)


def _by_key(stage: Stage, signing: Signing) -> Signing:
    """A key is handed in with proof that it is held, approved by the party's own guardian, and signs. Only the
    demo makes it here: in earnest the private half never leaves the party."""
    broker, key_id = stage.broker, f"{signing.party}/guardian-2026"
    private = Ed25519PrivateKey.generate()
    public = public_key_of(private.public_key().public_bytes_raw())
    proof = private.sign(possession_statement(key_id, signing.party, public, stage.settings.log_origin))
    until = stage.clock.at + timedelta(days=365)
    hand_in_key(broker, LOADER, NewKey(key_id, public.text, _text(proof), until))
    stage.later(1)
    guardian = guardian_of(signing.party)
    approve_key(broker, guardian, key_id)
    stage.later(1)
    statement = statement_of(broker, guardian, signing, key_id, stage.clock.at)
    return replace(signing, by_key=ByKey(key_id, stage.clock.at, _text(private.sign(statement))))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
