"""Attacks on a log, each named for what the attacker does, and what evidence it takes to catch it.

Three kinds: on exported files; by an administrator who rewrites the database and hashes everything again; and by
one who also holds the log's signing key. The last is caught only by what outsiders kept, and two tests say plainly
where even that ends. docs/audit.md tells the same as a table.
"""

from __future__ import annotations

import json
import random
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broker.audit.note import sign_note
from broker.audit.verify import Evidence, State, Verdict, Verification, verify_export
from tests.unit.audit.attacking import (
    Rewrite,
    Target,
    copy_of,
    double,
    drop,
    each_width,
    edit,
    edited,
    insert,
    make_target,
    resign,
    swap,
    truncate,
)
from tests.unit.audit.building import LOG, WITNESS, checkpoint_note, make_signer, place

SIZE, WITNESSED = 300, 200


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Target:
    return make_target(tmp_path_factory.mktemp("genuine"), SIZE, WITNESSED)


@pytest.fixture
def target(genuine: Target, tmp_path: Path) -> Target:
    return copy_of(genuine, tmp_path / "copy")


def assert_tampered(found: Verification, index: int | None = None) -> None:
    assert found.verdict is Verdict.TAMPERED, found.narrative()
    assert found.first_bad_index == index, found.narrative()


def test_the_log_nobody_attacked_is_sound_with_all_the_evidence(target: Target) -> None:
    found = target.verify(older=True, receipts=True, witness=True)
    assert found.verdict is Verdict.SOUND, found.narrative()
    assert {step.state for step in found.steps} == {State.HOLDS}
    assert found.first_bad_index is None


# --- on the exported files ---


@pytest.mark.parametrize("at", [0, 1, 137, 255])
def test_edit_a_byte_of_an_entry(target: Target, at: int) -> None:
    parts = target.split()
    parts[at] = edited(parts[at])
    target.bundle().write_bytes(b"".join(parts))
    assert_tampered(target.verify(), at)


def test_flip_a_bit_of_every_file_in_turn(target: Target) -> None:
    for path in each_width(target.log):
        data = path.read_bytes()
        for at in {0, len(data) // 2, len(data) - 1}:
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            found = target.verify()
            assert found.verdict is not Verdict.SOUND, f"{path.name} at {at}: {found.narrative()}"
        path.write_bytes(data)
    assert target.verify().verdict is Verdict.SOUND


def test_drop_an_entry_from_its_bundle(target: Target) -> None:
    parts = target.split()
    target.bundle().write_bytes(b"".join(parts[:40] + parts[41:]))
    assert_tampered(target.verify(), 40)


def test_swap_two_entries(target: Target) -> None:
    parts = target.split()
    parts[30], parts[31] = parts[31], parts[30]
    target.bundle().write_bytes(b"".join(parts))
    assert_tampered(target.verify(), 30)


def test_put_an_entry_twice_over_its_neighbour(target: Target) -> None:
    parts = target.split()
    parts[61] = parts[60]
    target.bundle().write_bytes(b"".join(parts))
    assert_tampered(target.verify(), 61)


def test_add_an_entry_to_a_bundle(target: Target) -> None:
    parts = target.split(256)
    target.bundle(256).write_bytes(b"".join([*parts, parts[0]]))
    assert_tampered(target.verify(), SIZE)


def test_truncate_a_bundle_in_the_middle_of_an_entry(target: Target) -> None:
    data = target.bundle(256).read_bytes()
    target.bundle(256).write_bytes(data[:-7])
    assert_tampered(target.verify(), SIZE - 1)


def test_remove_the_last_bundle(target: Target) -> None:
    target.bundle(256).unlink()
    assert_tampered(target.verify(), 256)


def test_remove_every_entry(target: Target) -> None:
    shutil.rmtree(target.log / "tile")
    assert_tampered(target.verify(), 0)


def test_renumber_the_bundles(target: Target) -> None:
    shutil.copyfile(target.bundle(), target.folder / "kept")
    target.bundle().write_bytes(target.bundle(256).read_bytes())
    target.bundle(256).write_bytes((target.folder / "kept").read_bytes())
    assert_tampered(target.verify(), 0)


def test_widen_the_last_bundle_by_its_name(target: Target) -> None:
    target.bundle(256).rename(target.bundle(256).with_name("45"))
    assert_tampered(target.verify(), 256)


def test_leave_entries_beyond_the_checkpoint_lying_about(target: Target) -> None:
    (target.log / "tile/entries/002.p").mkdir()
    (target.log / "tile/entries/002.p/1").write_bytes(target.split()[0])
    found = target.verify()
    assert_tampered(found)
    assert "tile/entries/002.p/1" in found.narrative()


def test_leave_a_second_telling_of_the_same_entries(target: Target) -> None:
    (target.log / "tile/entries/000.p").mkdir()
    (target.log / "tile/entries/000.p/255").write_bytes(b"".join(target.split()[:255]))
    assert_tampered(target.verify())


def test_put_a_link_in_the_place_of_a_bundle(target: Target) -> None:
    target.bundle().rename(target.folder / "elsewhere")
    target.bundle().symlink_to(target.folder / "elsewhere")
    assert_tampered(target.verify(), 0)


def test_swell_a_bundle_beyond_what_a_bundle_can_hold(target: Target) -> None:
    with target.bundle().open("r+b") as file:
        file.truncate(256 * 65537 + 1)
    assert_tampered(target.verify(), 0)


def test_edit_a_stored_leaf_hash(target: Target) -> None:
    path = target.log / "tile/0/000"
    data = bytearray(path.read_bytes())
    data[32 * 99] ^= 1
    path.write_bytes(data)
    assert_tampered(target.verify(), 99)


def test_edit_a_stored_hash_over_256_entries(target: Target) -> None:
    path = target.log / "tile/1/000.p/1"
    path.write_bytes(bytes(32))
    assert_tampered(target.verify(), 0)


@pytest.mark.parametrize("tile", ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"])
def test_remove_or_shorten_a_hash_tile(target: Target, tile: str) -> None:
    data = (target.log / tile).read_bytes()
    (target.log / tile).write_bytes(data[:-1])
    assert target.verify().verdict is Verdict.TAMPERED
    (target.log / tile).unlink()
    assert target.verify().verdict is Verdict.TAMPERED


def test_hash_the_edited_entry_again_but_not_what_is_above_it(target: Target) -> None:
    changed = place(edit(50)(list(target.entries))).placed
    parts = target.split()
    parts[50] = len(changed[50].entry_bytes).to_bytes(2, "big") + changed[50].entry_bytes
    target.bundle().write_bytes(b"".join(parts))
    (target.log / "tile/0/000").write_bytes(b"".join(one.leaf_hash for one in changed[:256]))
    found = target.verify()
    assert_tampered(found, 0)
    assert "entries 0 to 255" in found.narrative()


# --- an administrator, without the signing key ---


@pytest.mark.parametrize("rewrite", [edit(50), edit(299), swap(50), swap(298)])
def test_rewrite_the_database_and_hash_everything_again(target: Target, rewrite: Rewrite) -> None:
    target.rewritten(rewrite)
    assert_tampered(target.verify(), 0)


@pytest.mark.parametrize("rewrite", [drop(50), double(50), insert(50), truncate(260)])
def test_rewrite_the_database_to_another_length(target: Target, rewrite: Rewrite) -> None:
    target.rewritten(rewrite)
    assert target.verify().verdict is Verdict.TAMPERED


def test_an_older_checkpoint_narrows_down_where_history_was_rewritten(target: Target) -> None:
    target.rewritten(edit(250))
    found = target.verify(older=True)
    assert_tampered(found, WITNESSED)
    assert f"entries {WITNESSED} to {SIZE - 1}" in found.narrative()


def test_rewrite_the_root_in_the_checkpoint(target: Target) -> None:
    old_signatures = str(target.genuine).split("\n\n")[1]
    target.rewritten(edit(50), lambda leaves: f"{resign(leaves).text}\n{old_signatures}")
    assert_tampered(target.verify())


def test_shrink_the_checkpoint_to_hide_the_newest_entries(target: Target) -> None:
    note = (target.log / "checkpoint").read_text("utf-8").replace("\n300\n", "\n256\n")
    (target.log / "checkpoint").write_text(note, encoding="utf-8")
    assert target.verify().verdict is Verdict.TAMPERED


def test_claim_a_log_larger_than_any_disk(target: Target) -> None:
    note = (target.log / "checkpoint").read_text("utf-8").replace("\n300\n", f"\n{2**63 - 1}\n")
    (target.log / "checkpoint").write_text(note, encoding="utf-8")
    assert_tampered(target.verify(), 256)


@pytest.mark.parametrize("with_entry_edited", [False, True])
def test_strip_the_signature(target: Target, with_entry_edited: bool) -> None:
    target.rewritten(edit(50) if with_entry_edited else list, lambda leaves: resign(leaves).text)
    assert target.verify().verdict is Verdict.CANNOT_SAY
    assert target.verify(older=True, receipts=True).verdict is (
        Verdict.TAMPERED if with_entry_edited else Verdict.CANNOT_SAY
    )


def test_sign_with_another_key_of_the_same_name(target: Target) -> None:
    target.rewritten(edit(50), lambda leaves: resign(leaves, make_signer(77)))
    found = target.verify()
    assert found.verdict is Verdict.CANNOT_SAY
    assert "not signed by" in found.steps[0].told


def test_sign_with_another_key_under_the_logs_own_key_id(target: Target) -> None:
    forger = make_signer(77)
    target.rewritten(edit(50), lambda leaves: sign_note(resign(leaves).text, LOG.key, forger.sign))
    found = target.verify()
    assert_tampered(found)
    assert "forged" in found.narrative()


def test_put_a_good_signature_beside_a_forged_one_of_the_same_key(target: Target) -> None:
    lines = (target.log / "checkpoint").read_text("utf-8")
    forged = sign_note(target.genuine.text, LOG.key, make_signer(77).sign)
    (target.log / "checkpoint").write_text(lines + str(forged.signatures[0]), encoding="utf-8")
    assert_tampered(target.verify())


def test_forge_the_witness_cosignature(target: Target) -> None:
    forged = checkpoint_note([one.leaf_hash for one in place(target.entries).placed])
    line = str(forged.signatures[1])
    changed = line[:-10] + ("A" if line[-10] != "A" else "B") + line[-9:]
    (target.log / "checkpoint").write_text(str(forged).replace(line, changed), encoding="utf-8")
    assert_tampered(target.verify(witness=True))


# --- an administrator with the signing key ---


@pytest.mark.parametrize("rewrite", [edit(50), drop(50), swap(50), insert(50), double(50), truncate(150)])
def test_rewrite_witnessed_history_and_sign_it_again(target: Target, rewrite: Rewrite) -> None:
    target.rewritten(rewrite, resign)
    assert target.verify(older=True).verdict is Verdict.TAMPERED


@pytest.mark.parametrize("rewrite", [edit(250), drop(250), truncate(240)])
def test_rewrite_what_partners_hold_receipts_for_and_sign_it_again(target: Target, rewrite: Rewrite) -> None:
    target.rewritten(rewrite, resign)
    assert target.verify(older=True).verdict is Verdict.SOUND  # after the last witnessed checkpoint: not enough
    assert target.verify(older=True, receipts=True).verdict is Verdict.TAMPERED


@pytest.mark.parametrize("rewrite", [edit(250), drop(250), swap(250), insert(250)])
def test_sign_again_what_no_witness_cosigned(target: Target, rewrite: Rewrite) -> None:
    target.rewritten(rewrite, resign)
    assert target.verify(witness=True).verdict is not Verdict.SOUND


def test_roll_the_whole_log_back_to_an_earlier_genuine_state(target: Target) -> None:
    target.rewritten(truncate(150), lambda leaves: checkpoint_note(leaves))
    assert target.verify().verdict is Verdict.SOUND  # it is what was once true
    found = target.verify(older=True)
    assert_tampered(found)
    assert f"once had {WITNESSED} entries and now has 150" in found.narrative()


def test_show_two_partners_two_logs_of_one_size(target: Target) -> None:
    target.older.write_text(str(target.genuine), encoding="utf-8")
    target.rewritten(edit(299), resign)
    found = target.verify(older=True)
    assert found.verdict is Verdict.TAMPERED
    assert "forked" in found.narrative()


def test_hide_a_withdrawal_that_a_release_ignored(target: Target) -> None:
    # Entry 206 withdraws the consent of 203; a forged release after it, written in properly, convicts itself.
    release = target.entries[204].replace(b"d-204", b"d-999").replace(b'"nonce":"', b'"nonce":"0', 1)
    at = release.index(b'"nonce":"') + 9
    release = release[: at + 64] + release[at + 65 :]
    target.rewritten(lambda entries: [*entries[:210], release, *entries[210:]], resign)
    assert_tampered(target.verify(), 210)


def test_limit_a_false_entry_appended_by_the_holder_of_the_key_is_not_seen(target: Target) -> None:
    """What no log can do: whoever holds the key may append what never happened, and it stays there, signed."""
    target.rewritten(insert(SIZE), resign)
    assert target.verify(older=True, receipts=True).verdict is Verdict.SOUND


def test_limit_an_unpromised_unwitnessed_entry_can_be_removed_by_the_holder_of_the_key(target: Target) -> None:
    """Between two witnessed checkpoints an act nobody holds a receipt for has only the key's word."""
    lines = target.receipts.read_bytes().splitlines(keepends=True)
    target.receipts.write_bytes(b"".join(lines[:252] + lines[253:]))
    target.rewritten(drop(252), resign)
    assert target.verify(older=True, receipts=True).verdict is Verdict.SOUND


def attack_at_random(target: Target, seed: int, folder: Path) -> Verification:
    """One attack by somebody who holds the database and the key, against witness and receipts."""
    chance = random.Random(seed)
    attacked = copy_of(target, folder)
    place_in_history = chance.randrange(3, target.witnessed - 1)
    anywhere = chance.randrange(3, target.size)
    rewrite = chance.choice(
        [
            edit(anywhere), drop(anywhere), double(anywhere), truncate(anywhere),
            swap(place_in_history), insert(place_in_history),
        ]
    )  # fmt: skip
    attacked.rewritten(rewrite, resign if chance.random() < 0.7 else None)
    found = attacked.verify(older=True, receipts=True)
    shutil.rmtree(folder)
    return found


@pytest.mark.parametrize("hundred", range(2))
def test_two_hundred_random_attacks_are_all_caught_given_witness_and_receipts(
    tmp_path: Path, hundred: int
) -> None:
    small = make_target(tmp_path / "genuine", 60, 45)
    for seed in range(hundred * 100, hundred * 100 + 100):
        found = attack_at_random(small, seed, tmp_path / "attacked")
        assert found.verdict is Verdict.TAMPERED, f"seed {seed}: {found.narrative()}"


# --- when nobody can say ---


def test_without_a_key_nobody_can_say(target: Target) -> None:
    found = verify_export(target.log, Evidence())
    assert found.verdict is Verdict.CANNOT_SAY
    assert "anybody may have written" in found.narrative()


def test_a_folder_that_is_no_export(tmp_path: Path) -> None:
    found = verify_export(tmp_path / "nothing", Evidence(log_key=str(LOG.key)))
    assert found.verdict is Verdict.CANNOT_SAY
    assert found.size is None


@pytest.mark.parametrize("note", [b"", b"\xff", b"a\n1\n", b"a\n01\nx\n", b"a\n1\n!!\n", b"x" * (1 << 21)])
def test_a_checkpoint_that_is_none(target: Target, note: bytes) -> None:
    (target.log / "checkpoint").write_bytes(note)
    assert target.verify().verdict is Verdict.CANNOT_SAY


@pytest.mark.parametrize(
    "key", ["", "nonsense", str(WITNESS.key), str(LOG.key)[:-4], str(LOG.key).replace("+", "+0", 1)]
)
def test_a_key_that_is_none(target: Target, key: str) -> None:
    assert verify_export(target.log, Evidence(log_key=key)).verdict is Verdict.CANNOT_SAY


def test_another_logs_key(target: Target) -> None:
    other = make_signer(5, "other.example/log")
    note = sign_note(target.genuine.text, other.key, other.sign)
    (target.log / "checkpoint").write_text(str(note), encoding="utf-8")
    found = verify_export(target.log, Evidence(log_key=str(other.key)))
    assert found.verdict is Verdict.CANNOT_SAY
    assert "is of the log" in found.narrative()


def test_too_few_witnesses(target: Target) -> None:
    absent = make_signer(8, "absent.example", WITNESS.key.kind)
    keys = (str(WITNESS.key), str(absent.key))
    found = verify_export(target.log, Evidence(log_key=str(LOG.key), witness_keys=keys))
    assert found.verdict is Verdict.CANNOT_SAY
    enough = verify_export(target.log, Evidence(log_key=str(LOG.key), witness_keys=keys, witnesses_needed=1))
    assert enough.verdict is Verdict.SOUND


def test_a_witness_key_that_is_none(target: Target) -> None:
    found = verify_export(target.log, Evidence(log_key=str(LOG.key), witness_keys=(str(LOG.key),)))
    assert found.verdict is Verdict.CANNOT_SAY


def test_an_older_checkpoint_that_is_no_evidence(target: Target) -> None:
    for text in ("nonsense", "other.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"):
        target.older.write_text(text, encoding="utf-8")
        assert target.verify(older=True).verdict is Verdict.CANNOT_SAY
    target.older.unlink()
    assert target.verify(older=True).verdict is Verdict.CANNOT_SAY


def test_an_older_checkpoint_of_another_log(target: Target) -> None:
    other = str(target.genuine.text).replace("broker.example/audit", "other.example/log")
    target.older.write_text(other, encoding="utf-8")
    found = verify_export(target.log, Evidence(older_checkpoints=(target.older,)))
    assert "is of another log" in found.narrative()


def test_an_older_checkpoint_cannot_be_compared_when_entries_are_missing(target: Target) -> None:
    target.bundle().unlink()
    found = target.verify(older=True)
    assert_tampered(found, 0)
    assert found.steps[4].state is State.CANNOT_SAY


def test_an_empty_older_checkpoint_is_extended_by_every_log(target: Target) -> None:
    target.older.write_text(str(checkpoint_note([])), encoding="utf-8")
    assert target.verify(older=True).verdict is Verdict.SOUND


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        '{"origin":"x"}',
        json.dumps({"origin": "x", "leaf_hash": "00", "at": "2026-03-02T09:30:00.000000Z"}),
        json.dumps({"origin": "x", "leaf_hash": "00" * 32, "at": "2026-03-02"}),
        json.dumps({"origin": 1, "leaf_hash": "00" * 32, "at": "2026-03-02T09:30:00.000000Z"}),
    ],
)
def test_a_receipt_that_is_none(target: Target, line: str) -> None:
    target.receipts.write_text(f"\n{line}\n", encoding="utf-8")
    found = target.verify(receipts=True)
    assert found.verdict is Verdict.CANNOT_SAY
    assert "line 2" in found.narrative()


def test_receipts_that_are_not_there(target: Target) -> None:
    target.receipts.unlink()
    assert target.verify(receipts=True).verdict is Verdict.CANNOT_SAY


def test_a_receipt_of_another_log(target: Target) -> None:
    line = json.dumps({"origin": "x", "leaf_hash": "00" * 32, "at": "2026-03-02T09:30:00.000000Z"})
    target.receipts.write_text(line, encoding="utf-8")
    assert target.verify(receipts=True).verdict is Verdict.CANNOT_SAY


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        # The log must be complete to 14:35 here, and an entry has a minute to be integrated.
        ("2026-03-02T14:33:59.999999Z", Verdict.TAMPERED),
        ("2026-03-02T14:34:00.000000Z", Verdict.CANNOT_SAY),
    ],
)
def test_a_receipt_is_due_a_minute_after_its_instant(target: Target, at: str, verdict: Verdict) -> None:
    line = json.dumps({"origin": "broker.example/audit", "leaf_hash": "00" * 32, "at": at})
    target.receipts.write_text(line, encoding="utf-8")
    evidence = Evidence(
        log_key=str(LOG.key), receipts=target.receipts, complete_at=datetime(2026, 3, 2, 14, 35, tzinfo=UTC)
    )
    assert verify_export(target.log, evidence).verdict is verdict


def test_entries_that_cannot_be_read(target: Target) -> None:
    # A link that leads to itself stands for every error in reading: unlike permissions it stops root too.
    shutil.rmtree(target.log / "tile/entries")
    (target.log / "tile/entries").symlink_to(target.log / "tile/entries")
    found = target.verify()
    assert found.verdict is Verdict.CANNOT_SAY
    assert "cannot be read" in found.narrative()


def test_a_checkpoint_that_cannot_be_read(target: Target) -> None:
    (target.log / "checkpoint").unlink()
    (target.log / "checkpoint").mkdir()
    assert target.verify().verdict is Verdict.CANNOT_SAY


def test_the_answer_has_no_truth_value(target: Target) -> None:
    with pytest.raises(TypeError, match="verdict"):
        bool(target.verify())


def test_the_answer_as_a_mapping_is_stable(target: Target) -> None:
    found = target.verify().as_mapping()
    assert list(found) == ["verdict", "origin", "size", "first_bad_index", "steps"]
    assert found["verdict"] == "sound"
    json.dumps(found)
    assert [verdict.value for verdict in Verdict] == [0, 1, 2]


def test_the_narrative_numbers_its_steps_and_never_calls_first_sight_verified(target: Target) -> None:
    lines = target.verify().narrative().splitlines()
    assert [line[:2] for line in lines[:-1]] == ["1.", "2.", "3.", "4.", "5.", "6.", "7."]
    assert "First sight" in lines[4]
    assert "not checked" in lines[4]


def test_progress_is_told_to_the_end(target: Target) -> None:
    told: list[tuple[int, int]] = []
    verify_export(target.log, Evidence(), lambda done, size: told.append((done, size)))
    assert told == [(256, SIZE), (SIZE, SIZE)]
