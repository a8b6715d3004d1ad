"""Telling organisations' systems of what people read elsewhere: a question in the inbox, a change of an agreement.

Decides that such a notice is queued only where the organisation's system is told of it, in the act it tells of:
nobody's list of notices fills with what they see anyway. From docs/how-to-webhooks.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from broker.audit.entry import AuditEntry
from broker.store.endpoints import find_endpoints
from broker.store.notices import NewNotice, queue_notices
from broker.store.session import Act
from broker.usecases.partners.endpoints import live_endpoints
from broker.webhooks.topics import WebhookTopic


def tell_systems(
    act: Act, topic: WebhookTopic, organisations: Iterable[str], body: Mapping[str, Any], *, entry: AuditEntry
) -> None:
    """Queues a notice for each of these organisations whose system is told of the topic. `body` holds ids and
    codes."""
    told = {one.organisation for one in live_endpoints(find_endpoints(act).values()) if topic in one.topics}
    notices = [NewNotice(topic.value, one, act.at, dict(body)) for one in sorted(told & set(organisations))]
    queue_notices(act, notices, entry=entry)
