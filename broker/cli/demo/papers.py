"""The papers: standing rules adopted, agreements published, every party's signature.

Decides nothing: the shipped agreements are used as they stand, found in `agreements/`, in the folder that
BROKER_AGREEMENTS_DIR names, or among those that ship with the broker.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from broker.agreements.document import Agreement
from broker.cli.demo.cast import PUBLISHER, company, guardian_of
from broker.cli.demo.stage import Stage
from broker.documents.findings import Findings
from broker.errors import CallWrong
from broker.settings import Settings
from broker.usecases.adopt_policies import adopt_standing_rules
from broker.usecases.enrol_staff import enrol_staff
from broker.usecases.publish_agreement import publish_agreement
from broker.usecases.rules import require_agreement
from broker.usecases.sign_agreement import Signing, sign_agreement
from broker.vocabulary.load import folder_bytes
from broker.wiring import policies_folder

AGREEMENTS: Final = Path("agreements")


@dataclass(frozen=True, slots=True)
class Papers:
    """What was published, and how many signatures were given."""

    agreements: tuple[Agreement, ...]
    signatures: int


def agreements_folder(settings: Settings) -> Path:
    """Where the agreements lie. Raises CallWrong when there are none."""
    found = settings.agreements_dir or (AGREEMENTS if AGREEMENTS.is_dir() else None)
    if found is None:
        with as_file(files("broker") / "_partnership" / "agreements") as packaged:
            found = packaged
    if not found.is_dir():
        raise CallWrong(str(found), "there is no such folder of agreements; set BROKER_AGREEMENTS_DIR")
    return found


def put_in_force(stage: Stage) -> Papers:
    """Adopts the standing rules, publishes every shipped agreement and has every party sign it."""
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
    signatures = 0
    for agreement in published:
        for party in agreement.parties:
            signing = Signing(
                agreement.reference,
                agreement.version,
                party,
                signatory=f"Caldicott Guardian of {parties[party]}",
                post="Caldicott Guardian",
                authority="scheme of delegation",
            )
            sign_agreement(broker, guardian_of(party), signing)
            signatures += 1
    return Papers(tuple(published), signatures)
