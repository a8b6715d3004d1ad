"""From settings to a working broker: migrate, open, refuse what is not safe."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from broker.access import Verb
from broker.errors import CallWrong, DocumentsRefused, SystemFailed
from broker.keyring import KeyFileRefused, KeysMissing
from broker.settings import Settings
from broker.wiring import migrate, open_broker, policies_folder

ROOT = Path(__file__).parents[2]


def settings(tmp_path: Path, **given: object) -> Settings:
    """Settings of a deployment of its own."""
    chosen = {"data_dir": tmp_path / "data", "policies_dir": ROOT / "policies", **given}
    return Settings.model_validate(chosen)


def run(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`broker migrate` as a person runs it."""
    environment = {**os.environ, "BROKER_DATA_DIR": str(tmp_path / "data"), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "broker", "migrate", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_migrate_then_open(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    first = migrate(chosen)
    assert (first.keys_made, first.database.before) == (True, None)
    again = migrate(chosen)
    assert (again.keys_made, again.database.before) == (False, first.database.after)
    with open_broker(chosen) as broker:
        assert broker.access.find_role(["auditor"], Verb.AUDIT_READ)
        assert "ecc" in broker.partnership.vocabulary.organisations
        with broker.store.look() as view:
            assert view.keys.token("x", "y") == broker.keyring.token("x", "y")


def test_a_broker_without_keys_or_tables_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing, match="broker migrate"), open_broker(settings(tmp_path)):
        pass
    chosen = settings(tmp_path)
    migrate(chosen)
    (tmp_path / "data/broker.db").unlink()
    with pytest.raises(CallWrong, match="broker migrate"), open_broker(chosen):
        pass


def test_a_database_whose_keys_are_gone_gets_no_new_ones(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    migrate(chosen)
    (chosen.keys() / "broker-keys.json").unlink()
    with pytest.raises(SystemFailed, match="restore the key file"):
        migrate(chosen)
    assert list(chosen.keys().iterdir()) == []


def test_a_key_file_others_can_read_stops_the_broker(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    migrate(chosen)
    (chosen.keys() / "broker-keys.json").chmod(0o644)
    with pytest.raises(KeyFileRefused, match="chmod 600"), open_broker(chosen):
        pass


def test_a_broken_access_policy_stops_the_broker(tmp_path: Path) -> None:
    policies = tmp_path / "policies"
    (policies / "access").mkdir(parents=True)
    for path in (ROOT / "policies").rglob("*.*"):
        (policies / path.relative_to(ROOT / "policies")).write_bytes(path.read_bytes())
    chosen = settings(tmp_path, policies_dir=policies)
    migrate(chosen)
    with open_broker(chosen):
        pass
    (policies / "access/policy.csv").write_text("", encoding="utf-8")
    with pytest.raises(DocumentsRefused, match="holds no rule"), open_broker(chosen):
        pass


def test_a_folder_of_policies_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CallWrong, match="BROKER_POLICIES_DIR"):
        policies_folder(settings(tmp_path, policies_dir=tmp_path / "nowhere"))


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BROKER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("BROKER_DATABASE_URL", "postgresql+psycopg://someone:hunter2@db/broker")
    found = Settings.read()
    assert found.keys() == tmp_path / "keys"
    assert found.database().endswith("@db/broker")
    assert "hunter2" not in repr(found)
    monkeypatch.delenv("BROKER_DATABASE_URL")
    assert Settings.read().database() == f"sqlite:///{tmp_path}/broker.db"


def test_a_wrong_setting_is_named_and_its_value_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKER_PSEUDONYM_EPOCH", "hunter2")
    monkeypatch.setenv("BROKER_LOG_ORIGIN", "a+b c")
    with pytest.raises(CallWrong) as caught:
        Settings.read()
    assert "BROKER_PSEUDONYM_EPOCH" in str(caught.value)
    assert "BROKER_LOG_ORIGIN" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_broker_migrate_says_what_it_did(tmp_path: Path) -> None:
    first = run(tmp_path, "--json")
    assert first.returncode == 0, first.stderr
    said = json.loads(first.stdout)
    assert (said["keys_made"], said["revision_before"]) == (True, None)
    again = run(tmp_path)
    assert (again.returncode, again.stderr) == (0, "")
    assert f"up to date ({said['revision']})" in again.stdout


def test_broker_migrate_fails_with_where_and_what_to_do(tmp_path: Path) -> None:
    assert run(tmp_path).returncode == 0
    (tmp_path / "data/keys/broker-keys.json").unlink()
    failed = run(tmp_path, "--json")
    assert failed.returncode == 3
    assert failed.stdout == ""
    assert "restore the key file" in failed.stderr
