"""`broker serve` tells partners' systems by itself: its keeper does."""

from __future__ import annotations

import subprocess
import sys
import time

from tests.functional.usecases.office import Office, environment_of
from tests.functional.webhooks.receiver import receiving
from tests.functional.webhooks.told import tell_at, withdraw


def test_a_withdrawal_is_told_while_the_broker_is_served(office: Office) -> None:
    with receiving() as receiver:
        tell_at(office, receiver)
        _, notice_id = withdraw(office)
        receiver.now = time.time
        environment = {**environment_of(office.broker.settings.data_dir), "BROKER_WEBHOOK_LOOPBACK": "true"}
        command = [sys.executable, "-m", "broker", "serve", "--port", "0", "--private-port", "0", "--workers", "1"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
            ends = time.monotonic() + 60
            while notice_id not in receiver.taken and time.monotonic() < ends:
                time.sleep(0.05)
            server.terminate()
        assert notice_id in receiver.taken
        assert receiver.wrong == []
