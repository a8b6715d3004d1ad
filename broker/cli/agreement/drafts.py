"""`broker agreement templates|new`: which templates there are; a new agreement from one. No database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from broker.agreements.partnership import PartnershipReading, read_partnership
from broker.agreements.templates.template import Blank, Body, DateBlank, Template
from broker.agreements.templates.values import fitting
from broker.cli.agreement.arguments import AsJson
from broker.cli.screen import console, plain, print_json, table
from broker.clock import SystemClock
from broker.errors import CallWrong
from broker.rehearsal.drafting import Draft, draft_agreement, find_template, list_templates, write_draft
from broker.settings import Settings
from broker.vocabulary.codes import Organisation
from broker.wiring import policies_folder

_Template = Annotated[str, typer.Option("--template", help="its name, or the path of its file")]


def register(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("templates", help=_TEMPLATES)(templates)
    group.command("new", help=_NEW)(new)


_TEMPLATES = """The templates there are; with a name, what is to be filled in and who could fill it.

Example: broker agreement templates family-support
"""


def templates(
    name: Annotated[str | None, typer.Argument(help="one of them", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:
    """Lists templates, or the blanks of one."""
    settings = Settings.read()
    partnership = _partnership(settings)
    organisations = partnership.require().vocabulary.organisations
    folder = _agreements(settings)
    found = list_templates(folder, partnership) if name is None else (find_template(name, folder, partnership),)
    if as_json:
        print_json([_template_json(one, organisations) for one in found])
        return
    out = console()
    if name is None:
        rows = [(one.name, one.title, ", ".join(one.blanks)) for one in found]
        out.print(table("Templates", ("Template", "Title", "To be filled in"), rows))
        return
    for one in found:
        out.print(plain(f"{one.title}\n{one.about}"))
        rows = [(blank.name, blank.says, _wanted(blank, organisations)) for blank in one.blanks.values()]
        out.print(table("To be filled in", ("Blank", "What", "With"), rows))


_NEW = """Write a new agreement from a template: agreement.yaml, and scenarios.yaml and terms.md to start from.

Nothing is written unless `broker check` accepts it, and nothing is written over. What a template asks for:
`broker agreement templates NAME`.

Example: broker agreement new --template family-support --reference family-support-north --set council=ecc --set
schools=oakdale-primary,chelmsford-academy --set police=essex-police --set hospitals=mse-nhs
--set mental-health-trust=eput-nhs --set begins=2027-04-01 --set dpia=DPIA-9 --set policy-document=APD-7
--set privacy-notice=families-first
"""


def new(
    template: _Template,
    filled: Annotated[
        list[str] | None, typer.Option("--set", help="BLANK=VALUE, once for each; several bodies with commas")
    ] = None,
    reference: Annotated[
        str | None, typer.Option("--reference", help="the agreement's; left out: the template's name")
    ] = None,
    version: Annotated[int, typer.Option("--version", min=1, help="of the agreement")] = 1,
    into: Annotated[
        Path | None, typer.Option("--into", help="the folder of agreements; left out: the broker's own")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Writes."""
    settings = Settings.read()
    partnership = _partnership(settings)
    found = find_template(template, _agreements(settings), partnership)
    draft = draft_agreement(
        found,
        _given(filled or ()),
        partnership,
        policies_folder(settings),
        SystemClock().now(),
        reference=reference,
        version=version,
    )
    paths = write_draft(draft, into or _agreements(settings))
    if as_json:
        print_json(_draft_json(draft, paths))
        return
    out = console()
    for path in paths:
        out.print(plain(f"Written: {path}"))
    if draft.left_out:
        out.print(plain(f"Left out, because nobody is left for them: clauses {', '.join(draft.left_out)}."))
    for warning in draft.warnings:
        out.print(plain(warning))
    for name in draft.otherwise:
        out.print(plain(f"Look at the scenario `{name}`: it does not come out as its clause says."))
    out.print(plain(f"Next: read it, then `broker check {paths[0].parent}` and `broker test {paths[0].parent}`."))


def _partnership(settings: Settings) -> PartnershipReading:
    return read_partnership(policies_folder(settings))


def _agreements(settings: Settings) -> Path:
    if settings.agreements_dir is None:
        raise CallWrong("agreements", "there is no such folder; set BROKER_AGREEMENTS_DIR")
    return settings.agreements_dir


def _given(filled: Iterable[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for text in filled:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not name:
            raise CallWrong("--set", f"`{text}` fills in nothing; write it as `--set council=ecc`")
        if name in given:
            raise CallWrong("--set", f"`{name}` is given twice; name several bodies with commas between them")
        given[name] = value
    return given


def _wanted(blank: Blank, organisations: Mapping[str, Organisation]) -> str:
    if isinstance(blank, Body):
        how_many = {(False, False): "one of", (True, False): "one or more of"}.get(
            (blank.many, blank.optional), "none, or any of" if blank.many else "none, or one of"
        )
        return f"{how_many}: {', '.join(fitting(blank, organisations)) or 'nobody here yet'}"
    if isinstance(blank, DateBlank):
        if blank.after is None or blank.by is None:
            return "a day"
        return f"a day; left out: {blank.by.in_words} after `{blank.after}`"
    return "a reference"


def _template_json(one: Template, organisations: Mapping[str, Organisation]) -> dict[str, Any]:
    return {
        "template": one.name,
        "title": one.title,
        "about": one.about,
        "blanks": [_blank_json(blank, organisations) for blank in one.blanks.values()],
    }


def _blank_json(blank: Blank, organisations: Mapping[str, Organisation]) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": blank.name, "says": blank.says}
    if isinstance(blank, Body):
        return {
            **shown,
            "kind": "body",
            "types": sorted(blank.types),
            "many": blank.many,
            "optional": blank.optional,
            "fitting": fitting(blank, organisations),
        }
    if isinstance(blank, DateBlank):
        return {**shown, "kind": "date", "after": blank.after, "by": None if blank.by is None else str(blank.by)}
    return {**shown, "kind": "reference"}


def _draft_json(draft: Draft, paths: Iterable[Path]) -> dict[str, Any]:
    return {
        "agreement": f"{draft.reference}@{draft.version}",
        "files": [str(path) for path in paths],
        "left_out": list(draft.left_out),
        "warnings": [
            {"where": one.where, "message": one.message, "severity": one.severity.value} for one in draft.warnings
        ],
        "otherwise": list(draft.otherwise),
    }
