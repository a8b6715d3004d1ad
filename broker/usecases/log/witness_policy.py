"""Which witnesses an auditor trusts, and how many of them must have cosigned: a file of the auditor's own.

Decides its form. It names keys that were given by another way than the log; nothing in it comes from the broker.
Format: docs/how-to-audit-outside.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from broker.audit.note import KeyKind, NoteKey, NoteRefused
from broker.documents.files import read_bytes, single_document
from broker.documents.findings import Findings
from broker.documents.forms import Fields, Form, optional, required
from broker.documents.reading import Reading
from broker.documents.shapes import REFUSED, Integer, ListOf, Refused, Text
from broker.errors import CallWrong


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    """The log's key, the witnesses' keys, and how many of them are needed: between one and all."""

    log_key: str
    witness_keys: tuple[str, ...]
    needed: int


@dataclass(frozen=True, slots=True)
class _Named:
    key: str
    line: int


_KEY: Final = required("key", Text(), "the witness's public key, as `broker witness key` prints it")
_WHO: Final = optional("who", Text(), None, "whose witness it is, in words")
_LOG: Final = required("log", Text(), "the log's public key (`audit-log.pub`)")
_NEEDED: Final = required("needed", Integer(1, 100), "how many of the witnesses must have cosigned")
_WITNESS: Final[Form[_Named]] = Form(
    "a witness", (_KEY, _WHO), lambda fields, _: _Named(fields[_KEY], fields.line)
)
_WITNESSES: Final = required("witnesses", ListOf(_WITNESS), "the witnesses")


def _policy(fields: Fields, reading: Reading) -> WitnessPolicy | Refused:
    _read_key(fields[_LOG], KeyKind.ED25519, fields.line_of(_LOG), reading)
    named = fields[_WITNESSES]
    seen: set[bytes] = set()
    for one in named:
        key = _read_key(one.key, KeyKind.COSIGNATURE_V1, one.line, reading)
        if key is not None and key.public_key in seen:
            reading.error(one.line, "a key stands here twice: one witness counts once, whatever its name")
        if key is not None:
            seen.add(key.public_key)
    if fields[_NEEDED] > len(named):
        reading.error(
            fields.line_of(_NEEDED), f"`needed` is more than the {len(named)} witnesses named: none would do"
        )
    return WitnessPolicy(fields[_LOG].strip(), tuple(one.key.strip() for one in named), fields[_NEEDED])


def _read_key(text: str, kind: KeyKind, line: int, reading: Reading) -> NoteKey | None:
    wanted = "a log's key" if kind is KeyKind.ED25519 else "a witness's key"
    try:
        key = NoteKey.parse(text)
    except NoteRefused as refused:
        reading.error(line, f"{wanted} is written `name+id+base64`: {refused.message}")
        return None
    if key.kind is not kind:
        reading.error(line, f"`{key.name}` is not {wanted}")
        return None
    return key


_POLICY: Final[Form[WitnessPolicy]] = Form("a witness policy", (_LOG, _NEEDED, _WITNESSES), _policy)


def load_witness_policy(path: Path) -> WitnessPolicy:
    """The policy in the file. Raises DocumentsRefused with every problem, line by line; CallWrong for no
    policy."""
    findings = Findings()
    data = read_bytes(path, str(path), findings)
    document = None if data is None else single_document(data, str(path), findings)
    found = (
        REFUSED if document is None else _POLICY.read(document.root, Reading(str(path), findings, {}), "the file")
    )
    findings.refuse_if_errors()
    if found is REFUSED:
        raise CallWrong(str(path), "holds no policy; write one as docs/how-to-audit-outside.md says")
    return found
