"""The folder `policies/` to a Vocabulary: which files there are, what each holds, how they refer to each other.

Decides that every file is there, each code is declared once and each reference is known. The duties are read by
`broker.agreements.partnership`, because they are made of clauses; their bytes count in the digest here. Access
rules (`policies/access/`) are another system and not read. Format: docs/formats.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from broker.canonical import digest, digest_bytes
from broker.documents.files import read_bytes, single_document
from broker.documents.findings import Findings
from broker.documents.forms import Fields, Form, required
from broker.documents.nodes import Document, Node, Scalar, Sequence, Table
from broker.documents.reading import Reading, Registers
from broker.documents.rows import Rows, declared
from broker.documents.shapes import REFUSED
from broker.vocabulary.clocks import CLOCKS, NO_CLOCKS, Clocks
from broker.vocabulary.codes import (
    AGENCY_TYPES,
    TYPES_IN_USE,
    Category,
    Gateway,
    LawfulBases,
    Organisation,
    OverrideTerms,
    ProfileSection,
    Purpose,
    RightsClass,
    Role,
    StandingAges,
    Vocabulary,
)
from broker.vocabulary.rows import (
    CATEGORY,
    EMPTY_BASES,
    GATEWAY,
    LAWFUL_BASES,
    ORGANISATION,
    OVERRIDE,
    PROFILE,
    PURPOSE,
    RIGHTS,
    ROLE,
    STANDING,
)

T = TypeVar("T")

DUTIES_FILE: Final = "duties.yaml"


def _listing(key: str, row: Form[T]) -> Form[Mapping[str, T]]:
    rows = required(key, Rows(row))

    def build(fields: Fields, reading: Reading) -> Mapping[str, T]:
        del reading
        return fields[rows]

    return Form(f"the file of {key}", (rows,), build)


ORGANISATIONS: Final = _listing("organisations", ORGANISATION)
CATEGORIES: Final = _listing("categories", CATEGORY)
PURPOSES: Final = _listing("purposes", PURPOSE)
ROLES: Final = _listing("roles", ROLE)
GATEWAYS: Final = _listing("gateways", GATEWAY)

POLICY_FILES: Final[Mapping[str, Form[Any]]] = {
    "organisations.yaml": ORGANISATIONS,
    "categories.yaml": CATEGORIES,
    "purposes.yaml": PURPOSES,
    "roles.yaml": ROLES,
    "gateways.yaml": GATEWAYS,
    "lawful-bases.yaml": LAWFUL_BASES,
    "standing.yaml": STANDING,
    "override.yaml": OVERRIDE,
}
"""Every file of the folder but the duties, and what it holds."""

FILE_NAMES: Final = (*POLICY_FILES, DUTIES_FILE)

PROFILE_FILE: Final = "profile.yaml"
"""How profiles are laid out; decides nothing, and may be left out."""
RIGHTS_FILE: Final = "rights.yaml"
"""Which class of the law a kind of information is in when somebody asks for their own; may be left out, and then
nothing is answered."""

CLOCKS_FILE: Final = "clocks.yaml"
"""How each area's front door works; decides nothing about what is released, and may be left out."""

OPTIONAL_FILES: Final[Mapping[str, Form[Any]]] = {
    PROFILE_FILE: PROFILE,
    CLOCKS_FILE: CLOCKS,
    RIGHTS_FILE: RIGHTS,
}
"""Files of the folder that may be left out, and what they hold."""

MISSING: Final = f"is missing: the standing rules are {', '.join(FILE_NAMES)}"


@dataclass(frozen=True, slots=True)
class PolicyFolder:
    """The documents of a policies folder by file name, and the digest of all their bytes and names."""

    shown: str
    documents: Mapping[str, Document]
    digest: str


class Declarations(Protocol):
    """What a clause is checked against: a Vocabulary, or as much of one as could be read."""

    @property
    def organisations(self) -> Mapping[str, Organisation]: ...
    @property
    def categories(self) -> Mapping[str, Category]: ...
    @property
    def purposes(self) -> Mapping[str, Purpose]: ...
    @property
    def roles(self) -> Mapping[str, Role]: ...
    @property
    def gateways(self) -> Mapping[str, Gateway]: ...
    @property
    def lawful_bases(self) -> LawfulBases: ...


@dataclass(frozen=True, slots=True)
class ReadVocabulary:
    """What was read of a policies folder. A file that was refused counts as empty here; its codes are still in
    `registers`, so that its mistakes are not reported again by everything that refers to it."""

    organisations: Mapping[str, Organisation]
    categories: Mapping[str, Category]
    purposes: Mapping[str, Purpose]
    roles: Mapping[str, Role]
    gateways: Mapping[str, Gateway]
    lawful_bases: LawfulBases
    standing: StandingAges | None
    override: OverrideTerms | None
    registers: Registers
    digest: str
    sections: Mapping[str, ProfileSection]
    clocks: Clocks
    rights: Mapping[RightsClass, frozenset[str]]

    def complete(self) -> Vocabulary | None:
        """The Vocabulary; None where standing or override could not be read. Only to be used when nothing was
        refused."""
        if self.standing is None or self.override is None:
            return None
        return Vocabulary(
            self.organisations,
            self.categories,
            self.purposes,
            self.roles,
            self.gateways,
            self.lawful_bases,
            self.standing,
            self.override,
            self.digest,
            self.sections,
            self.clocks.front_doors,
            self.rights,
            self.clocks.inboxes,
            self.clocks.refusal_within,
            self.clocks.stages,
        )


def folder_bytes(folder: Path, shown: str, findings: Findings) -> dict[str, bytes]:
    """The bytes of every file of the folder; missing ones are reported by name."""
    if not folder.is_dir():
        findings.error(shown, 1, "no such folder: name one that holds organisations.yaml and the other rules")
        return {}
    found: dict[str, bytes] = {}
    for name in (*FILE_NAMES, *OPTIONAL_FILES):
        path = folder / name
        if not path.exists() and name in OPTIONAL_FILES:
            continue
        if not path.exists():
            findings.error(f"{shown}/{name}", 1, MISSING)
            continue
        data = read_bytes(path, f"{shown}/{name}", findings)
        if data is not None:
            found[name] = data
    return found


def folder_documents(files: Mapping[str, bytes], shown: str, findings: Findings) -> PolicyFolder:
    """The documents of the files' bytes."""
    documents: dict[str, Document] = {}
    for name, data in files.items():
        document = single_document(data, f"{shown}/{name}", findings)
        if document is not None:
            documents[name] = document
    return PolicyFolder(shown, documents, digest({name: digest_bytes(data) for name, data in files.items()}))


def _under(document: Document, key: str) -> list[Node]:
    """What stands under a key of each organisation."""
    rows = document.root.find("organisations") if isinstance(document.root, Table) else None
    tables = [row for row in rows.items if isinstance(row, Table)] if isinstance(rows, Sequence) else []
    return [value for value in (row.find(key) for row in tables) if value is not None]


def _texts(nodes: Iterable[Node]) -> frozenset[str]:
    return frozenset(node.value for node in nodes if isinstance(node, Scalar) and isinstance(node.value, str))


_REGISTERED: Final = (
    ("organisation", "organisations.yaml", "organisations"),
    ("category", "categories.yaml", "categories"),
    ("purpose", "purposes.yaml", "purposes"),
    ("role", "roles.yaml", "roles"),
    ("gateway", "gateways.yaml", "gateways"),
    ("Article 6 basis", "lawful-bases.yaml", "article_6"),
    ("Article 9 condition", "lawful-bases.yaml", "article_9"),
    ("Schedule 1 condition", "lawful-bases.yaml", "schedule_1"),
    ("Article 10 condition", "lawful-bases.yaml", "article_10"),
    ("override reason", "override.yaml", "reasons"),
)


def registers_of(folder: PolicyFolder) -> Registers:
    """The codes the folder declares. A file that is missing or unreadable gives no register, so nothing is held
    against it."""
    registers: dict[str, frozenset[str]] = {}
    for register, name, key in _REGISTERED:
        document = folder.documents.get(name)
        if document is not None:
            registers[register] = declared(document.root, key)
    if "organisations.yaml" in folder.documents:
        organisations = folder.documents["organisations.yaml"]
        listed = [value.items for value in _under(organisations, "types") if isinstance(value, Sequence)]
        types = _texts(item for items in listed for item in items)
        registers["organisation type"] = types | AGENCY_TYPES
        registers[TYPES_IN_USE] = types
        registers["area"] = _texts(_under(organisations, "area"))
    return registers


def read_vocabulary(folder: PolicyFolder, findings: Findings) -> ReadVocabulary:
    """Everything in the folder but the duties; every problem is reported, and what is right is read."""
    registers = registers_of(folder)

    def read(name: str, form: Form[T]) -> T | None:
        document = folder.documents.get(name)
        if document is None:
            return None
        value = form.read(document.root, Reading(document.file, findings, registers), "the file")
        return None if value is REFUSED else value

    return ReadVocabulary(
        read("organisations.yaml", ORGANISATIONS) or {},
        read("categories.yaml", CATEGORIES) or {},
        read("purposes.yaml", PURPOSES) or {},
        read("roles.yaml", ROLES) or {},
        read("gateways.yaml", GATEWAYS) or {},
        read("lawful-bases.yaml", LAWFUL_BASES) or EMPTY_BASES,
        read("standing.yaml", STANDING),
        read("override.yaml", OVERRIDE),
        registers,
        folder.digest,
        read(PROFILE_FILE, PROFILE) or {},
        read(CLOCKS_FILE, CLOCKS) or NO_CLOCKS,
        read(RIGHTS_FILE, RIGHTS) or {},
    )
