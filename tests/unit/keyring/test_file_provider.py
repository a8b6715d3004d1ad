"""The key file: made once and whole, read only when nobody else could."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from broker.keyring.faults import KeyFileRefused, KeysMissing, SealBroken
from broker.keyring.file_provider import FILE_NAME, FileProvider
from broker.keyring.provider import SecretName


def test_new_keys_are_for_the_owner_alone(tmp_path: Path) -> None:
    FileProvider.create(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys" / FILE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "keys").iterdir()] == [FILE_NAME]


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    first = FileProvider.create(tmp_path)
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(KeyFileRefused, match="never overwritten"):
        FileProvider.create(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert FileProvider.load(tmp_path).secret(SecretName.FACTS) == first.secret(SecretName.FACTS)


def test_two_deployments_share_nothing(tmp_path: Path) -> None:
    one, other = FileProvider.create(tmp_path / "one"), FileProvider.create(tmp_path / "other")
    assert one.deployment != other.deployment
    for name in SecretName:
        assert one.secret(name) != other.secret(name)


def test_a_missing_file_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing, match="broker migrate") as caught:
        FileProvider.load(tmp_path)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o601])
def test_a_file_others_could_touch_is_refused(tmp_path: Path, mode: int) -> None:
    FileProvider.create(tmp_path)
    (tmp_path / FILE_NAME).chmod(mode)
    with pytest.raises(KeyFileRefused, match="chmod 600"):
        FileProvider.load(tmp_path)


def test_a_link_is_refused(tmp_path: Path) -> None:
    FileProvider.create(tmp_path / "real")
    (tmp_path / FILE_NAME).symlink_to(tmp_path / "real" / FILE_NAME)
    with pytest.raises(KeyFileRefused):
        FileProvider.load(tmp_path)


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(KeyFileRefused):
        FileProvider.load(tmp_path)


def _break(document: dict[str, object], how: str) -> object:
    if how == "format":
        return {**document, "format": "broker-keys-v9"}
    if how == "no secret":
        return {**document, "secrets": {}}
    if how == "current":
        return {**document, "current": "k9"}
    if how == "short key":
        return {**document, "key_encryption": {"k1": "AAAA"}}
    if how == "not base64":
        return {**document, "key_encryption": {"k1": "!!!!"}}
    return []


@pytest.mark.parametrize("how", ["format", "no secret", "current", "short key", "not base64", "a list"])
def test_an_incomplete_file_is_refused_without_showing_a_key(tmp_path: Path, how: str) -> None:
    FileProvider.create(tmp_path)
    path = tmp_path / FILE_NAME
    document = json.loads(path.read_bytes())
    path.write_text(json.dumps(_break(document, how)))
    with pytest.raises(KeyFileRefused) as caught:
        FileProvider.load(tmp_path)
    for secret in document["secrets"].values():
        assert secret not in str(caught.value)


def test_a_data_key_unwraps_for_its_owner_only(tmp_path: Path) -> None:
    provider = FileProvider.create(tmp_path)
    key = os.urandom(32)
    wrapped = provider.wrap(key, b"p-mum")
    assert key not in wrapped
    assert provider.unwrap(wrapped, b"p-mum") == key
    with pytest.raises(SealBroken):
        provider.unwrap(wrapped, b"p-dad")
    for position in range(len(wrapped)):
        changed = bytearray(wrapped)
        changed[position] ^= 1
        with pytest.raises(SealBroken):
            provider.unwrap(bytes(changed), b"p-mum")
    with pytest.raises(SealBroken):
        provider.unwrap(b"", b"p-mum")


def test_keys_of_before_a_rotation_still_unwrap(tmp_path: Path) -> None:
    old = FileProvider.create(tmp_path)
    wrapped = old.wrap(bytes(32), b"p-mum")
    path = tmp_path / FILE_NAME
    document = json.loads(path.read_bytes())
    document["key_encryption"]["k2"] = document["secrets"]["facts"]
    path.write_text(json.dumps({**document, "current": "k2"}))
    rotated = FileProvider.load(tmp_path)
    assert rotated.unwrap(wrapped, b"p-mum") == bytes(32)
    assert rotated.wrap(bytes(32), b"p-mum")[1:3] == b"k2"


def test_printing_shows_no_key(tmp_path: Path) -> None:
    provider = FileProvider.create(tmp_path)
    shown = repr(provider)
    assert "_secrets" not in shown
    assert "_key_encryption" not in shown
