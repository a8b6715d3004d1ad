"""The receipt of the act that a request brought about, so that its answer can hand it on.

Decides that the receipt is of the act's first entry: what was done, not that it was asked for. From
docs/security.md section 3, point 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from broker.audit.entry import instant_text
from broker.audit.receipt import Receipt
from broker.store.session import Act
from broker.usecases.partners.once import PartnerWorld
from broker.usecases.world import World


class ActReceipt:
    """Hears of the last act that committed through `of`."""

    def __init__(self) -> None:
        self._found: Receipt | None = None

    def of(self, world: World) -> World:
        """The broker whose acts are heard of."""
        origin = world.settings.log_origin

        def attend(act: Act, _done: Any) -> None:
            if act.leaves:
                self._found = Receipt(origin, act.leaves[0].hex(), instant_text(act.at))

        store = world.store.attended(attend)
        return PartnerWorld(world.settings, world.clock, world.partnership, world.access, store)

    def as_mapping(self) -> Mapping[str, Any]:
        """`receipt`, where there was an act: an answer without one carries that of its request."""
        return {} if self._found is None else {"receipt": dict(self._found.as_mapping())}
