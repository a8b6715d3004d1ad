"""The closed register of what a partner's system may be told, and nothing besides.

Decides that only notices to an organisation as a whole are sent to its system: what it received is not to be used
any more or was corrected, a question waits for it as a holder, an agreement it is party to has changed. A silent
alert, or a notice for one member of staff alone, is in no system's queue, where colleagues could read it. From
docs/how-to-webhooks.md and docs/security.md section 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum, unique

from broker.errors import CallWrong, did_you_mean


@unique
class WebhookTopic(StrEnum):
    """What a system is told about: the topics of notices that may leave."""

    WITHDRAWAL = "withdrawal"
    HOLDER_WITHHELD = "holder-withheld"
    CORRECTION = "correction"
    DELETION = "deletion"
    RESTRICTION = "restriction"
    NOT_THIS_PERSON = "not-this-person"
    UNMERGED = "unmerged"
    RELEASED_IN_ERROR = "released-in-error"
    HOLDER_OVERDUE = "holder-overdue"
    HOLDER_ASKED = "holder-asked"
    AGREEMENT_PUBLISHED = "agreement-published"
    AGREEMENT_SIGNED = "agreement-signed"
    AGREEMENT_UNSIGNED = "agreement-unsigned"
    AGREEMENT_ENDED = "agreement-ended"


CODES: tuple[str, ...] = tuple(topic.value for topic in WebhookTopic)

SYSTEMS_ONLY: frozenset[str] = frozenset(
    {
        WebhookTopic.HOLDER_ASKED.value,
        WebhookTopic.AGREEMENT_PUBLISHED.value,
        WebhookTopic.AGREEMENT_SIGNED.value,
        WebhookTopic.AGREEMENT_UNSIGNED.value,
        WebhookTopic.AGREEMENT_ENDED.value,
    }
)
"""What people read elsewhere (the holder's inbox, the agreements): queued only where a system is told of it."""


def require_topics(words: Iterable[str]) -> frozenset[WebhookTopic]:
    """The topics an endpoint takes. Raises CallWrong for a word that is none, and for none at all."""
    found = set()
    for word in words:
        if word not in CODES:
            raise CallWrong("topics", f"`{word}` is none{did_you_mean(word, CODES)}; known: {', '.join(CODES)}")
        found.add(WebhookTopic(word))
    if not found:
        raise CallWrong("topics", f"are missing; known: {', '.join(CODES)}")
    return frozenset(found)


def topics_text(topics: Iterable[WebhookTopic]) -> str:
    """Their codes in order, with a space between."""
    return " ".join(sorted(topic.value for topic in topics))


def topics_of(text: str) -> frozenset[WebhookTopic]:
    """What `topics_text` wrote. A word that this version does not know is not sent."""
    return frozenset(WebhookTopic(word) for word in text.split() if word in CODES)
