"""Laws of the site that can be read off its routes, templates and files; what needs an office at work is in
tests/functional/web."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

from tests.functional.web.matrix import EVERYBODY, FILE, rows
from tests.functional.web.visitors import routes

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "broker" / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
LEXER = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])  # noqa: S701 - reads templates, renders none
HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Where an expression stands in a template's text."""
SPOKEN = frozenset({"alt", "title", "placeholder", "aria-label", "aria-description", "label", "content"})
"""Attributes that are read out or shown."""
TITLED = {
    "problem.html": {"title"},
    "asking.html": {"question", "title"},  # of the catalogue, as every `asking.Question` has it
    "queue.html": {"_", "pages", "number", "queue", "page"},  # which page of how many: two numbers
}
"""Names that a title may have in it, by template: nothing about anybody. Whoever adds one says why in its line."""


def named(path: Path) -> str:
    return str(path.relative_to(WEB / "templates"))


def tokens(path: Path) -> list[tuple[int, str, str]]:
    found = LEXER.lex(path.read_text("utf-8"))
    return [one for one in found if one[1] not in {"whitespace", "comment", "comment_begin", "comment_end"}]


def in_translation(stream: list[tuple[int, str, str]]) -> Iterator[tuple[bool, tuple[int, str, str]]]:
    """Each token, and whether it stands between `{% trans %}` and `{% endtrans %}`."""
    inside = False
    for index, one in enumerate(stream):
        before = stream[index - 1][1] if index else ""
        if one[1] == "name" and before == "block_begin" and one[2] in {"trans", "endtrans"}:
            inside = one[2] == "trans"
        yield inside, one


def markup(path: Path) -> str:
    """The template's own markup: every expression is a hole, every translated text is gone."""
    text, depth = "", 0
    for inside, (_, kind, value) in in_translation(tokens(path)):
        if kind in {"variable_begin", "block_begin"}:
            depth += 1
            text += HOLE if kind == "variable_begin" else ""
        elif kind in {"variable_end", "block_end"}:
            depth -= 1
        elif kind == "data" and not depth and not inside:
            text += value
    return text


class Bare(HTMLParser):
    """What a reader would see or hear that no catalogue knows, and what the content security policy refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.forbidden: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        meta = tag == "meta" and found.get("name") in {"viewport", "robots"}
        for name, value in found.items():
            if name in SPOKEN and not meta and re.search(r"[A-Za-z]{2}", value):
                self.words.append(f"{name}={value}")
            if name.startswith("on") or name == "style" or value.strip().lower().startswith("javascript:"):
                self.forbidden.append(f"<{tag} {name}={value}>")
        if tag in {"style", "base", "iframe", "object", "embed"} or (tag == "script" and "src" not in found):
            self.forbidden.append(f"<{tag}>")

    def handle_data(self, data: str) -> None:
        if re.search(r"[A-Za-z]{2}", data):
            self.words.append(data.strip())


def read(path: Path) -> Bare:
    found = Bare()
    found.feed(markup(path))
    found.close()
    return found


def spoken_strings(path: Path) -> Iterator[str]:
    """Words in expressions that begin like a sentence and are not handed to the catalogue."""
    calls: list[bool] = []
    before = ""
    for _, kind, value in tokens(path):
        if kind == "operator" and value == "(":
            calls.append(before in {"_", "gettext", "ngettext"})
        elif kind == "operator" and value == ")" and calls:
            calls.pop()
        elif kind == "string" and re.match(r"""["'][A-Z][a-z]""", value) and not any(calls):
            yield value
        before = value


def test_every_page_stands_in_the_matrix() -> None:
    there, listed = list(routes()), [(row.method, row.address) for row in rows()]
    missing = [f"{method},{path},VERB" for method, path in there if (method, path) not in listed]
    assert not missing, f"add to {FILE.relative_to(ROOT)}, with what opens it:\n" + "\n".join(missing)
    gone = [one for one in listed if one not in there]
    assert not gone, f"these rows have no page any more: {gone}"
    assert len(set(there)) == len(there), "two pages share an address"
    assert len(set(listed)) == len(listed)


def test_every_row_of_the_matrix_names_verbs_there_are() -> None:
    for row in rows():
        assert row.verbs or row.opens in {EVERYBODY, "signed-in"}, row


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_no_words_of_a_template_are_outside_the_catalogue(path: Path) -> None:
    assert read(path).words == []
    assert list(spoken_strings(path)) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_no_template_has_what_the_policy_of_scripts_and_styles_refuses(path: Path) -> None:
    assert read(path).forbidden == []
    text = path.read_text("utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape|Markup", text), "nothing is let through unescaped"


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_form_bears_the_token_and_looks_up_nobody_by_address(path: Path) -> None:
    for form in re.findall(r"<form\b.*?</form>", path.read_text("utf-8"), re.DOTALL):
        opening = form[: form.index(">")]
        if re.search(r'method="post"', opening):
            assert "token()" in form or ('name="token"' in form and named(path) == "layout.html"), opening
        else:
            assert re.search(r'method="get"', opening), f"say how it is sent: {opening}"


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_no_title_names_anybody(path: Path) -> None:
    """A title is the text of the catalogue, and at most the names that `TITLED` lists for it."""
    for title in re.findall(r"\{% block title %\}(.*?)\{% endblock", path.read_text("utf-8"), re.DOTALL):
        bare = re.sub(r'_\("[^"]*"\)', "", title)
        used = {one for _, kind, one in LEXER.lex(bare) if kind == "name"} - {
            "trans",
            "endtrans",
            "if",
            "else",
            "endif",
        }
        assert used <= TITLED.get(named(path), set()), f"{used} in the title of {named(path)}"


@pytest.mark.parametrize("register", ["broker/web/static/VENDOR.md", "tests/browser/VENDOR.md"])
def test_what_is_not_ours_is_as_it_was_taken(register: str) -> None:
    folder = (ROOT / register).parent
    listed = re.findall(
        r"^\| `([^`]+)` \|.*\| ([0-9a-f]{64}) \|$", (ROOT / register).read_text("utf-8"), re.MULTILINE
    )
    assert listed
    for name, digest in listed:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name


def test_there_is_no_crown_no_logo_no_crest_and_no_font_of_gov_uk() -> None:
    """A service that is not on GOV.UK may not use them."""
    for path in sorted((WEB / "static").iterdir()):
        if path.suffix == ".md":
            continue
        assert path.suffix in {".css", ".js", ".svg"}, path.name
        text = path.read_text("utf-8")
        assert "GDS Transport" not in text, path.name
        assert "@font-face" not in text, path.name
        assert not re.search(r"url\((?!\s*[\"']?data:)", text), path.name
        if path.suffix == ".css":
            assert "crest" not in text.lower(), path.name
    for path in TEMPLATES:
        used = re.findall(r"components/([a-z-]+)/macro", path.read_text("utf-8"))
        assert not set(used) & {"header", "footer"}, f"{named(path)}: those carry the crown and the crest"
        assert "crown" not in path.read_text("utf-8").lower()
