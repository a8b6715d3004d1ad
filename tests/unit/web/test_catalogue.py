"""The catalogue for translators has every word on screens, and none that is gone."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[3]
WEB = ROOT / "broker" / "web"
POT = WEB / "locale" / "web.pot"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {
    "templates/**.html": {
        "extensions": "jinja2.ext.i18n,jinja2.ext.do",
        "trim_blocks": "true",
        "lstrip_blocks": "true",
        "silent": "false",
    }
}


def test_the_catalogue_is_current() -> None:
    found = Catalog()
    for _file, _line, message, _comments, _context in extract_from_dir(WEB, METHODS, OPTIONS):
        found.add(message)
    with POT.open("rb") as file:
        kept = read_po(file)
    words, listed = ({str(one.id) for one in catalogue if one.id} for catalogue in (found, kept))
    assert len(words) > 100
    assert not words - listed, f"run `make catalogue`; not there yet: {sorted(words - listed)[:5]}"
    assert not listed - words, f"run `make catalogue`; gone: {sorted(listed - words)[:5]}"
