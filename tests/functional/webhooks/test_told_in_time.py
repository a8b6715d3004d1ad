"""The search of `make scorecard` for withdrawals that the recipient's system is not told of, a little of it."""

from __future__ import annotations

from tests.scorecard.withdrawals_told import told


def test_every_withdrawal_reaches_the_recipients_system_while_the_broker_works(database: str) -> None:
    assert told(database, 2)["bad"] == 0
