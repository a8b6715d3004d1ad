"""After a restore the door is closed to what was created before: its nonces are lost with the time between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.app import make_app
from broker.http_signatures.profile import AHEAD, LONGEST
from broker.settings import LAST_FILE
from broker.usecases.log.verify_log import verify_live
from broker.usecases.partners.after_restore import closed_until
from tests.functional.api.door import AUTHORITY, Partner, call

WINDOW = LONGEST + AHEAD


def test_a_start_like_any_other_closes_nothing(council: Partner) -> None:
    assert closed_until(council.office.broker, restored=False) is None
    verify_live(council.office.broker)
    assert closed_until(council.office.broker, restored=False) is None


def test_what_was_let_in_before_a_restore_is_not_let_in_again(council: Partner) -> None:
    """The request is captured, the database goes back to before it, and it comes again."""
    office = council.office
    headers = council.headers(council.components("GET", "/v1/nothing"))
    until = closed_until(office.broker, restored=True)
    assert until == office.clock.at + WINDOW
    app = make_app(office.broker, council.signer, AUTHORITY, closed_until=until)
    assert call(app, "GET", b"/v1/nothing", b"", headers).status == 401
    office.clock.advance(timedelta(seconds=30))
    fresh = council.headers(council.components("GET", "/v1/nothing"))
    assert call(app, "GET", b"/v1/nothing", b"", fresh).status == 401
    office.clock.advance(WINDOW - timedelta(seconds=30))
    fresh = council.headers(council.components("GET", "/v1/nothing"))
    assert call(app, "GET", b"/v1/nothing", b"", fresh).status == 404


def test_an_older_database_is_noticed_by_what_the_signer_remembers(council: Partner) -> None:
    """The memory says more than the database: as after a backup was put back."""
    office = council.office
    verify_live(office.broker)
    memory = office.broker.settings.keys() / LAST_FILE
    kept = memory.read_bytes()
    for _ in range(3):
        council.send("GET", "/v1/nothing")
    assert closed_until(office.broker, restored=False) is None
    assert memory.read_bytes() != kept, "the signer has seen the newer log"
    # Going back is played by a signer that remembers another future of the same log.
    memory.write_bytes(kept.replace(b"\n", b"0\n", 2))
    assert closed_until(office.broker, restored=False) == office.clock.at + WINDOW


@pytest.mark.only_on("sqlite")
def test_an_older_copy_of_the_file_is_noticed(council: Partner) -> None:
    office = council.office
    verify_live(office.broker)
    path = office.broker.settings.data_dir / "broker.db"
    engine = office.broker.store._engine
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    headers = council.headers(council.components("GET", "/v1/nothing"), bytes(16))
    assert call(council.app, "GET", b"/v1/nothing", b"", headers).status == 404
    verify_live(office.broker)
    engine.dispose()
    for companion in ("broker.db-wal", "broker.db-shm"):
        path.with_name(companion).unlink(missing_ok=True)
    path.write_bytes(before)
    until = closed_until(office.broker, restored=False)
    assert until == office.clock.at + WINDOW
    app = make_app(office.broker, council.signer, AUTHORITY, closed_until=until)
    assert call(app, "GET", b"/v1/nothing", b"", headers).status == 401
    # Without it, the lost nonce would have let the same request in again.
    assert call(council.app, "GET", b"/v1/nothing", b"", headers).status == 404
