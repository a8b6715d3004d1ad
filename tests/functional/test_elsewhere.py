"""The broker started from any folder: the standing rules and agreements that ship are found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from broker.agreements import partnership
from broker.agreements.partnership import packaged_agreements, packaged_policies
from broker.settings import Settings

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "agreements/family-support/v1/scenarios.yaml"


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One verb in a process of its own, in a folder of its own, with no setting but the data folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BROKER_")}
    environment = {**kept, "PYTHONPATH": str(ROOT), "BROKER_DATA_DIR": str(folder / "data"), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "broker", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize(
    "words",
    [
        ("decide", str(SCENARIOS), "--scenario", "Nobody has been asked yet", "--json"),
        ("check", str(SCENARIOS), "--json"),
        ("test", str(SCENARIOS), "--json"),
        ("agreement", "adopt", "--json"),
    ],
)
def test_from_another_folder_the_rules_that_ship_are_used(tmp_path: Path, words: tuple[str, ...]) -> None:
    if words[0] == "agreement":
        assert run(tmp_path, "migrate").returncode == 0
    done = run(tmp_path, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)


def test_a_folder_here_comes_before_the_one_that_ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BROKER_POLICIES_DIR", raising=False)
    monkeypatch.delenv("BROKER_AGREEMENTS_DIR", raising=False)
    monkeypatch.chdir(tmp_path)
    assert Settings.read().policies_dir == packaged_policies()
    assert Settings.read().agreements_dir == packaged_agreements()
    for name in ("policies", "agreements"):
        (tmp_path / name).mkdir()
    assert Settings.read().policies_dir == Path("policies")
    assert Settings.read().agreements_dir == Path("agreements")


def test_in_a_wheel_the_folders_inside_the_package_ship(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages/broker"
    monkeypatch.setattr(partnership, "files", lambda _name: package)
    (tmp_path / "site-packages/policies").mkdir(parents=True)
    assert packaged_policies() is None, "a folder of somebody else's beside an installed package is never ours"
    for name in ("policies", "agreements"):
        (package / "_partnership" / name).mkdir(parents=True)
    assert packaged_policies() == package / "_partnership/policies"
    assert packaged_agreements() == package / "_partnership/agreements"
