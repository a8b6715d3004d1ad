"""Templates to pages.

Decides how days and times are written (3 March 2026, 4:40 pm), that everything is escaped unless a component made
it, and where the site's own files lie: under their digest, so that a browser may keep them. A name that a page
forgot to give is a blank, because the components ask for many that nobody gives: pages are looked at for that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from jinja2 import (
    BytecodeCache,
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
)
from jinja2.bccache import Bucket

from broker.dates import LONDON, uk_date, uk_time
from broker.release.in_words import field_title
from broker.usecases.world import World
from broker.web.language import CATALOGUE, _

HERE: Final = Path(__file__).parent
TEMPLATES: Final = HERE / "templates"
STATIC: Final = HERE / "static"
_CODE: Final = re.compile(r"(?<![\w@/-])[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?![\w@/-])")
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def static_files() -> dict[str, tuple[str, bytes]]:
    """The site's own files by name: their address and what is in them."""
    found = {}
    for path in sorted(STATIC.iterdir()):
        if path.suffix in TYPES:
            data = path.read_bytes()
            found[path.name] = (f"/static/{hashlib.sha256(data).hexdigest()[:16]}/{path.name}", data)
    return found


class _Compiled(BytecodeCache):
    """Templates as they were compiled, for every site of this process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was kept under this text of the template, if anything was."""
        found = self._kept.get(f"{bucket.key}/{bucket.checksum}")
        if found is not None:
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps it."""
        self._kept[f"{bucket.key}/{bucket.checksum}"] = bucket.bytecode_to_string()


_COMPILED: Final = _Compiled()
_NAMES: Final = ("organisation", "role", "purpose", "category", "named")
"""Filters that know what the partnership calls something."""


def _environment(of_a_partnership: Mapping[str, Callable[[str], str]]) -> Environment:
    """Where templates are read from and what they may call; the names are the partnership's own."""
    found = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(TEMPLATES),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja", "templates")}),
            ]
        ),
        autoescape=True,
        undefined=ChainableUndefined,  # the components ask for what was not given to them
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=_COMPILED,
        # What is compiled serves every partnership: no name of one may be worked out beforehand.
        optimized=False,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    found.install_gettext_translations(CATALOGUE, newstyle=True)  # type: ignore[attr-defined]
    found.filters |= {
        "day": day,
        "clock": clock,
        "moment": moment,
        "deadline": deadline,
        "sentence": sentence,
        "field_title": field_title,
    }
    found.filters |= of_a_partnership
    return found


def _load_all(environment: Environment) -> None:
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)


def compile_templates() -> None:
    """Compiles every template, for this process and those it forks: their sites only load them."""
    _load_all(_environment(dict.fromkeys(_NAMES, str)))


class Templates:
    """The templates, loaded once."""

    def __init__(self, world: World) -> None:
        self.files = static_files()
        self._world = world
        self._environment = _environment({name: getattr(self, name) for name in _NAMES})
        self._environment.globals["static"] = lambda name: self.files[name][0]

    def warm(self) -> None:
        """Loads every template, so that nobody who asks for a page waits for that."""
        _load_all(self._environment)

    def render(self, template: str, **data: Any) -> str:
        """The page."""
        return self._environment.get_template(template).render(now=self._world.clock.now(), **data)

    def organisation(self, code: str) -> str:
        """What an organisation is called; a code nobody knows is shown as it is."""
        found = self._world.partnership.vocabulary.organisations.get(code)
        return found.name if found is not None else code

    def named(self, sentence: str) -> str:
        """A sentence that tells of organisations by their codes, with their names."""
        organisations = self._world.partnership.vocabulary.organisations
        return _CODE.sub(
            lambda found: self.organisation(found[0]) if found[0] in organisations else found[0], sentence
        )

    def role(self, code: str) -> str:
        """What a role is called."""
        found = self._world.partnership.vocabulary.roles.get(code)
        return found.title if found is not None else code

    def purpose(self, code: str) -> str:
        """What a purpose is called."""
        found = self._world.partnership.vocabulary.purposes.get(code)
        return found.title if found is not None else code

    def category(self, code: str) -> str:
        """What a kind of information is called."""
        found = self._world.partnership.vocabulary.categories.get(code)
        return found.title if found is not None else code


def day(value: date | datetime | None) -> str:
    """`3 March 2026`, in England."""
    if value is None:
        return ""
    return uk_date(value.astimezone(LONDON).date() if isinstance(value, datetime) else value)


def clock(value: datetime | None) -> str:
    """`4:40 pm`, in England."""
    return uk_time(value) if value is not None else ""


def moment(value: datetime | None) -> str:
    """`3 March 2026 at 4:40 pm`, in England."""
    return f"{day(value)} at {clock(value)}" if value is not None else ""


def deadline(value: datetime | None) -> str:
    """By when: `3 March 2026 at 4:40 pm`; midnight, which nobody reads alike, is the end of the day before."""
    if value is None:
        return ""
    local = value.astimezone(LONDON)
    if (local.hour, local.minute) == (0, 0):
        return _("the end of %s") % day(local.date() - timedelta(days=1))
    return moment(value)


def sentence(text: str) -> str:
    """The words with a capital in front, as a line of their own begins."""
    return text[:1].upper() + text[1:]
