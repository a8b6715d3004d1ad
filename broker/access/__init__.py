"""Access: who may use which verb. Whether a cell may flow is another question (`broker.decision`)."""

from broker.access.enforcer import Access, Permitted
from broker.access.verbs import Verb

__all__ = ["Access", "Permitted", "Verb"]
