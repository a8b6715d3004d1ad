"""The verbs as they are typed: help with an example, JSON, exit codes 0, 1 and 2, and no traceback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import typer
from sqlalchemy import text
from typer.core import TyperGroup as Group

from broker.audit.checkpoint import parse_checkpoint
from broker.audit.note import parse_note
from broker.audit.tree import verify_inclusion
from tests.functional.usecases.office import ROOT, Office, engine_of, environment_of
from tests.functional.usecases.test_ties import private_of
from tests.typed import typed

MODULES = (
    "profile",
    "consent",
    "team",
    "holder",
    "adhoc",
    "refusal",
    "told",
    "disagreement",
    "override",
    "access_checks",
    "notices",
    "rights",
    "complaint",
    "restrict",
    "correct",
    "recall",
    "expiring",
    "link",
    "breach",
    "person",
    "agreement",
    "keys",
    "webhooks",
    "audit",
    "contact",
    "case",
    "feed",
)


def commands() -> Iterator[tuple[str, Any]]:
    """Every command of these modules with its name as typed."""
    for module in MODULES:
        app = typer.Typer()
        app.callback()(lambda: None)
        import_module(f"broker.cli.{module}").register(app)
        found = typer.main.get_command(app)
        assert isinstance(found, Group)
        for name, command in found.commands.items():
            if isinstance(command, Group):
                yield from ((f"{name} {inner}", one) for inner, one in command.commands.items())
            else:
                yield name, command


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=[name for name, _ in commands()])
def test_every_verb_has_an_example_and_json(name: str, command: Any) -> None:
    assert f"Example: broker {name}" in " ".join(command.help.split())
    options = {option for parameter in command.params for option in parameter.opts}
    assert "--json" in options
    for parameter in command.params:
        assert getattr(parameter, "help", ""), f"`{parameter.name}` says nothing about itself"


def run(data_dir: Path, *words: str, columns: int = 120) -> CompletedProcess[str]:
    """One verb, as it is typed."""
    environment = {**environment_of(data_dir), "NO_COLOR": "1", "COLUMNS": str(columns)}
    return typed(list(words), environment, ROOT)


@pytest.fixture
def folder(office: Office) -> Path:
    """The data folder of an office at work."""
    return office.broker.settings.data_dir


def profile_words(office: Office, *others: str) -> list[str]:
    return [
        *("profile", "--by", "kim", "--as", "lead-practitioner", "--purpose", "family-support"),
        *("--case", office.cases["team"], "--about", office.people["mum"], "--about", office.people["child"]),
        *("--reason", "first review", *others),
    ]


def test_a_profile_is_printed_in_the_order_a_tired_person_needs(office: Office, folder: Path) -> None:
    shown = run(folder, *profile_words(office))
    assert shown.returncode == 0, shown.stderr
    page = " ".join(shown.stdout.split())
    parts = [
        "Mum Testing, Child Testing",
        "Before you contact them",
        "Ring before you visit",
        "Who is already involved",
        "01632 960123",
        "The family",
        "What is going well, in their own words",
        "Nothing released about this.",
        "Known to",
        "What has happened",
        "January 2026",
        "20 January 2026 · Child Testing: school attendance. attendance: 81 %",
        "from Oakdale Primary School · recorded",
        "What silence means here",
        "Not shared, and what would change this",
        "This release",
        "Necessary.",
        "“first review”",
        "Audit reference",
        "Why each item may be shown",
        "[1] clause 4.2 of Family support and team around the family (version 1)",
        "This supports your professional judgement. It is not legal advice.",
    ]
    places = [page.find(part) for part in parts if part != "Nothing released about this."]
    assert -1 not in places, dict(zip(parts, places, strict=False))
    assert places == sorted(places)
    assert "Nothing released about this." in page
    assert "nothing held" not in page.lower()


def test_a_profile_as_json_and_a_refusal_with_exit_code_1(office: Office, folder: Path) -> None:
    answered = run(folder, *profile_words(office, "--json"))
    assert answered.returncode == 0, answered.stderr
    said = json.loads(answered.stdout)
    assert said["outcome"] == "answered"
    assert [item["record"] for item in said["sections"]["timeline"]]
    words = [word if word != "lead-practitioner" else "triage" for word in profile_words(office, "--json")]
    refused = run(folder, *words)
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["refused_because"] == "not-authorised"


def test_a_wrong_call_is_2_with_what_to_do_and_an_answer_of_no_is_1(office: Office, folder: Path) -> None:
    wrong = run(folder, "consent", "record", "--by", "kim", "--as", "lead-practitioner", "--about",
                office.people["mum"], "--signatory", office.people["mum"], "--kind", "engagment")  # fmt: skip
    assert wrong.returncode == 2
    assert "did you mean `engagement`" in wrong.stderr
    no = run(folder, "team", "close", office.cases["team"], "--by", "tri", "--as", "triage")
    assert no.returncode == 1
    assert "Traceback" not in no.stderr + wrong.stderr


def test_a_receipt_is_printed_and_somebody_without_standing_is_exit_code_1(office: Office, folder: Path) -> None:
    words = ["consent", "record", "--by", "kim", "--as", "lead-practitioner", "--about", office.people["child"]]
    good = run(folder, *words, "--signatory", office.people["mum"], "--present", "a neighbour", "--not-alone")
    assert good.returncode == 0, good.stderr
    assert "HOW TO CHANGE YOUR MIND" in good.stdout
    assert "neighbour" not in good.stdout
    none = run(folder, *words, "--signatory", office.people["partner"], "--json")
    assert none.returncode == 1
    assert json.loads(none.stdout)["standing"]["who_can_decide"] == [
        "their mother, who has parental responsibility"
    ]


def test_a_withdrawal_takes_the_same_evidence_and_prints_none_of_what_is_silent(
    office: Office, folder: Path
) -> None:
    given = office.consent("child", "mum").consent_id
    how = ("--unsafe", "--present", "canary-partner", "--not-alone", "--capacity", "asked twice")
    words = ("consent", "withdraw", given, "--by", "kim", "--as", "lead-practitioner")
    kept = run(folder, *words, *how, "--interpreter", "Ida")
    assert kept.returncode == 0, kept.stderr
    for silent in ("canary", "unsafe", "alone", "pressure"):
        assert silent not in kept.stdout.lower()
    withdrawn, unsafe = [entry for entry in office.entries() if entry.event.startswith("consent.")][-2:]
    assert (withdrawn.event, unsafe.event) == ("consent.withdrawn", "consent.marked-unsafe")
    private: dict[str, Any] = dict(private_of(office, withdrawn))
    assert (private["present"], private["private_time"]) == (["canary-partner"], False)
    assert (private["interpreter"], private["capacity"], private["unsafe"]) == ("Ida", "asked twice", True)


def test_a_receipt_is_redeemed_for_a_proof_that_anybody_can_check(office: Office, folder: Path) -> None:
    receipt = office.ask().receipt
    proof = json.loads(run(folder, "audit", "prove", receipt.leaf_hash, "--json").stdout)
    checkpoint = parse_checkpoint(parse_note(proof["checkpoint"]).text)
    hashes = [bytes.fromhex(one) for one in proof["proof"]]
    verify_inclusion(proof["index"], proof["size"], bytes.fromhex(receipt.leaf_hash), hashes, checkpoint.root)
    assert run(folder, "audit", "prove", "ab" * 32).returncode == 1
    assert run(folder, "audit", "prove", "not-a-hash").returncode == 2
    assert run(folder, "audit", "verify").returncode == 0


def test_the_log_is_exported_verified_and_found_out_when_it_was_edited(office: Office, folder: Path) -> None:
    office.ask()
    log = folder / "export"
    exported = json.loads(run(folder, "audit", "export", str(log), "--json").stdout)
    elsewhere = folder / "elsewhere"
    sound = run(elsewhere, "audit", "verify", str(log), "--log-key", exported["log_key"], "--json")
    assert sound.returncode == 0, sound.stdout
    assert json.loads(sound.stdout)["verdict"] == "sound"
    assert run(elsewhere, "audit", "verify", str(log)).returncode == 2, "without a key nobody can say"
    assert run(folder, "audit", "verify").returncode == 0
    engine = engine_of(office)
    disarm = "DROP TRIGGER tr_audit_entry_no_update"
    if engine.dialect.name == "postgresql":
        disarm = "ALTER TABLE audit_entry DISABLE TRIGGER tr_audit_entry_append_only"
    placed = "SELECT entry_id, leaf_index, entry FROM audit_entry JOIN audit_leaf USING (entry_id)"
    with engine.begin() as connection:
        connection.execute(text(disarm))
        rows = connection.execute(text(placed)).all()
        entry_id, place, data = next(row for row in rows if b"profile.released" in row.entry)
        edited = {"entry": data.replace(b"profile.released", b"profile.refused"), "id": entry_id}
        connection.execute(text("UPDATE audit_entry SET entry = :entry WHERE entry_id = :id"), edited)
    engine.dispose()
    found_out = run(folder, "audit", "verify", "--json")
    assert found_out.returncode == 1
    assert json.loads(found_out.stdout)["first_bad_index"] == place


def test_on_a_narrow_screen_the_tables_are_lists_and_no_word_is_broken(office: Office, folder: Path) -> None:
    narrow = run(folder, *profile_words(office), columns=60)
    assert narrow.returncode == 0, narrow.stderr
    assert max(map(len, narrow.stdout.splitlines())) <= 64, "a line of its own for the audit reference only"
    assert "│" not in narrow.stdout
    assert "  Because: " in narrow.stdout
    assert "│" in run(folder, *profile_words(office), columns=90).stdout


def test_each_reason_for_showing_is_printed_once_and_every_item_leads_to_one(office: Office, folder: Path) -> None:
    page = run(folder, *profile_words(office)).stdout
    items, _, notes = page.partition("Why each item may be shown")
    named = {line.rpartition("[")[2].rstrip("]") for line in items.splitlines() if line.startswith("  from ")}
    listed = [line[1 : line.index("]")] for line in notes.splitlines() if line.startswith("[")]
    assert listed == [str(number) for number in range(1, len(listed) + 1)]
    assert named == set(listed)
    assert "@" not in page.partition("Audit reference")[0]


def test_sources_of_which_the_same_is_said_stand_together(office: Office, folder: Path) -> None:
    page = run(folder, *profile_words(office), columns=80).stdout
    silence = " ".join(page.partition("What silence means here")[2].partition("Not shared, and")[0].split())
    entries = [entry.partition(" · ")[::2] for entry in silence.split("• ")[1:]]
    said = [what for _, what in entries]
    assert len(said) == len(set(said)) > 1
    assert any("," in sources for sources, _ in entries), "two sources of which the same is said share an entry"


def test_what_is_not_for_a_person_is_one_line_each_and_asks_nobody_anything(office: Office, folder: Path) -> None:
    page = run(folder, *profile_words(office), columns=80).stdout.partition("Not shared, and")[2]
    lines = page.splitlines()
    places = [at for at, line in enumerate(lines) if line.startswith("  Because: Not for this person's age")]
    assert 0 < len(places) <= 2
    steps = " ".join(lines[at + 1] + lines[at + 2] for at in places)
    assert steps.count("Next step: ") == len(places)
    assert "ask " not in steps.lower()
