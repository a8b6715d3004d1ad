"""Who sends: an organisation of the partnership, and under whose name what it sends is taken in.

Decides that an agency's own system acts for its organisation where nobody of the staff is named, and what a feed
is called: the organisation and the list, whatever file it came in.
"""

from __future__ import annotations

from typing import Final

from broker.access import Verb
from broker.errors import CallWrong, did_you_mean
from broker.usecases.acting import Acting, Signed, perform
from broker.usecases.world import World
from broker.vocabulary.codes import Organisation

AGENCY_ROLE: Final = "agency-system"


def get_sender(world: World, code: str) -> Organisation:
    """The organisation with this code. Raises CallWrong with the nearest one where there is none."""
    organisations = world.partnership.vocabulary.organisations
    if code not in organisations:
        raise CallWrong(
            "from", f"`{code}` is not an organisation of this partnership{did_you_mean(code, organisations)}"
        )
    return organisations[code]


def sign_for(world: World, controller: str, acting: Acting | None) -> Signed:
    """Under whose name something of the controller is taken in. Raises NotAllowed unless they may load batches."""
    if acting is None:
        world.access.require({AGENCY_ROLE}, Verb.INGEST_RUN)
        return Signed(f"{controller}/{AGENCY_ROLE}", controller)
    return Signed.of(perform(world, acting, Verb.INGEST_RUN, lambda _act, staff: staff))


def feed_of(controller: str, list_code: str) -> str:
    """The id of the feed by which an organisation sends a list."""
    return f"{controller}/{list_code}"
