"""The columns of a format, each accounted for: used, or ignored with the reason why.

Decides how a heading row is matched to the declared columns. Whatever else arrives is alerted and its cells are
dropped unread (architecture: "every field used, ignored or alerted"). A file without a column that must be
there is refused as a whole, because every row of it would be misread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from broker.agencies.findings import ColumnAlert, FileRefused

_SHOWN_HEADING = 60


@dataclass(frozen=True, slots=True)
class Column:
    """A declared column. `ignored_because` None means it is used; `lines` allows line breaks in its cells;
    `optional` columns may be missing from the file altogether."""

    heading: str
    optional: bool = False
    lines: bool = False
    ignored_because: str | None = None
    also: tuple[str, ...] = ()

    @property
    def used(self) -> bool:
        """Whether the adapter reads it."""
        return self.ignored_because is None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading row matched to the columns: `places` says at which cell each used column stands."""

    width: int
    places: dict[str, int]
    with_lines: frozenset[int]
    alerts: tuple[ColumnAlert, ...] = field(default=())


def _plain(heading: str) -> str:
    return " ".join(heading.replace("_", " ").casefold().split())


def match_heading(cells: Sequence[str], columns: Sequence[Column], where: str) -> Heading:
    """The heading matched, case and spacing apart. Raises `FileRefused`, in our words only: where there is no
    heading the first row holds somebody's data."""
    headings = list(cells)
    while headings and not headings[-1]:
        headings.pop()
    known = {_plain(name): column for column in columns for name in (column.heading, *column.also)}
    found: dict[str, int] = {}
    alerts = []
    for place, heading in enumerate(headings):
        column = known.get(_plain(heading))
        if column is None:
            alerts.append(ColumnAlert(place + 1, heading[:_SHOWN_HEADING] or "(no heading)"))
        elif column.heading in found:
            raise FileRefused(f"{where}:1", f"column `{column.heading}` appears twice; remove or rename one")
        else:
            found[column.heading] = place
    missing = [column.heading for column in columns if not column.optional and column.heading not in found]
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        raise FileRefused(
            f"{where}:1", f"the heading row lacks {names}; send the list with its headings, or choose its adapter"
        )
    used = {c.heading: found[c.heading] for c in columns if c.used and c.heading in found}
    with_lines = frozenset(found[c.heading] for c in columns if c.lines and c.heading in found)
    return Heading(len(headings), used, with_lines, tuple(alerts))
