"""A council's case system that speaks to a broker over real HTTP, through the client that ships."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from broker.app import make_app
from broker.client import BrokerClient, FileReceipts, Retries
from tests.functional.api.door import Partner, partner
from tests.functional.client.serving import serving
from tests.functional.usecases.office import Office


@pytest.fixture
def council(office: Office) -> Partner:
    """The council's key, enrolled."""
    return partner(office)


@pytest.fixture
def authority(council: Partner) -> Iterator[str]:
    """Where the broker is served."""
    office = council.office
    with serving(lambda name: make_app(office.broker, council.signer, name)) as found:
        yield found


@pytest.fixture
def client(council: Partner, authority: str, tmp_path: Path) -> Iterator[BrokerClient]:
    """The council's client, by the office's clock; it never waits."""
    with client_of(council, authority, tmp_path / "receipts.jsonl") as found:
        yield found


def client_of(
    council: Partner, authority: str, receipts: Path, on_the_way: httpx2.BaseTransport | None = None
) -> BrokerClient:
    """A client with the partner's key; `on_the_way` stands between it and the broker."""
    http = None if on_the_way is None else httpx2.Client(base_url=f"http://{authority}", transport=on_the_way)
    return BrokerClient(
        f"http://{authority}",
        authority,
        council.key_id,
        council.private,
        {council.signer.key_id: council.signer.private.public_key()},
        receipts=FileReceipts(receipts),
        retries=Retries(most=3),
        now=council.office.clock.now,
        sleep=lambda _seconds: None,
        http=http,
    )
