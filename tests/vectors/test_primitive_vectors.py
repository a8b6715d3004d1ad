"""The primitives that pseudonyms rest on, against their published vectors.

These test the installed packages as this project calls them, and our own vectorised chaining on the AES-256 group.
"""

from __future__ import annotations

import hmac
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from broker.pseudonyms.cmac_lanes import CmacLanes, first_subkey
from tests.vectors import public_vectors


def test_aes_cmac() -> None:
    tested = 0
    for group in public_vectors.load("aes_cmac.json")["groups"]:
        key = bytes.fromhex(group["key"])
        for case in group["tests"]:
            mac = CMAC(AES(key))
            mac.update(bytes.fromhex(case["message"]))
            assert mac.finalize().hex() == case["mac"]
            tested += 1
    assert tested


def test_the_first_subkey_of_every_group() -> None:
    groups = public_vectors.load("aes_cmac.json")["groups"]
    assert groups
    for group in groups:
        raw = Cipher(AES(bytes.fromhex(group["key"])), ECB())  # noqa: S305  # one raw block is what CMAC needs
        zero = raw.encryptor().update(bytes(16))
        assert zero.hex() == group["AES_K(0)"]
        assert first_subkey(zero).hex() == group["K1"]


def test_the_lanes_on_messages_said_twice() -> None:
    """The kernel MACs m ‖ m only, so the published messages are doubled and given to both."""
    groups = [group for group in public_vectors.load("aes_cmac.json")["groups"] if group["key_bits"] == 256]
    assert groups
    for group in groups:
        key = bytes.fromhex(group["key"])
        for case in group["tests"]:
            message = bytes.fromhex(case["message"])
            if not message or len(message) % 16:
                continue
            blocks = np.frombuffer(message, np.uint8).reshape(-1, 1, 16)

            def fill(start: int, stop: int, out: np.ndarray, blocks: np.ndarray = blocks) -> None:
                out[:] = np.repeat(blocks, stop - start, axis=1)

            made = np.empty(3 * 16 + 15, np.uint8)
            CmacLanes(key, len(blocks), 2).run(fill, 0, 3, made)
            mac = CMAC(AES(key))
            mac.update(message + message)
            assert made[:48].tobytes() == mac.finalize() * 3


def test_hkdf_sha_256() -> None:
    cases = public_vectors.load("hkdf_sha256_rfc5869.json")["tests"]
    assert cases
    for case in cases:
        derived = HKDF(
            algorithm=SHA256(),
            length=case["L"],
            salt=bytes.fromhex(case["salt"]),
            info=bytes.fromhex(case["info"]),
        ).derive(bytes.fromhex(case["ikm"]))
        assert derived.hex() == case["okm"]


def test_hmac_sha_256() -> None:
    cases = public_vectors.load("hmac_sha256_rfc4231.json")["tests"]
    assert cases
    for case in cases:
        # One published case is cut to 128 bits, as our pseudonyms are.
        expected = case.get("hmac_sha256") or case["hmac_sha256_128"]
        digest = hmac.digest(bytes.fromhex(case["key"]), bytes.fromhex(case["data"]), "sha256").hex()
        assert len(expected) in (32, 64)
        assert digest[: len(expected)] == expected


def test_a_folder_without_vectors_skips_and_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BROKER_VECTORS", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match="set BROKER_VECTORS"):
        public_vectors.load("aes_cmac.json")
