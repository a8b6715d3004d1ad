"""`broker policies`: versions of the standing rules: proposed, approved by a second person, listed, compared."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from broker.access.enforcer import MODEL_FILE, RULES_FILE
from broker.cli.screen import console, plain, print_json, table
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting
from broker.dates import instant_text, london_day, uk_date
from broker.documents.files import read_bytes
from broker.documents.findings import Findings
from broker.errors import CallWrong
from broker.settings import Settings
from broker.usecases.rules.rules_in_force import ACCESS
from broker.usecases.rules.rules_versions import (
    Difference,
    RulesVersionNow,
    approve_version,
    compare_rules,
    list_versions,
    propose_version,
    reject_version,
    show_version,
)
from broker.vocabulary.load import folder_bytes
from broker.wiring import open_broker, policies_folder

_GROUP = typer.Typer(no_args_is_help=True, help="Standing rules: propose a change, approve it, see what changes.")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-policies.md)")]
_Version = Annotated[int, typer.Argument(help="its number", show_default=False)]
_Folder = Annotated[
    Path | None, typer.Argument(help="the folder; left out: the one this broker runs with", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="policies")


_PROPOSE = """Propose a folder of standing rules as the next version. A second person approves it.

Example: broker policies propose policies --by ola --as ig-officer --note "the sixth form joins"
"""


@_GROUP.command("propose", help=_PROPOSE)
def propose(
    by: _By,
    role: _As,
    note: Annotated[str, typer.Option("--note", help="why, in a sentence; kept sealed")],
    folder: _Folder = None,
    as_json: _Json = False,
) -> None:
    """Proposes."""
    settings = Settings.read()
    files = _files(folder or policies_folder(settings))
    with open_broker(settings) as broker:
        proposed = propose_version(broker, acting(by, role), files, note)
    if as_json:
        print_json({"version": proposed.version, **_difference_json(proposed.difference)})
        return
    out = console()
    out.print(plain(f"Proposed: version {proposed.version}. A second person approves it."))
    _show_difference(proposed.difference)


_APPROVE = """Approve a proposed version: from now on decisions are made by it. Never by whoever proposed it.

Example: broker policies approve 2 --by cal --as caldicott-guardian
"""


@_GROUP.command("approve", help=_APPROVE)
def approve(version: _Version, by: _By, role: _As, as_json: _Json = False) -> None:
    """Approves."""
    with open_broker(Settings.read()) as broker:
        now = approve_version(broker, acting(by, role), version)
        deployed = _is_deployed(broker.partnership.vocabulary.digest, broker.access.digest, now)
    _show_now(now, as_json=as_json)
    if not as_json and not deployed:
        console().print(
            plain("The broker runs with other files: put these in place, for until then it decides nothing.")
        )


_REJECT = """Turn a proposed version down.

Example: broker policies reject 2 --by cal --as caldicott-guardian --reason "clause 4 is too wide"
"""


@_GROUP.command("reject", help=_REJECT)
def reject(
    version: _Version,
    by: _By,
    role: _As,
    reason: Annotated[str, typer.Option("--reason", help="why, in a sentence; kept sealed")],
    as_json: _Json = False,
) -> None:
    """Rejects."""
    with open_broker(Settings.read()) as broker:
        now = reject_version(broker, acting(by, role), version, reason)
    _show_now(now, as_json=as_json)


_LIST = """Every version of the standing rules: who proposed it and why, what became of it, which is in force.

Example: broker policies list --by ola --as ig-officer
"""


@_GROUP.command("list", help=_LIST)
def list_(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_versions(broker, acting(by, role))
        digests = (broker.partnership.vocabulary.digest, broker.access.digest)
    if as_json:
        print_json([{**_now_json(one), "deployed": _is_deployed(*digests, one)} for one in found])
        return
    out = console()
    rows = [(one.stored.version, _in_words(one), one.stored.by, one.stored.note) for one in found]
    out.print(table("Standing rules", ("Version", "How it stands", "Proposed by", "Why"), rows))
    if not any(one.in_force and _is_deployed(*digests, one) for one in found):
        out.print(plain("The broker runs with other files than those in force, so it decides nothing."))


_SHOW = """One version: how it stands, and its files; with --into they are written to a new folder.

Example: broker policies show 2 --by ola --as ig-officer --into policies-2
"""


@_GROUP.command("show", help=_SHOW)
def show(
    version: _Version,
    by: _By,
    role: _As,
    into: Annotated[Path | None, typer.Option("--into", help="a new folder to write the files to")] = None,
    as_json: _Json = False,
) -> None:
    """Shows."""
    with open_broker(Settings.read()) as broker:
        now, files = show_version(broker, acting(by, role), version)
    if into is not None:
        _write(into, files.items())
    if as_json:
        print_json({**_now_json(now), "files": {name: len(data) for name, data in sorted(files.items())}})
        return
    _show_now(now, as_json=False)
    rows = [(name, len(data)) for name, data in sorted(files.items())]
    console().print(table("Files", ("File", "Bytes"), rows))


_DIFF = """What a folder would change against the version in force, row by row, and which signed agreements use it.

Exit code 0 whether or not anything changes.

Example: broker policies diff policies --by ola --as ig-officer
"""


@_GROUP.command("diff", help=_DIFF)
def diff(by: _By, role: _As, folder: _Folder = None, as_json: _Json = False) -> None:
    """Compares."""
    settings = Settings.read()
    files = _files(folder or policies_folder(settings))
    with open_broker(settings) as broker:
        difference = compare_rules(broker, acting(by, role), files)
    if as_json:
        print_json(_difference_json(difference))
        return
    _show_difference(difference)


def _files(folder: Path) -> dict[str, bytes]:
    """The bytes of every file of a folder of standing rules, those of the access rules as `access/…`."""
    findings = Findings()
    found = folder_bytes(folder, str(folder), findings)
    for name in (MODEL_FILE, RULES_FILE):
        data = read_bytes(folder / "access" / name, f"{folder}/access/{name}", findings)
        if data is not None:
            found[f"{ACCESS}{name}"] = data
    findings.refuse_if_errors()
    return found


def _write(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    try:
        folder.mkdir(parents=True)
        for name, data in files:
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
    except FileExistsError:
        raise CallWrong(str(folder), "is there already; name a new folder") from None
    except OSError as error:
        raise CallWrong(str(folder), f"cannot be written: {(error.strerror or 'unknown').lower()}") from None


def _is_deployed(policies_digest: str, access_digest: str, now: RulesVersionNow) -> bool:
    return (now.stored.policies_digest, now.stored.access_digest) == (policies_digest, access_digest)


def _show_now(now: RulesVersionNow, *, as_json: bool) -> None:
    if as_json:
        print_json(_now_json(now))
        return
    console().print(plain(f"Version {now.stored.version}: {_in_words(now)}"))


_STATES = {
    "proposed": "waits for a second person to approve it",
    "overtaken": "overtaken by a later proposal",
    "rejected": "rejected",
    "in-force": "in force",
    "replaced": "replaced",
}


def _in_words(now: RulesVersionNow) -> str:
    words, event = _STATES[now.state], now.stored.event
    if event is None:
        return words
    day = uk_date(london_day(event.at))
    if now.state == "rejected":
        return f"rejected on {day} by {event.by}: {event.note}"
    return f"{words}, since {day}" if now.in_force else f"{words}; was in force from {day}"


def _show_difference(difference: Difference) -> None:
    out = console()
    if difference.in_force is None:
        out.print(plain("Nothing is in force yet, so there is nothing to compare with."))
        return
    against = f"version {difference.in_force.version}, in force"
    if difference.is_same:
        out.print(plain(f"These are the files of {against}."))
        return
    if not difference.changes:
        out.print(plain(f"Against {against}: other words, the same meaning."))
    for change in difference.changes:
        out.print(plain(f"{change.name}: {'; '.join(change.said)}."))
        for use in change.used_by:
            out.print(plain(f"    used by {use.agreement}, signed by {use.signed}"))


def _difference_json(difference: Difference) -> dict[str, Any]:
    in_force = difference.in_force
    return {
        "against": None if in_force is None else in_force.version,
        "same": difference.is_same,
        "policies_digest": difference.policies_digest,
        "access_digest": difference.access_digest,
        "changes": [
            {
                "what": change.name,
                "said": list(change.said),
                "used_by": [{"agreement": use.agreement, "signed": use.signed} for use in change.used_by],
            }
            for change in difference.changes
        ],
    }


def _now_json(now: RulesVersionNow) -> dict[str, Any]:
    stored, event = now.stored, now.stored.event
    return {
        "version": stored.version,
        "state": now.state,
        "policies_digest": stored.policies_digest,
        "access_digest": stored.access_digest,
        "proposed_at": instant_text(stored.proposed_at),
        "proposed_by": stored.by,
        "note": stored.note,
        "decided_at": None if event is None else instant_text(event.at),
        "decided_by": None if event is None else event.by,
        "reason": None if event is None or not event.note else event.note,
    }
