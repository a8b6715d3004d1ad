"""Typesetting: a template of this house and plain data to a tagged PDF with its fonts inside.

Decides that data is only ever data: a template is one of `broker/paper/templates/`, the data comes to it as one
JSON value, and nothing of it is evaluated, included or read as markup. Reads no font of the machine and nothing
outside the templates' folder, so that one input gives the same bytes everywhere. Every PDF is PDF/A-2a (ISO
19005-2), to be kept, and PDF/UA-1 (ISO 14289-1), to be read aloud: one that would not be is not made.

Characters that no font inside can show, and those that only steer how others are shown (a right-to-left override
makes one word look like another), are printed by their number, `[U+202E]`: a reader sees that something stands
there, and nothing can hide. What was rejected: deploy/decisions/0007-paper.md.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from enum import StrEnum, unique
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import typst

from broker.errors import SystemFailed
from broker.paper.sheet import Sheet

TEMPLATES: Final = Path(__file__).parent / "templates"


@unique
class Template(StrEnum):
    """Every template there is: its name is that of its file, without `.typ`."""

    RECEIPT = "receipt"
    SHEET = "sheet"


_STANDARDS: Final[list[typst.PDFStandard]] = ["a-2a", "ua-1"]
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode's categories of what is not seen: controls, formats, surrogates, private, unassigned, separators."""
_NEEDED: Final = frozenset("\n\u00ad\u200c\u200d")
"""Of those, what text needs: a new line, a soft hyphen, and the joiners of Arabic and Indic scripts."""
MOST_PROBED: Final = 500
"""Characters of one document that are tried one by one: each takes milliseconds, and somebody could write every
one there is. What stands beyond them is told by its number."""
_PROBE: Final = b'#set document(title: "one")\n#json(bytes(sys.inputs.data))'


def typeset(template: Template, data: Mapping[str, Any], made_at: datetime) -> bytes:
    """The PDF of the template filled with `data`, which JSON can hold.

    `made_at` is the document's date; the same template, data and instant give the same bytes. Raises SystemFailed
    where template and data do not fit each other, quoting nothing of the data.
    """
    source = (TEMPLATES / f"{template}.typ").read_bytes()
    text = json.dumps(_plain(data), ensure_ascii=False)
    try:
        return _compile(source, text, made_at)
    except typst.TypstError:
        # Most likely a character that no font inside has; which ones is found out only then.
        odd = sorted({one for one in text if not one.isascii()})[:MOST_PROBED]
        known = {one for one in odd if _is_shown(one)}
        shown = "".join(one if one.isascii() or one in known else _by_number(one) for one in text)
    try:
        return _compile(source, shown, made_at)
    except typst.TypstError:
        raise SystemFailed("paper", f"`{template}` cannot be typeset from what it was given") from None


def paper_of(sheet: Sheet, made_at: datetime) -> bytes:
    """The sheet as a PDF. Raises SystemFailed."""
    blocks = [{"kind": type(block).__name__, **_fields_of(block)} for block in sheet.blocks]
    return typeset(Template.SHEET, {"title": sheet.title, "blocks": blocks, "running": sheet.running}, made_at)


def _fields_of(value: Any) -> dict[str, Any]:
    return {one.name: _value_of(getattr(value, one.name)) for one in fields(value)}


def _value_of(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return [_value_of(one) for one in value] if isinstance(value, tuple) else _fields_of(value)


def _by_number(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def _plain(value: Any) -> Any:
    """The value, in which every character is one that may be seen."""
    if isinstance(value, str):
        return "".join(_seen(one) for one in unicodedata.normalize("NFC", value.replace("\r\n", "\n")))
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, Sequence):
        return [_plain(one) for one in value]
    return value


def _seen(character: str) -> str:
    if character == "\t":
        return "    "
    hidden = unicodedata.category(character) in _UNSEEN and character not in _NEEDED
    return _by_number(character) if hidden else character


@lru_cache(maxsize=4096)
def _is_shown(character: str) -> bool:
    """Whether a font inside has this character."""
    try:
        _compile(_PROBE, json.dumps(character, ensure_ascii=False), None)
    except typst.TypstError:
        return False
    return True


def _compile(source: bytes, data: str, made_at: datetime | None) -> bytes:
    compiler = typst.Compiler(
        source,
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        package_path=TEMPLATES,
        package_cache_path=TEMPLATES,
    )
    timestamp = 0 if made_at is None else int(made_at.timestamp())
    made = compiler.compile(format="pdf", pdf_standards=_STANDARDS, timestamp=timestamp)
    if not isinstance(made, bytes):
        raise SystemFailed("paper", "the typesetter gave no document")
    return made


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Those inside the wheel, found once."""
    return typst.Fonts(include_system_fonts=False)
