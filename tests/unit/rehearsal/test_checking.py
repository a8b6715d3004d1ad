"""`broker check`: what it recognises, what it prints and how it exits."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broker.canonical import digest_bytes
from broker.rehearsal.checking import check_paths
from tests.unit.agreements.small_partnership import AGREEMENT, POLICIES, SCENARIO, spoil, write_partnership

AT = datetime(2026, 3, 2, tzinfo=UTC)
ROOT = Path(__file__).parents[3]

SIGNATURES = """\
signatures: family-support
version: 2
signed:
  - party: ecc
    signatory: A Director
    post: Director of Children's Services
    authority: Scheme of delegation, 2025
    signed_at: 2026-01-05
    digest: {digest}
    click: {{record: session-1, at: 2026-01-05T10:00:00Z}}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_partnership(tmp_path)
    (tmp_path / "agreement.yaml").write_text(AGREEMENT, encoding="utf-8")
    scenario = spoil(SCENARIO, "[family-support.yaml]", "[agreement.yaml]")
    (tmp_path / "scenarios.yaml").write_text(scenario, encoding="utf-8")
    sign(tmp_path)
    return tmp_path


def sign(place: Path, old: str = "party: ecc", new: str = "party: ecc") -> None:
    digest = digest_bytes((place / "agreement.yaml").read_bytes())
    text = spoil(SIGNATURES.format(digest=digest), old, new)
    (place / "signatures.yaml").write_text(text, encoding="utf-8")


def errors(place: Path) -> list[str]:
    return [str(finding).replace(f"{place}/", "") for finding in check_paths([place], None, AT).errors]


def broker_check(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "broker", "check", *arguments],
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_folder_is_checked_with_all_below_it(place: Path) -> None:
    checked = check_paths([place], None, AT)
    assert checked.counts == {
        "policies": 1,
        "agreements": 1,
        "signatures": 1,
        "templates": 0,
        "mappings": 0,
        "scenarios": 1,
    }
    assert checked.errors == ()
    assert checked.warnings == ()


def test_one_mistake_in_an_agreement_is_said_once(place: Path) -> None:
    (place / "agreement.yaml").write_text(spoil(AGREEMENT, "detail: full", "detail: most"), encoding="utf-8")
    assert errors(place) == ["agreement.yaml:16: `detail` is `most`, not one of `flag`, `summary`, `full`"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("party: ecc", "party: clinic", "signatures.yaml:4: `clinic` is not a party of `family-support@2`"),
        ("party: ecc", "party: ec", "signatures.yaml:4: `party` names `ec`, which is not a known organisation"),
        ("version: 2", "version: 1", "signatures.yaml:1: these are signatures of `family-support@1`, beside"),
        ("digest: sha256:", "digest: sha512:", "signatures.yaml:9: `digest` must be a digest, `sha256:` and 64"),
        (
            "    signed_at: 2026-01-05\n",
            "    signed_at: 2026-01-05\n    withdrawn_at: 2026-01-04\n",
            "signatures.yaml:9: withdrawn before it was signed",
        ),
        (
            "    click: {record: session-1, at: 2026-01-05T10:00:00Z}\n",
            "",
            "signatures.yaml:4: a signature is made by key or by click",
        ),
        (
            "    click: {record: session-1, at: 2026-01-05T10:00:00Z}\n",
            "    ed25519: {key: ecc/sign-1, signature: short}\n",
            "signatures.yaml:10: `signature` must be an Ed25519 signature, 64 bytes in base64",
        ),
    ],
)
def test_signatures_are_checked(place: Path, old: str, new: str, says: str) -> None:
    sign(place, old, new)
    (error,) = errors(place)
    assert error.startswith(says)


def test_an_agreement_changed_after_it_was_signed(place: Path) -> None:
    (place / "agreement.yaml").write_text(AGREEMENT + "# one more line\n", encoding="utf-8")
    (error,) = errors(place)
    assert error.startswith("signatures.yaml:4: `ecc` signed other bytes than these")


def test_signatures_of_nothing(place: Path) -> None:
    (place / "alone").mkdir()
    (place / "signatures.yaml").rename(place / "alone" / "signatures.yaml")
    assert errors(place) == [
        "alone/signatures.yaml:1: there is no agreement.yaml beside these signatures: put them together"
    ]


def test_other_files_are_passed_over_in_a_folder_and_refused_by_name(place: Path) -> None:
    (place / "compose.yaml").write_text("services: {}\n", encoding="utf-8")
    checked = check_paths([place], None, AT)
    assert checked.errors == ()
    assert [finding.where for finding in checked.warnings] == [f"{place}/compose.yaml:1"]
    (error,) = check_paths([place / "compose.yaml"], None, AT).errors
    assert "is no file of standing rules, agreement, template, signatures, mapping or scenarios" in error.message


def test_the_shipped_rules_agreements_and_scenarios_are_right() -> None:
    checked = check_paths([ROOT / "policies", ROOT / "agreements"], None, AT)
    assert checked.errors == ()
    assert checked.counts["agreements"] >= 3
    assert checked.counts["scenarios"] >= 100


def test_exit_codes_and_streams(place: Path) -> None:
    fine = broker_check(".", cwd=place)
    assert (fine.returncode, fine.stderr) == (0, "")
    assert "1 scenario: no errors" in fine.stdout
    (place / "policies" / "roles.yaml").write_text(
        spoil(POLICIES["roles.yaml"], "title: Clerk, ", ""), encoding="utf-8"
    )
    wrong = broker_check("policies", cwd=place)
    assert wrong.returncode == 1
    assert wrong.stderr == "policies/roles.yaml:3: a role lacks `title`: add it\n"
    missing = broker_check("nowhere", cwd=place)
    assert missing.returncode == 2
    assert missing.stderr.startswith("nowhere: no such file or folder")


def test_json(place: Path) -> None:
    (place / "agreement.yaml").write_text(spoil(AGREEMENT, "owner: ecc", "owner: ec"), encoding="utf-8")
    done = broker_check("agreement.yaml", "--policies", "policies", "--json", cwd=place)
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout) == {
        "checked": {
            "policies": 0,
            "agreements": 1,
            "signatures": 0,
            "templates": 0,
            "mappings": 0,
            "scenarios": 0,
        },
        "errors": [
            {
                "file": "agreement.yaml",
                "line": 5,
                "message": "`owner` names `ec`, which is not a known organisation; did you mean `ecc`?",
                "severity": "error",
            }
        ],
        "warnings": [],
    }
