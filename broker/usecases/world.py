"""What every use case is given: the parts of a working broker.

Decides only which parts there are; `broker.wiring` puts them together. A protocol, so that whoever wires need not
be known here.
"""

from __future__ import annotations

from typing import Protocol

from broker.access import Access
from broker.agreements.partnership import Partnership
from broker.clock import Clock
from broker.settings import Settings
from broker.store.session import Store


class World(Protocol):
    """A working broker. Satisfied by `broker.wiring.Broker`."""

    @property
    def settings(self) -> Settings:
        """How the deployment is set up; use cases read the log's name from it."""

    @property
    def clock(self) -> Clock:
        """Tells the time."""

    @property
    def partnership(self) -> Partnership:
        """The standing rules deployed; those adopted stand in the store and must be the same."""

    @property
    def access(self) -> Access:
        """Who may use which verb."""

    @property
    def store(self) -> Store:
        """The database and its keys."""
