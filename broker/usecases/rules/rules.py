"""The rules in force: the standing rules adopted, and the agreements published with the signatures that stand.

Decides that nothing is decided by standing rules that were not adopted: those deployed must be those in the log.
The compiled table is remembered for as long as nothing was published, signed or adopted; every use case that does
one of these moves the version of `RULES_KEY` on, and every release locks it. From docs/security.md section 3,
point 6 ("meaning") and broker/README.md ("Request").
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from weakref import WeakKeyDictionary

from broker.agreements.compile import compile_agreement
from broker.agreements.document import Agreement
from broker.agreements.parse import read_agreement
from broker.agreements.partnership import Partnership
from broker.decision.table import DecisionTable, compile_table
from broker.documents.files import single_document
from broker.documents.findings import Findings
from broker.documents.reading import Reading
from broker.documents.shapes import REFUSED
from broker.errors import CallWrong, DocumentsRefused
from broker.store.agreements import StoredVersion, find_policies, find_versions
from broker.store.rules_versions import RulesInForce, find_rules_in_force
from broker.store.session import Act, Store, Versions, View
from broker.usecases.acting import DEPLOY_THEM
from broker.usecases.kinds import VersionedKind
from broker.usecases.world import World

RULES_KEY: Final = "rules-in-force"
"""The key, beside those of agreements, whose version moves with every change to the rules as a whole."""
RULES: Final = (VersionedKind.AGREEMENT, RULES_KEY)


@dataclass(frozen=True, slots=True)
class Rules:
    """The compiled table with its digests, and the agreements it was compiled from, by (reference, version).
    `adopted_at` is when the standing rules were adopted."""

    table: DecisionTable
    policies_digest: str
    documents: dict[tuple[str, int], Agreement]
    stored: dict[tuple[str, int], StoredVersion]
    adopted_at: datetime
    in_force: RulesInForce | None = None
    """The version of the standing and access rules in force; read where these are the current rules."""


_REMEMBERED: WeakKeyDictionary[Store, tuple[tuple[str, int], Rules]] = WeakKeyDictionary()


def lock_rules(act: Act, changing: str | None = None) -> Versions:
    """Rests the act on the rules as a whole (`Act.share`); locks them for this act alone where it is `changing` an
    agreement (its reference)."""
    return act.share([RULES]) if changing is None else act.lock([RULES, (VersionedKind.AGREEMENT, changing)])


def current_rules(act: Act, world: World) -> Rules:
    """The rules in force, on which the act rests then. Raises CallWrong when the standing rules deployed were not
    adopted."""
    version = lock_rules(act).get(RULES, 0)
    key = (world.partnership.vocabulary.digest, version)
    known = _REMEMBERED.get(world.store.whole)
    if known is not None and known[0] == key:
        return known[1]
    # INVARIANT: what is remembered under a version is read while that version cannot move on.
    act.settle()
    rules = replace(read_rules(act, world.partnership), in_force=find_rules_in_force(act))
    if version:
        _REMEMBERED[world.store.whole] = (key, rules)
    return rules


def read_rules(view: View, partnership: Partnership) -> Rules:
    """The same, read from the store and compiled. Raises CallWrong when these standing rules were not adopted."""
    adopted = find_policies(view)
    digest = partnership.vocabulary.digest
    if adopted is None:
        raise CallWrong(
            "standing rules",
            "those deployed here have not been adopted; check them and run `broker agreement adopt`",
        )
    if adopted.digest != digest:
        in_force = find_rules_in_force(view)
        number = "those adopted" if in_force is None else DEPLOY_THEM.format(in_force.version)
        raise CallWrong("standing rules", f"those deployed here are not {number}")
    return compile_stored(partnership, find_versions(view), adopted.adopted_at)


def compile_stored(partnership: Partnership, versions: Iterable[StoredVersion], adopted_at: datetime) -> Rules:
    """The table of these versions. Raises DocumentsRefused when one no longer fits the standing rules."""
    stored = {(one.reference, one.version): one for one in versions}
    table, documents = _compiled(partnership, stored)
    return Rules(table, partnership.vocabulary.digest, documents, stored, adopted_at)


_Compiled = tuple[DecisionTable, dict[tuple[str, int], Agreement]]
_KEPT: Final = 4
_COMPILED: OrderedDict[Hashable, _Compiled] = OrderedDict()


def _compiled(partnership: Partnership, stored: dict[tuple[str, int], StoredVersion]) -> _Compiled:
    """The table and the documents it was compiled from; remembered by everything they depend on."""
    key = (
        partnership.vocabulary.digest,
        tuple(
            (one.document_digest, tuple(sorted(one.signatures.items())), one.ended_at) for one in stored.values()
        ),
    )
    known = _COMPILED.get(key)
    if known is None:
        known = _COMPILED[key] = _compile(partnership, stored)
        if len(_COMPILED) > _KEPT:
            _COMPILED.popitem(last=False)
    return known


def _compile(partnership: Partnership, stored: dict[tuple[str, int], StoredVersion]) -> _Compiled:
    findings = Findings()
    documents: dict[tuple[str, int], Agreement] = {}
    for key, one in stored.items():
        found = _agreement_kept(one, partnership, findings)
        if found is not None:
            documents[key] = found
    findings.refuse_if_errors()
    terms = [
        compile_agreement(document, stored[key].signatures, stored[key].ended_at)
        for key, document in documents.items()
    ]
    return compile_table(partnership.vocabulary, partnership.duties, terms), documents


_AGREEMENTS_KEPT: Final = 256
_AGREEMENTS: OrderedDict[Hashable, Agreement] = OrderedDict()


def _agreement_kept(one: StoredVersion, partnership: Partnership, findings: Findings) -> Agreement | None:
    """The published agreement, remembered by its very bytes and the standing rules it was read with: a signature
    changes neither. What was refused is read again, so that its problems are told again."""
    key = (partnership.vocabulary.digest, one.document)
    known = _AGREEMENTS.get(key)
    if known is None:
        known = agreement_of(one.document, f"{one.reference}@{one.version}", partnership, findings)
        if known is not None:
            _AGREEMENTS[key] = known
            if len(_AGREEMENTS) > _AGREEMENTS_KEPT:
                _AGREEMENTS.popitem(last=False)
    return known


def agreement_of(data: bytes, shown: str, partnership: Partnership, findings: Findings) -> Agreement | None:
    """The agreement these bytes hold, checked; None after its problems were added to `findings`."""
    document = single_document(data, shown, findings)
    if document is None:
        return None
    reading = Reading(shown, findings, partnership.registers)
    found = read_agreement(document.root, reading, partnership.vocabulary)
    return None if found is REFUSED else found


def require_agreement(data: bytes, shown: str, partnership: Partnership) -> tuple[Agreement, Findings]:
    """The same; raises DocumentsRefused with every problem. The findings hold the warnings."""
    findings = Findings()
    found = agreement_of(data, shown, partnership, findings)
    findings.refuse_if_errors()
    # INVARIANT: what was refused was reported, so nothing refused gets here.
    if found is None:
        raise DocumentsRefused(())
    return found, findings
