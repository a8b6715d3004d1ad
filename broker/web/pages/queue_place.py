"""Where somebody is in the front-door queue: what it is narrowed to and which page of it, kept in the address from
the queue to a contact and back. Neither says anything about anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from broker.casework.queue_filter import QueueFilter
from broker.web.language import _

_BESIDE: Final = 1
"""Pages that are named on each side of the one that is shown, beside the first and the last."""


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """A filter, None for everything that waits, and a page; 1 is the first."""

    show: QueueFilter | None = None
    page: int = 1

    def query(self, **others: str) -> str:
        """What stands after an address that keeps the place, empty where there is nothing to keep; `others` go
        with it."""
        kept = {} if self.show is None else {"show": self.show.value}
        if self.page > 1:
            kept["page"] = str(self.page)
        kept.update(others)
        return f"?{urlencode(kept)}" if kept else ""

    def beside(self, pages: int) -> dict[str, Any] | None:
        """The links to the other pages, as the pagination of GOV.UK Frontend takes them; None where there is one
        page alone."""
        if pages == 1:
            return None
        near = {1, pages, *range(self.page - _BESIDE, self.page + _BESIDE + 1)} & set(range(1, pages + 1))
        items: list[dict[str, Any]] = []
        before = 0
        for number in sorted(near):
            if number > before + 1:
                items.append({"ellipsis": True})
            items.append(
                {
                    "number": number,
                    "href": self._at(number),
                    "current": number == self.page,
                    "visuallyHiddenText": _("Page %(number)s") % {"number": number},
                }
            )
            before = number
        found: dict[str, Any] = {"items": items, "landmarkLabel": _("Pages of the queue")}
        if self.page > 1:
            found["previous"] = {"href": self._at(self.page - 1), "text": _("Previous page")}
        if self.page < pages:
            found["next"] = {"href": self._at(self.page + 1), "text": _("Next page")}
        return found

    def _at(self, number: int) -> str:
        return f"/queue{QueuePlace(self.show, number).query()}"


def queue_place(show: QueueFilter | None = None, page: int = 1) -> QueuePlace:
    """A dependency: the place that the address names. A page that the queue does not have is none."""
    return QueuePlace(show, max(page, 1))
