"""A template: what must be filled in, and the text of an agreement with blanks in it.

Decides the form of a template's head, which blanks its text may have and where they may stand. What the filled-in
text must be is `broker.agreements.parse`'s to say. Format: docs/formats.md ("A template").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from broker.dates import Period
from broker.documents.files import documents_of
from broker.documents.findings import Findings
from broker.documents.forms import Fields, Form, optional, required
from broker.documents.limits import shortened
from broker.documents.nodes import Table
from broker.documents.reading import Reading, Registers
from broker.documents.shapes import REFUSED, Boolean, Known, Length, ListOf, Matching, NewCode, Text, set_of
from broker.errors import did_you_mean

BLANK: Final = re.compile(r"<([a-z][a-z0-9-]*)>")
"""How a blank is written in the text: `<council>`."""

CLAUSE_LISTS: Final = ("grants", "prohibitions")


@dataclass(frozen=True, slots=True)
class Body:
    """A blank for an organisation of one of these types; for one or more (`many`), or for none (`optional`)."""

    name: str
    says: str
    types: frozenset[str]
    many: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class DateBlank:
    """A blank for a day. Where it is not given it is `by` after the day of the blank `after`, if that is named."""

    name: str
    says: str
    after: str | None = None
    by: Period | None = None


@dataclass(frozen=True, slots=True)
class ReferenceBlank:
    """A blank for the reference of a paper."""

    name: str
    says: str


Blank = Body | DateBlank | ReferenceBlank


@dataclass(frozen=True, slots=True)
class Template:
    """`text` is the agreement with its blanks, `first_line` the line of the file on which it begins."""

    name: str
    title: str
    about: str
    blanks: Mapping[str, Blank]
    text: str
    first_line: int
    file: str


_NAME = required("name", Matching(r"[a-z][a-z0-9-]*", "a name in lower case, such as `council`"), "`<name>` below")
_SAYS = required("says", Text(), "what is to be filled in, as one would ask for it")
_TYPES = required("types", set_of(Known("organisation type"), "no body would fit"), "one in common is enough")
_MANY = optional("many", Boolean(), False, "one or more bodies; what names it in a list is repeated for each")
_OPTIONAL = optional("optional", Boolean(), False, "there may be none; what names it in a list is left out")
_AFTER = optional("after", Matching(r"[a-z][a-z0-9-]*", "the name of another date"), None)
_BY = optional("by", Length(), None, "how long after; both or neither")

_BODY: Form[Body] = Form(
    "a body",
    (_NAME, _SAYS, _TYPES, _MANY, _OPTIONAL),
    lambda fields, _: Body(fields[_NAME], fields[_SAYS], fields[_TYPES], fields[_MANY], fields[_OPTIONAL]),
)


def _date(fields: Fields, reading: Reading) -> DateBlank:
    if (fields[_AFTER] is None) != (fields[_BY] is None):
        reading.error(fields.line, "`after` and `by` go together: write both or neither")
    return DateBlank(fields[_NAME], fields[_SAYS], fields[_AFTER], fields[_BY])


_DATE: Form[DateBlank] = Form("a date", (_NAME, _SAYS, _AFTER, _BY), _date)
_REFERENCE: Form[ReferenceBlank] = Form(
    "a reference", (_NAME, _SAYS), lambda fields, _: ReferenceBlank(fields[_NAME], fields[_SAYS])
)

_TEMPLATE = required("template", NewCode(), "the template's name")
_TITLE = required("title", Text())
_ABOUT = required("about", Text(), "when to use it, in a sentence or two")
_BODIES = required("bodies", ListOf(_BODY, "an agreement is between bodies"))
_DATES = optional("dates", ListOf(_DATE), ())
_REFERENCES = optional("references", ListOf(_REFERENCE), ())


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the text."""

    name: str
    title: str
    about: str
    blanks: tuple[Blank, ...]
    line: int


TEMPLATE_HEAD: Final[Form[Head]] = Form(
    "a template",
    (_TEMPLATE, _TITLE, _ABOUT, _BODIES, _DATES, _REFERENCES),
    lambda fields, _: Head(
        fields[_TEMPLATE],
        fields[_TITLE],
        fields[_ABOUT],
        (*fields[_BODIES], *fields[_DATES], *fields[_REFERENCES]),
        fields.line,
    ),
)


def read_template(data: bytes, shown: str, findings: Findings, registers: Registers) -> Template | None:
    """The template of a file's bytes; None after reporting every problem. `registers` holds organisation types."""
    before = len(findings.errors)
    documents = documents_of(data, shown, findings)
    if len(findings.errors) > before:
        return None
    if len(documents) != 2:
        line = documents[2].line if len(documents) > 2 else 1
        findings.error(shown, line, "a template is two documents: its head, `---`, and the text with its blanks")
        return None
    reading = Reading(shown, findings, registers)
    head = TEMPLATE_HEAD.read(documents[0].root, reading, "the head")
    if head is REFUSED:
        return None
    text = _after_the_head(data, documents[1].line)
    template = Template(
        head.name,
        head.title,
        head.about,
        {blank.name: blank for blank in head.blanks},
        text,
        documents[1].line + 1,
        shown,
    )
    if not isinstance(documents[1].root, Table):
        reading.error(documents[1].root, "the text below the head is no agreement: begin it with `agreement:`")
        return None
    _check_names(head, reading)
    _check_places(template, reading)
    return template if len(findings.errors) == before else None


def root_of(text: str) -> Node:
    """The nodes of a text that the strict reader has accepted, with the marks of where each begins and ends."""
    root: Node = YAML(typ="rt", pure=True).compose(text)
    return root


def _after_the_head(data: bytes, line: int) -> str:
    """The text below the `---` on this line."""
    lines = data.decode("utf-8").replace("\r\n", "\n").split("\n")
    return "\n".join(lines[line:])


def _check_names(head: Head, reading: Reading) -> None:
    names = [blank.name for blank in head.blanks]
    for name in sorted({name for name in names if names.count(name) > 1}):
        reading.error(head.line, f"`{name}` is declared twice: give each blank its own name")
    days = {blank.name for blank in head.blanks if isinstance(blank, DateBlank) and blank.after is None}
    for blank in head.blanks:
        if isinstance(blank, DateBlank) and blank.after is not None and blank.after not in days:
            reading.error(
                head.line,
                f"`{blank.name}` comes after `{blank.after}`, which is no date that is asked for"
                f"{did_you_mean(blank.after, days)}",
            )


def _check_places(template: Template, reading: Reading) -> None:
    """Reports blanks that are not declared, not used, or stand where they cannot be filled in."""
    used: set[str] = set()
    root = root_of(template.text)
    for key, value in root.value if isinstance(root, MappingNode) else ():
        if key.value in CLAUSE_LISTS and isinstance(value, SequenceNode) and value.flow_style:
            line = template.first_line + value.start_mark.line
            reading.error(line, f"`{key.value}` is written in brackets: begin each clause on a line with `-`")
    for place in places(root):
        line = template.first_line + place.node.start_mark.line
        for name in place.names:
            used.add(name)
            blank = template.blanks.get(name)
            if blank is None:
                hint = did_you_mean(name, template.blanks)
                reading.error(line, f"`<{shortened(name)}>` is not declared in the head{hint}")
            elif place.is_key:
                reading.error(line, f"`<{name}>` stands in a key: only values can be filled in")
            elif isinstance(blank, Body) and (blank.many or blank.optional) and not place.repeatable:
                what = "many" if blank.many else "optional"
                reading.error(
                    line,
                    f"`<{name}>` is {what}, so it stands alone in a list, or in one of a list's"
                    f" `{{organisation: <{name}>}}`",
                )
    for name in template.blanks:
        if name not in used:
            reading.error(1, f"`{name}` is declared and the text below has no `<{name}>`: use it or take it out")


@dataclass(frozen=True, slots=True)
class Place:
    """One scalar with blanks in it. `repeatable` says that it stands alone in an item of a list, so that the item
    can be repeated or left out."""

    node: ScalarNode
    names: tuple[str, ...]
    is_key: bool
    repeatable: bool


def places(node: Node, *, key: bool = False, in_item: bool = False) -> Iterator[Place]:
    """Every scalar at or below the node that has a blank in it, in the order written."""
    if isinstance(node, ScalarNode):
        names = tuple(BLANK.findall(node.value))
        if names:
            yield Place(node, names, key, in_item and BLANK.fullmatch(node.value) is not None)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from places(item, in_item=True)
    elif isinstance(node, MappingNode):
        for name, value in node.value:
            yield from places(name, key=True)
            if name.value in CLAUSE_LISTS and isinstance(value, SequenceNode):
                for clause in value.value:
                    yield from places(clause)
            else:
                yield from places(value, in_item=in_item and isinstance(value, ScalarNode))
