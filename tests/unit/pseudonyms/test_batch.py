"""A batch equals its rows, byte for byte, under both algorithms, at every width and on any number of threads."""

from __future__ import annotations

import hashlib
import hmac
import string

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.cmac import CMAC
from hypothesis import given
from hypothesis import strategies as st

from broker.errors import CallWrong
from broker.identifiers import IDENTIFIER_TYPES, NhsNumber, RefusalReason, Upn
from broker.identifiers.canonical_column import RowRefusal, canonicalise_column
from broker.identifiers.nhs_number_column import nhs_numbers_as_text
from broker.identifiers.text_column import TextColumn
from broker.pseudonyms import (
    MacAlgorithm,
    Pseudonym,
    PseudonymDomain,
    PseudonymKey,
    PseudonymRoot,
    digest_of,
    pseudonymise,
)
from broker.pseudonyms.batch import (
    pseudonymise_canonical,
    pseudonymise_canonical_column,
    pseudonymise_column,
    pseudonymise_texts_canonical,
)
from broker.pseudonyms.cmac_lanes import ROWS_AT_A_TIME, first_subkey
from broker.pseudonyms.construction import padded

ROOT = PseudonymRoot(bytes(range(32)), "test")
ALGORITHMS = pytest.mark.parametrize("algorithm", list(MacAlgorithm))
VALID = ["9990000018", "9990000026", "9990000034", "9995260182", "9991590838"]


def _key(algorithm: MacAlgorithm, type_code: str = "nhs-number") -> PseudonymKey:
    return ROOT.key_for(PseudonymDomain("essex-police", 3, algorithm), type_code)


def _by_the_book(key: PseudonymKey, value: bytes) -> bytes:
    """The construction from the security profile, written from its text alone."""
    prefixed = len(value).to_bytes(2, "big") + value
    while len(prefixed) % 16:
        prefixed += b"\x00"
    if key.domain.algorithm is MacAlgorithm.HMAC_SHA_256:
        return hmac.new(key.secret, prefixed * 2, hashlib.sha256).digest()[:16]
    mac = CMAC(AES256(key.secret))
    mac.update(prefixed + prefixed)
    return mac.finalize()


@ALGORITHMS
@given(value=st.binary(max_size=200))
def test_one_by_one_is_the_published_construction(algorithm: MacAlgorithm, value: bytes) -> None:
    key = _key(algorithm)
    assert digest_of(key, value) == _by_the_book(key, value)


@ALGORITHMS
@pytest.mark.parametrize("width", [*range(52), 62, 63, 254, 255, 256, 300])
def test_every_width_equals_one_by_one(algorithm: MacAlgorithm, width: int) -> None:
    key = _key(algorithm)
    values = np.random.default_rng(width).integers(0, 256, (5, width), np.uint8)
    digests = pseudonymise_canonical(key, values)
    assert digests.shape == (5, 16)
    assert [row.tobytes() for row in digests] == [_by_the_book(key, row.tobytes()) for row in values]


@ALGORITHMS
@given(values=st.lists(st.binary(max_size=70), max_size=30))
def test_mixed_lengths_equal_one_by_one(algorithm: MacAlgorithm, values: list[bytes]) -> None:
    key = _key(algorithm)
    digests = pseudonymise_texts_canonical(key, TextColumn.from_raw(values))
    assert [row.tobytes() for row in digests] == [_by_the_book(key, value) for value in values]


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize(
    "count", [0, 1, 2, ROWS_AT_A_TIME - 1, ROWS_AT_A_TIME, ROWS_AT_A_TIME + 1, 3 * ROWS_AT_A_TIME + 7]
)
def test_chunks_and_threads_change_nothing(count: int, threads: int) -> None:
    key = _key(MacAlgorithm.AES_256_CMAC)
    values = np.random.default_rng(count).integers(48, 58, (count, 10), np.uint8)
    digests = pseudonymise_canonical(key, values, threads=threads)
    assert digests.shape == (count, 16)
    for row in {0, count // 3, count // 2, ROWS_AT_A_TIME - 1, ROWS_AT_A_TIME, count - 2, count - 1}:
        if 0 <= row < count:
            assert digests[row].tobytes() == _by_the_book(key, values[row].tobytes())
    assert len({row.tobytes() for row in digests}) == len({row.tobytes() for row in values})


@pytest.mark.parametrize("threads", [1, 2])
def test_many_rows_of_mixed_lengths_over_several_chunks(threads: int) -> None:
    key = _key(MacAlgorithm.AES_256_CMAC, "email")
    values = [f"person{row}{'x' * (row % 40)}@example.org".encode() for row in range(20_000)]
    digests = pseudonymise_texts_canonical(key, TextColumn.from_raw(values), threads=threads)
    for row in range(0, 20_000, 487):
        assert digests[row].tobytes() == _by_the_book(key, values[row])


def test_a_column_that_is_not_contiguous_is_read_right() -> None:
    key = _key(MacAlgorithm.AES_256_CMAC)
    wide = np.random.default_rng(1).integers(48, 58, (40, 20), np.uint8)
    view = wide[::2, 5:15]
    assert (pseudonymise_canonical(key, view) == pseudonymise_canonical(key, view.copy())).all()


@given(st.lists(st.integers(0, 9_999_999_999), min_size=1, max_size=10))
def test_numbers_and_their_digits_have_one_pseudonym(numbers: list[int]) -> None:
    key = _key(MacAlgorithm.AES_256_CMAC)
    digests = pseudonymise_canonical(key, nhs_numbers_as_text(np.array(numbers, np.uint64)))
    assert [row.tobytes() for row in digests] == [
        _by_the_book(key, f"{number:010d}".encode()) for number in numbers
    ]


@ALGORITHMS
@pytest.mark.parametrize("type_code", sorted(IDENTIFIER_TYPES))
def test_a_column_of_any_type_equals_one_by_one_and_reports_the_rest(
    type_code: str, algorithm: MacAlgorithm
) -> None:
    kind = IDENTIFIER_TYPES[type_code]
    key = _key(algorithm, type_code)
    texts = [*kind.good_examples, None, *kind.bad_examples, *kind.good_examples]
    column = pseudonymise_column(key, texts)
    good = len(kind.good_examples)
    refused = list(range(good, good + 1 + len(kind.bad_examples)))
    assert [refusal.row for refusal in column.refusals] == refused
    assert [refusal.reason for refusal in column.refusals] == [
        RefusalReason.MISSING,
        *kind.bad_examples.values(),
    ]
    expected = [
        None if row in refused else pseudonymise(key, kind.parse(text or "")) for row, text in enumerate(texts)
    ]
    assert column.values() == expected
    assert column.row_count == len(texts)


@ALGORITHMS
@given(
    texts=st.lists(
        st.one_of(
            st.sampled_from(VALID),
            st.sampled_from(VALID).map(lambda number: f"{number[:3]} {number[3:6]} {number[6:]}"),
            st.text(alphabet=string.digits, min_size=10, max_size=10),
            st.none(),
        ),
        max_size=20,
    )
)
def test_the_text_forms_are_aligned_with_the_input(algorithm: MacAlgorithm, texts: list[str | None]) -> None:
    column = pseudonymise_column(_key(algorithm), texts)
    written = column.texts()
    refused = {refusal.row for refusal in column.refusals}
    missing = [False] * len(texts) if written.missing is None else written.missing.tolist()
    assert missing == [row in refused for row in range(len(texts))]
    for row, pseudonym in enumerate(column.values()):
        assert written.raw(row).decode() == ("" if pseudonym is None else str(pseudonym))
        assert pseudonym is None or Pseudonym.parse(written.raw(row).decode()) == pseudonym


def test_spaced_and_plain_are_one_person() -> None:
    column = pseudonymise_column(_key(MacAlgorithm.AES_256_CMAC), ["999 000 0018", "9990000018"])
    assert column.values()[0] == column.values()[1]


def test_domains_epochs_types_and_algorithms_share_no_pseudonym() -> None:
    keys = [
        ROOT.key_for(PseudonymDomain(name, epoch, algorithm), type_code)
        for name in ("ecc", "essex-police")
        for epoch in (1, 2)
        for algorithm in MacAlgorithm
        for type_code in ("nhs-number", "chi")
    ]
    digests = {digest_of(key, b"0101010117") for key in keys}
    assert len(digests) == len(keys)


def test_the_key_alone_does_not_decrypt_a_pseudonym() -> None:
    """Without the second copy of C one AES decryption would give the number back."""
    key = _key(MacAlgorithm.AES_256_CMAC)
    cipher = Cipher(AES256(key.secret), ECB())  # noqa: S305  # what somebody with the key would try
    digest = digest_of(key, b"9990000018")
    subkey = first_subkey(cipher.encryptor().update(bytes(16)))
    opened = cipher.decryptor().update(digest)
    unmasked = bytes(one ^ other for one, other in zip(opened, subkey, strict=True))
    assert b"9990000018" not in unmasked
    block = padded(b"9990000018")
    assert unmasked == bytes(
        one ^ other for one, other in zip(cipher.encryptor().update(block), block, strict=True)
    )


def test_a_key_for_another_type_is_refused() -> None:
    key = _key(MacAlgorithm.AES_256_CMAC, "upn")
    with pytest.raises(CallWrong, match="the key is for `upn`"):
        pseudonymise(key, NhsNumber.parse("9990000018"))
    with pytest.raises(CallWrong, match="the key is for `upn`"):
        pseudonymise_canonical_column(key, canonicalise_column("nhs-number", ["9990000018"]))
    assert pseudonymise(key, Upn.parse("B801200005001")).epoch == 3


def test_arrays_of_another_kind_are_refused() -> None:
    key = _key(MacAlgorithm.AES_256_CMAC)
    with pytest.raises(ValueError, match="uint8"):
        pseudonymise_canonical(key, np.zeros((2, 10), np.int8))
    with pytest.raises(ValueError, match="uint8"):
        pseudonymise_canonical(key, np.zeros(10, np.uint8))
    with pytest.raises(ValueError, match="at least one thread"):
        pseudonymise_canonical(key, np.zeros((2, 10), np.uint8), threads=0)


@ALGORITHMS
def test_a_missing_or_overlong_value_is_refused(algorithm: MacAlgorithm) -> None:
    key = _key(algorithm)
    with pytest.raises(ValueError, match="missing"):
        pseudonymise_texts_canonical(key, TextColumn.from_texts(["9990000018", None]))
    with pytest.raises(ValueError, match=r"too long|65,535"):
        pseudonymise_texts_canonical(key, TextColumn.from_raw([bytes(65_536)]))


@ALGORITHMS
def test_an_empty_column_has_no_pseudonyms(algorithm: MacAlgorithm) -> None:
    column = pseudonymise_column(_key(algorithm), [])
    assert column.values() == []
    assert column.digests.shape == (0, 16)
    assert len(column.texts()) == 0


def test_a_refused_row_has_no_pseudonym_to_join_on() -> None:
    column = pseudonymise_column(_key(MacAlgorithm.AES_256_CMAC), ["9990000000", "1111111111", "9990000018"])
    assert column.digests.shape == (1, 16)
    assert column.rows.tolist() == [2]
    assert column.refusals == (
        RowRefusal(0, RefusalReason.CHECK_DIGIT),
        RowRefusal(1, RefusalReason.REPEATED_DIGIT),
    )
    assert repr(column) == "PseudonymColumn('essex-police', 1 of 3 rows)"
