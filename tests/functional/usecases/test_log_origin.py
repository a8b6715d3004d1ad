"""The log's name belongs to its data: whoever looks later under another name is not told of tampering."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from broker.audit.verify import Verdict
from broker.errors import CallWrong
from broker.settings import LAST_FILE, PUBLIC_FILE, Settings, find_log_origin
from broker.usecases.log.export_log import export_to
from broker.usecases.log.verify_log import verify_live
from tests.functional.usecases.office import Office, environment_of

OTHER = "somewhere.else/log"


def settings_of(office: Office, monkeypatch: pytest.MonkeyPatch, origin: str | None = None) -> Settings:
    """What a later call reads from the environment."""
    for name, value in environment_of(office.broker.settings.data_dir).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("BROKER_LOG_ORIGIN", raising=False)
    if origin is not None:
        monkeypatch.setenv("BROKER_LOG_ORIGIN", origin)
    return Settings.read()


def test_before_anything_is_signed_there_is_no_name_to_read(tmp_path: Path) -> None:
    assert find_log_origin(tmp_path) is None


def test_the_name_is_read_back_from_the_data(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert verify_live(office.broker).verdict is Verdict.SOUND
    settings = settings_of(office, monkeypatch)
    assert settings.log_origin == office.broker.settings.log_origin == "broker.example/log"
    assert verify_live(replace(office.broker, settings=settings)).verdict is Verdict.SOUND


@pytest.mark.parametrize("gone", [LAST_FILE, PUBLIC_FILE])
def test_either_file_of_the_signer_tells_it(office: Office, gone: str) -> None:
    verify_live(office.broker)
    keys = office.broker.settings.keys()
    (keys / gone).unlink()
    assert find_log_origin(keys) == "broker.example/log"


def test_asking_about_another_log_is_a_wrong_call_and_never_tampering(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    verify_live(office.broker)
    told = f"cannot say: this log is called `broker.example/log` and you asked about `{OTHER}`"
    with pytest.raises(CallWrong, match=told) as refused:
        settings_of(office, monkeypatch, OTHER)
    assert refused.value.exit_code == 2
    published = (office.broker.settings.keys() / PUBLIC_FILE).read_text("ascii")
    asked = replace(office.broker, settings=office.broker.settings.model_copy(update={"log_origin": OTHER}))
    for ask in (lambda: verify_live(asked), lambda: export_to(asked, tmp_path / "log")):
        with pytest.raises(CallWrong, match=told):
            ask()
    assert (office.broker.settings.keys() / PUBLIC_FILE).read_text("ascii") == published
    assert verify_live(office.broker).verdict is Verdict.SOUND


def test_a_name_changed_in_the_memory_is_still_found_out(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    verify_live(office.broker)
    last = office.broker.settings.keys() / LAST_FILE
    last.write_text(last.read_text("utf-8").replace("broker.example/log", OTHER), "utf-8")
    settings = settings_of(office, monkeypatch)
    assert verify_live(replace(office.broker, settings=settings)).verdict is Verdict.TAMPERED
