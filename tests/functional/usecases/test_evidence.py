"""Evidence packs: what a court is given about a release or a person, and the program that checks it alone."""

from __future__ import annotations

import html
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from broker.audit.evidence import select_evidence
from broker.consent.record import ConsentDecision
from broker.errors import CallWrong, NotAllowed, SystemFailed
from broker.paper.page import page_of
from broker.release.disclosure import Disclosure
from broker.usecases.acting import Acting
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent
from broker.usecases.log import pack_check
from broker.usecases.log import pack_evidence as pack_evidence_module
from broker.usecases.log.evidence_sheet import Release, ReleasedPart, sheet_of
from broker.usecases.log.export_log import publish_folder
from broker.usecases.log.pack_evidence import Packed, Sought, pack_evidence
from tests.functional.usecases.office import KIM, OFFICER, Office, full_disk
from tests.unit.store.small_store import NOON

PROGRAM = Path(pack_check.__file__).read_bytes()
NAMES = ("Sam", "Testing", "Kim Ward", "01632", "9990")


def pack(office: Office, folder: Path, acting: Acting | None = OFFICER, **sought: str) -> Packed:
    return pack_evidence(office.broker, Sought(**sought), folder, PROGRAM, acting)


def read(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "pack.json").read_bytes())
    return found


def events(folder: Path) -> list[str]:
    return [json.loads(one["entry"])["event"] for one in read(folder)["entries"]]


def paper(folder: Path) -> str:
    """What the pack's PDF says, in one line."""
    reader = PdfReader(io.BytesIO((folder / "evidence.pdf").read_bytes()))
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


def check(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The pack's own program in a bare interpreter: no packages, no environment, no folder but the pack's."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "check.py"), *words],
        cwd="/", env={}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.fixture
def released(office: Office) -> Disclosure:
    return office.ask()


def test_a_pack_about_a_release_holds_what_it_rests_on_and_its_clauses(
    office: Office, released: Disclosure, tmp_path: Path
) -> None:
    folder = tmp_path / "pack"
    packed = pack(office, folder, disclosure=released.id)
    assert {
        "rules.adopted",
        "agreement.published",
        "agreement.signed",
        "consent.given",
        "profile.released",
    } <= set(events(folder))
    assert packed.entries == len(events(folder))
    assert "person.searched" not in events(folder)
    [document] = read(folder)["documents"]
    assert (folder / document["file"]).read_bytes().startswith(b"#") or b"family-support" in (
        folder / document["file"]
    ).read_bytes()
    page = (folder / "index.html").read_text("utf-8")
    assert released.id in page
    assert "<script" not in page
    done = check(folder, "--log-key", packed.log_key)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "signed with" in done.stdout


def test_nobody_is_named_in_a_pack(office: Office, released: Disclosure, tmp_path: Path) -> None:
    pack(office, tmp_path / "release", disclosure=released.id)
    pack(office, tmp_path / "person", person=office.people["child"])
    for path in (*(tmp_path / "release").iterdir(), *(tmp_path / "person").iterdir()):
        if path.is_file() and path.name != "check.py":
            text = paper(path.parent) if path.suffix == ".pdf" else path.read_text("utf-8")
            assert not [name for name in NAMES if name in text and path.name == "pack.json"], path
            assert not [one for one in office.people.values() if one in text], path


def test_an_officer_reads_what_happened_in_sentences_on_the_page_and_on_paper(
    office: Office, released: Disclosure, tmp_path: Path
) -> None:
    pack(office, tmp_path / "pack", disclosure=released.id)
    page = html.unescape(re.sub(r"<[^>]*>", "", (tmp_path / "pack/index.html").read_text("utf-8")))
    said = (
        "Evidence about a release",
        "Essex County Council asked, in the role of Lead practitioner, for one purpose: Supporting a family.",
        "What is not listed here was not released.",
        "The agreement family-support@1 was published. (ground)",
        "The agreement family-support@1 was signed for Chelmsford Academy. (ground)",
        "Consent was given (engagement). (ground)",
        f"Information was released ({released.id}); for: Supporting a family. Outcome: permitted.",
        "kim, Essex County Council",
        "The agreement as it stood: family-support@1",
    )
    printed = paper(tmp_path / "pack")
    for sentence in said:
        assert sentence in page
        # A word may be broken where its column ends.
        assert sentence.replace(" ", "") in printed.replace(" ", "")
    pseudonyms = {
        person for one in read(tmp_path / "pack")["entries"] for person in json.loads(one["entry"])["about"]
    }
    assert pseudonyms
    for pseudonym in pseudonyms:
        assert page.count(pseudonym) == 1, "named once, numbered elsewhere"


def test_a_pack_that_nobody_would_print_has_a_page_and_no_paper(
    office: Office, released: Disclosure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = pack(office, tmp_path / "printed", disclosure=released.id)
    assert (tmp_path / "printed/evidence.pdf").exists()
    monkeypatch.setattr(pack_evidence_module, "MOST_ON_PAPER", packed.entries - 1)
    pack(office, tmp_path / "long", disclosure=released.id)
    monkeypatch.setattr(pack_evidence_module, "MOST_ON_PAPER", packed.entries)
    monkeypatch.setattr(pack_evidence_module, "MOST_CLAUSES_ON_PAPER", 10)
    pack(office, tmp_path / "wordy", disclosure=released.id)
    for name in ("long", "wordy"):
        assert not (tmp_path / name / "evidence.pdf").exists()
        assert released.id in (tmp_path / name / "index.html").read_text("utf-8")
        assert check(tmp_path / name, "--log-key", packed.log_key).returncode == 0


def test_a_pack_as_one_file_unpacks_to_the_same_pack(office: Office, released: Disclosure, tmp_path: Path) -> None:
    sought, file = Sought(released.id), tmp_path / "out" / "pack.zip"
    packed = pack_evidence(office.broker, sought, file, PROGRAM, OFFICER, zipped=True)
    assert [path.name for path in file.parent.iterdir()] == ["pack.zip"]
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    done = check(tmp_path / "pack", "--log-key", packed.log_key)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    pack(office, tmp_path / "folder", disclosure=released.id)
    assert {path.name for path in (tmp_path / "pack").iterdir()} == {
        path.name for path in (tmp_path / "folder").iterdir()
    }
    with pytest.raises(CallWrong, match="is there already"):
        pack_evidence(office.broker, sought, file, PROGRAM, OFFICER, zipped=True)


def test_a_file_that_came_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "new.zip").write_bytes(b"new")
    (tmp_path / "pack.zip").write_bytes(b"another's")
    with pytest.raises(CallWrong, match="is there already"):
        publish_folder(tmp_path / "new.zip", tmp_path / "pack.zip")
    assert (tmp_path / "pack.zip").read_bytes() == b"another's"


def release_of(office: Office, *parts: ReleasedPart) -> str:
    """The page about one release of these parts, of which the log says nothing."""
    release = Release("d-1", "dwp", "old-purpose", "old-role", parts)
    sheet = sheet_of(
        "Title", "log.example\n0\nroot", [], [release], [], office.broker.partnership.vocabulary, NOON
    )
    return html.unescape(re.sub(r"<[^>]*>", "", page_of(sheet)))


def test_a_release_of_nothing_says_so_and_old_codes_are_shown_as_they_are(office: Office) -> None:
    page = release_of(office)
    assert "Department for Work and Pensions asked, in the role of old-role, for one purpose: old-purpose." in page
    assert "Nothing was released." in page
    assert "On " not in page
    page = release_of(office, ReleasedPart("p1.audit.1.x", "old-category", "gone", "flag"))
    assert "Released: 1 kind of information from 1 organisation." in page
    assert "Person 1old-categorygoneonly that there is something" in re.sub(r"\n", "", page)


def test_packing_is_in_the_log_before_the_pack_is_there(
    office: Office, released: Disclosure, tmp_path: Path
) -> None:
    folder = tmp_path / "out" / "pack"
    with full_disk(office, "audit_entry"), pytest.raises(SystemFailed):
        pack(office, folder, None, disclosure=released.id)
    assert list(folder.parent.iterdir()) == []
    packed = pack(office, folder, disclosure=released.id)
    last = office.entries()[-1]
    assert (last.event, last.actor) == ("evidence.packed", "ola")
    assert last.details["disclosure"] == released.id
    assert (last.details["size"], last.details["entries"]) == (packed.size, packed.entries)
    assert last.about
    with pytest.raises(CallWrong, match="is there already"):
        pack(office, folder, disclosure=released.id)


def test_a_withdrawal_after_the_release_is_in_the_pack(office: Office, tmp_path: Path) -> None:
    office.step()
    given_again = office.consent("mum", "mum", ConsentDecision.GIVEN)
    office.ask()
    office.step()
    withdraw_consent(office.broker, KIM, Withdrawal(given_again.consent_id))
    pack(office, tmp_path / "pack", person=office.people["mum"])
    assert "consent.withdrawn" in events(tmp_path / "pack")


@pytest.mark.parametrize("acting", [KIM, Acting("nobody", "ig-officer")])
def test_only_those_whose_work_it_is_may_pack_and_a_refusal_is_logged(
    office: Office, released: Disclosure, tmp_path: Path, acting: Acting
) -> None:
    with pytest.raises(NotAllowed):
        pack(office, tmp_path / "pack", acting, disclosure=released.id)
    assert not (tmp_path / "pack").exists()
    assert office.entries()[-1].event == "access.refused"


def test_an_officer_elsewhere_gets_the_answer_that_somebody_unknown_gets(
    office: Office, released: Disclosure, tmp_path: Path
) -> None:
    office.enrol_one("far", "Far Away", "dwp", "ig-officer")
    far = Acting("far", "ig-officer")
    answers = set()
    for sought in ({"disclosure": released.id}, {"disclosure": "d-unknown"}, {"person": office.people["mum"]},
                   {"person": "pn-unknown"}):  # fmt: skip
        with pytest.raises(NotAllowed) as refused:
            pack(office, tmp_path / "pack", far, **sought)
        answers.add(str(refused.value))
    assert len(answers) == 1
    assert not (tmp_path / "pack").exists()


def test_an_officer_s_pack_about_a_person_holds_their_own_organisation_s_entries(
    office: Office, released: Disclosure, tmp_path: Path
) -> None:
    office.enrol_one("iso", "Iso Park", "oakdale-primary", "ig-officer")
    pack(office, tmp_path / "whole", None, person=office.people["child"])
    pack(office, tmp_path / "ours", person=office.people["child"])
    whole, ours = read(tmp_path / "whole"), read(tmp_path / "ours")
    assert {one["entry"] for one in ours["entries"]} <= {one["entry"] for one in whole["entries"]}
    assert released.id in (tmp_path / "ours/pack.json").read_text("utf-8")


def test_one_thing_is_asked_for() -> None:
    with pytest.raises(CallWrong):
        Sought()
    with pytest.raises(CallWrong):
        Sought("d-1", "pn-1")


def test_a_disk_that_is_full_leaves_nothing(
    office: Office, released: Disclosure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(SystemFailed, match="No space left"):
        pack(office, tmp_path / "pack", None, disclosure=released.id)
    assert list(tmp_path.glob("*pack*")) == []


# --- the program in the pack ---


@pytest.fixture
def made(office: Office, released: Disclosure, tmp_path: Path) -> Path:
    pack(office, tmp_path / "pack", disclosure=released.id)
    return tmp_path / "pack"


def change(folder: Path, **parts: Any) -> None:
    (folder / "pack.json").write_text(json.dumps({**read(folder), **parts}), "utf-8")


def test_the_program_finds_every_change(made: Path, tmp_path: Path) -> None:
    pristine, genuine = tmp_path / "pristine", read(made)
    key = genuine["log_key"]
    shutil.copytree(made, pristine)
    first, *rest = genuine["entries"]
    edited = first["entry"].replace('"outcome":"done"', '"outcome":"dome"')
    assert edited != first["entry"]
    spoiled: list[dict[str, Any]] = [
        {"entries": [{**first, "entry": edited}, *rest]},
        {"entries": [{**first, "index": first["index"] + 1}, *rest]},
        {"entries": [{**first, "index": -1}, *rest]},
        {"entries": [{**first, "proof": first["proof"][:-1]}, *rest]},
        {"entries": [{**first, "proof": [*first["proof"], "00" * 32]}, *rest]},
        {"entries": [{**first, "proof": rest[0]["proof"]}, *rest]},
        {"entries": []},
        {"entries": [*genuine["entries"], first]},
        {"entries": [one for one in genuine["entries"] if "rules.adopted" not in one["entry"]]},
        {"entries": [one for one in genuine["entries"] if "agreement.signed" not in one["entry"]]},
        {"entries": [one for one in genuine["entries"] if "consent.given" not in one["entry"]]},
        {"documents": []},
        {"entries": [one for one in genuine["entries"] if "document_digest" not in one["entry"]]},
        {"checkpoint": genuine["checkpoint"].replace(genuine["origin"], "another.example/log")},
        {"checkpoint": genuine["checkpoint"].split("— ")[0]},
        {"documents": [{**genuine["documents"][0], "digest": "sha256:" + "00" * 32}]},
        {"documents": [{"file": "nowhere.yaml", "digest": "sha256:" + "00" * 32}]},
    ]
    lines = genuine["checkpoint"].split("\n")
    spoiled.append({"checkpoint": "\n".join([lines[0], str(int(lines[1]) + 1), *lines[2:]])})
    for parts in spoiled:
        assert genuine != {**genuine, **parts}
        shutil.rmtree(made)
        shutil.copytree(pristine, made)
        change(made, **parts)
        done = check(made, "--log-key", key)
        assert done.returncode == 1, (parts, done.stdout, done.stderr)
        assert done.stderr == ""
    shutil.rmtree(made)
    shutil.copytree(pristine, made)
    document = made / genuine["documents"][0]["file"]
    document.write_bytes(document.read_bytes() + b"\n")
    assert check(made, "--log-key", key).returncode == 1


def test_without_a_key_nobody_can_say_and_with_another_it_does_not_hold(made: Path, tmp_path: Path) -> None:
    assert check(made).returncode == 2
    count = len(read(made)["entries"])
    assert f"{count} entries. Not proved: that none was left out" in check(made).stdout
    key = read(made)["log_key"]
    (tmp_path / "audit-log.pub").write_text(f"{key}\n", "ascii")
    assert check(made, "--log-key", str(tmp_path / "audit-log.pub")).returncode == 0
    wrong = key[:-3] + ("AA=" if not key.endswith("AA=") else "BA=")
    assert check(made, "--log-key", wrong).returncode == 1
    assert check(made, "--log-key", "nonsense").returncode == 1
    assert check(made, "--log-key").returncode == 1
    (made / "pack.json").write_text("{", "utf-8")
    assert check(made, "--log-key", key).returncode == 1


def test_the_program_is_short_enough_to_be_read() -> None:
    assert len(PROGRAM.decode().splitlines()) <= 135
    assert b"broker" not in PROGRAM.split(b'"""')[2]


@given(st.binary(max_size=100), st.binary(min_size=32, max_size=32), st.integers(0, 511))
def test_its_signatures_are_those_of_the_library(message: bytes, seed: bytes, flipped: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert pack_check.verifies(public, message, signature)
    spoiled = bytearray(signature)
    spoiled[flipped // 8] ^= 1 << flipped % 8
    try:
        assert not pack_check.verifies(public, message, bytes(spoiled))
    except ValueError:
        assert flipped < 256, "only a point can be none"
    assert not pack_check.verifies(public, message + b"x", signature)
    assert not pack_check.verifies(public, message, signature[:-1])


def test_entries_that_nobody_asked_for_and_nothing_rests_on_stay_out() -> None:
    assert select_evidence([], lambda _: True) == ()
