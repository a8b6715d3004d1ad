"""How the front door is doing, by week: pictures with the numbers beside them, and no small number anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.casework.statistics import FEWER, LEAST
from broker.usecases.casework.front_door_statistics import front_door_statistics
from broker.web.language import _
from broker.web.site import Site, Visit

SPANS: Final = (4, 12, 26, 52)
"""How many weeks can be looked at."""
HEIGHT: Final = 120
STEP: Final = 28
BAR: Final = 20
MEDIAN: Final = "median_hours_to_outcome"
TOO_FEW: Final = _("too few to show")
SECTIONS: Final[tuple[tuple[str, Mapping[str, str]], ...]] = (
    (
        _("How many, and how long?"),
        {
            "received": _("Arrived"),
            MEDIAN: _("Median hours to outcome"),
            "undecided": _("No outcome yet"),
        },
    ),
    (
        _("Could it have been met elsewhere?"),
        {
            "repeats": _("About somebody of another contact in the year before"),
            "advice_only": _("Advice or no further action"),
            "already_open": _("Open to somebody already"),
        },
    ),
    (
        _("What held them up?"),
        {
            "checks_out": _("Decided before an answer"),
            "declined": _("A check declined"),
            "put_back": _("Put back"),
        },
    ),
)
"""What is asked of the numbers: each question, and the columns that answer it, each with its picture."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One week in a picture; `number` None where it is too small to be told."""

    week: str
    number: float | None
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A row of bars, `width` wide."""

    bars: tuple[Bar, ...]
    width: int

    @property
    def is_empty(self) -> bool:
        """Whether no number in it may be told."""
        return all(one.number is None for one in self.bars)


def statistics_routes(site: Site) -> APIRouter:
    """`/statistics`."""
    routes = APIRouter()

    @routes.get("/statistics")
    def statistics(visit: Visit = Depends(site.visit), weeks: int = 12) -> Response:
        told = [one.told() for one in front_door_statistics(site.world, visit.acting, weeks)]
        sections = [
            {
                "title": title,
                "columns": columns,
                "pictures": [
                    (shows, drawn)
                    for name, shows in columns.items()
                    if not (drawn := _picture(told, name)).is_empty
                ],
                "rows": [
                    (date.fromisoformat(str(one["week"])), [_shown(name, one[name]) for name in columns])
                    for one in told
                ],
            }
            for title, columns in SECTIONS
        ]
        return site.page(
            visit,
            "statistics.html",
            weeks=weeks,
            spans=SPANS,
            sections=sections,
            fewer=FEWER,
            too_few=TOO_FEW,
            least=LEAST,
            height=HEIGHT,
            bar_width=BAR,
        )

    return routes


def _shown(name: str, value: str | float) -> str | float:
    """A number as it stands in the table. Of a median, "fewer than 5" would read as hours."""
    return TOO_FEW if name == MEDIAN and value == FEWER else value


def _pictures(
    told: Sequence[Mapping[str, str | int | float]], columns: Mapping[str, str]
) -> list[tuple[str, Picture]]:
    return [(shows, _picture(told, name)) for name, shows in columns.items()]


def _picture(told: Sequence[Mapping[str, str | int | float]], name: str) -> Picture:
    numbers = [value if isinstance(value := one[name], int | float) else None for one in told]
    most = max((one for one in numbers if one is not None), default=0) or 1
    bars = []
    for index, (one, number) in enumerate(zip(told, numbers, strict=True)):
        height = round(HEIGHT * number / most) if number is not None else 0
        bars.append(Bar(str(one["week"]), number, index * STEP + 4, HEIGHT - height + 20, height))
    return Picture(tuple(bars), len(bars) * STEP + 4)
