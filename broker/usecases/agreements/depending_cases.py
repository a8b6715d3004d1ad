"""How many live cases depend on an agreement: open cases for which something was released under it lately.

Decides that a small number is told as "fewer than five", because with few cases a number tells of one family.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from broker.access import Verb
from broker.casework import Staff
from broker.store.cases import find_cases
from broker.store.disclosures import find_cases_under
from broker.store.session import Act
from broker.usecases.acting import Acting, perform
from broker.usecases.world import World

LATELY: Final = timedelta(days=90)
FEWEST_TOLD: Final = 5


def count_depending_cases(world: World, acting: Acting) -> Mapping[str, int | None]:
    """By `reference@version`, how many open cases had something released under it in the last 90 days; None for
    one to four. An agreement that no case depends on is not there. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> Mapping[str, int | None]:
        del staff
        resting = find_cases_under(act, act.at - LATELY)
        cases = find_cases(act, {case for found in resting.values() for case in found})
        counted = {}
        for name, found in resting.items():
            live = sum(1 for case in found if case in cases and cases[case].is_open(act.at))
            if live:
                counted[name] = live if live >= FEWEST_TOLD else None
        return counted

    return perform(world, acting, Verb.AGREEMENT_READ, work)
