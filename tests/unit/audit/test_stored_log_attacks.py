"""The attacks of the scorecard, a few of each kind: all are caught given a witness and receipts, none by luck."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scorecard.log_attacks import BEGIN, CHANGES, DEFENCES, END, POWERS, Desk, attack, log_attacks, open_desk
from tests.scorecard.log_attacks import table_of as written

ROOT = Path(__file__).parents[3]
EACH = len(CHANGES) * len(POWERS)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with open_desk() as found:
        yield found


@pytest.fixture(scope="module")
def counts() -> dict[str, int]:
    return log_attacks(range(4 * EACH))


def test_every_kind_of_attack_is_caught_given_witness_and_receipts(counts: dict[str, int]) -> None:
    assert counts["bad"] == 0


def test_each_defence_alone_misses_something(counts: dict[str, int]) -> None:
    """Otherwise the attacks would be too weak to tell the defences apart."""
    for defence in DEFENCES[:-1]:
        caught = sum(count for key, count in counts.items() if key.endswith(f'"{defence}"]'))
        assert 0 < caught < 4 * EACH, defence


def test_what_the_chain_alone_catches_is_what_was_not_hashed_again(desk: Desk) -> None:
    kinds = list(CHANGES)
    for power, expected in ((POWERS[0], True), (POWERS[1], False), (POWERS[2], False)):
        seed = kinds.index("edit an entry") + len(kinds) * POWERS.index(power)
        kind, used, caught = attack(desk, seed)
        assert (kind, used) == ("edit an entry", power)
        assert caught["chain alone"] is expected


def test_an_attack_is_the_same_in_every_run(desk: Desk) -> None:
    assert attack(desk, 17) == attack(desk, 17)


def test_the_table_has_a_row_for_every_attack_and_stands_in_the_documents(counts: dict[str, int]) -> None:
    rows = written(counts).splitlines()
    assert len(rows) == EACH + 2
    assert all(row.endswith("| all |") for row in rows[2:])
    text = (ROOT / "docs/audit.md").read_text("utf-8")
    table = text[text.index(BEGIN) : text.index(END)]
    assert [row.split(" | ")[:2] for row in table.strip().splitlines()[4:]] == [
        row.split(" | ")[:2] for row in rows[2:]
    ]
    assert all(row.endswith("| all |") for row in table.strip().splitlines()[4:])
