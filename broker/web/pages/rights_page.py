"""A matter's page: what it is, its clock, the facts and what can be done next, each as a form of its own.

Decides how such a page is described, so that every kind of matter reads alike, and beside which field of which
form a refusal stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import APIRouter, Depends, Response

from broker.errors import CallWrong
from broker.usecases.kinds import MatterKind
from broker.usecases.rights.desk import MatterShown, require_step, show_matter
from broker.web.forms import Form, Problem, problem_beside
from broker.web.language import _
from broker.web.pages import rights_words as words
from broker.web.pages.asking import Field
from broker.web.rendering import day
from broker.web.site import Site, Visit

Doing = Callable[[Visit, MatterShown, Form], object]


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done: the name its address ends with, what is said before its fields, and its button.
    One that is `first` is the next step; the others are closed until they are wanted."""

    name: str
    title: str
    button: str
    fields: Sequence[Field] = ()
    lines: Sequence[str] = ()
    first: bool = False
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Laid:
    """What a kind of matter lays out: facts as pairs, clocks as what is due and when it was done, and actions;
    `ended` says what became of one that is over and what is still to be done; `more` is for a part of the page of
    its own."""

    facts: Sequence[tuple[str, str]]
    actions: Sequence[Action] = ()
    clocks: Sequence[Any] = ()
    notes: Sequence[str] = ()
    ended: Sequence[str] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


def matter_routes(
    site: Site,
    routes: APIRouter,
    kind: MatterKind,
    lay: Callable[[Visit, MatterShown], Laid],
    doings: Mapping[str, Doing],
) -> None:
    """`/rights/<place>/<id>` and its steps."""
    place = words.PLACES[kind]

    def page(visit: Visit, shown: MatterShown, form: Form | None = None, wrong: Problem | None = None) -> Response:
        return site.page(
            visit,
            "rights-matter.html",
            form=form,
            problems=[wrong] if wrong is not None else (),
            shown=shown,
            row=shown.row,
            laid=lay(visit, shown),
            address=f"/rights/{place}/{shown.row.matter_id}",
            words=words,
            left=words.left_words,
            prefixed=prefixed,
        )

    @routes.get(f"/rights/{place}/{{matter_id}}", name=f"rights-{place}")
    def show(matter_id: str, visit: Visit = Depends(site.visit)) -> Response:
        return page(visit, show_matter(site.world, visit.acting, kind, matter_id))

    @routes.post(f"/rights/{place}/{{matter_id}}/{{step}}", name=f"rights-{place}-step")
    def do(
        matter_id: str, step: str, visit: Visit = Depends(site.proved), form: Form = Depends(site.form)
    ) -> Response:
        shown = show_matter(site.world, visit.acting, kind, matter_id)
        require_step(step, doings)
        try:
            doings[step](visit, shown, _plain(form, step))
        except CallWrong as error:
            return page(visit, shown, form, _beside(error, step, lay(visit, shown)))
        return site.go(f"/rights/{place}/{matter_id}")


def prefixed(action: Action) -> tuple[Field, ...]:
    """The fields as they are called on the page: no two forms share a name."""
    return tuple(replace(one, name=f"{action.name}-{one.name}") for one in action.fields)


def _plain(form: Form, step: str) -> Form:
    return Form({name.removeprefix(f"{step}-"): found for name, found in form.fields.items()})


def _beside(error: CallWrong, step: str, laid: Laid) -> Problem:
    found = problem_beside(error)
    known = {one.name for action in laid.actions if action.name == step for one in action.fields}
    where = error.where.strip("`-")
    waits = [
        one for one in laid.more.get("items", ()) if one.outcome.needs and one.outcome.record_id in error.message
    ]
    if waits:
        says = _(
            "“%(title)s” of %(day)s waits for a professional’s opinion first: draft the answer once it is given"
        )
        return Problem(
            waits[0].outcome.record_id, says % {"title": waits[0].title, "day": day(waits[0].occurred_on)}
        )
    return replace(found, field=f"{step}-{where}" if where in known else f"{step}-form")
