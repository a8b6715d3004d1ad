"""The program in an evidence pack judges the public probes of proofs as they must be judged."""

from __future__ import annotations

from broker.usecases.log.pack_check import root_from
from tests.scorecard.merkle_probes import PROBES, merkle_probes
from tests.vectors.test_merkle import vectors


def test_the_program_in_a_pack_and_the_writer_judge_every_public_probe() -> None:
    vectors("merkle_transparency_dev_probes.json")  # skips where they are not here
    assert merkle_probes(range(PROBES)) == {"bad": 0, "right": 196, "refused": 184}


def test_what_stands_nowhere_in_a_log_leads_to_no_root() -> None:
    assert root_from(0, 0, bytes(32), []) is None
    assert root_from(2, 1, bytes(32), []) is None
    assert root_from(-1, 1, bytes(32), []) is None
    assert root_from(0, 2, bytes(32), []) is None
    assert root_from(0, 1, bytes(32), []) == bytes(32)
