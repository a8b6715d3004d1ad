"""The classes of information that the law asks about when somebody wants their own data (`policies/rights.yaml`).

Decides only that nothing is answered where a partnership has not said which kind is of which class.
"""

from __future__ import annotations

from broker.errors import CallWrong
from broker.usecases.world import World
from broker.vocabulary.codes import Vocabulary


def rights_vocabulary(world: World) -> Vocabulary:
    """The vocabulary, with its classes of information. Raises CallWrong where the partnership has none."""
    vocabulary = world.partnership.vocabulary
    if not vocabulary.rights:
        raise CallWrong("policies", "have no `rights.yaml`: say which kinds of information need which test")
    return vocabulary
