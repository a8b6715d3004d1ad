"""May I share? One sentence to complete, for everybody, and the whole matrix.

Decides how the question is asked, and that all of it stands in the address as codes of the rules, so that an
answer can be linked: nothing about anybody can be asked here. What may be shared is the use case's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from broker.errors import CallWrong
from broker.sharing.answer import Answer, Question, Verdict
from broker.sharing.matrix import Column, Matrix, Row
from broker.sharing.words import say_answer
from broker.usecases.rules.can_share import can_share, share_matrix
from broker.vocabulary.codes import Vocabulary
from broker.web.forms import Form, Problem, problem_beside
from broker.web.language import _
from broker.web.site import Site

FIELDS: Final = ("as", "from", "category", "role", "to", "purpose")
NEEDED: Final[Mapping[str, str]] = {
    "from": _("Choose the organisation that holds it"),
    "category": _("Choose what you would share"),
    "role": _("Choose the job of whoever would receive it"),
    "to": _("Choose the organisation that would receive it"),
    "purpose": _("Choose what it is for"),
}
AT_SCHOOLS: Final = ("team-member", "safeguarding-lead")
"""The jobs in which people at a school receive information: a teacher as one of the team around the family."""
SQUARES: Final[Mapping[Verdict, str]] = {
    Verdict.YES: _("Yes"),
    Verdict.IF_AGREED: _("If agreed"),
    Verdict.ASK_HOLDER: _("Ask the holder"),
    Verdict.NOT_YET: _("Not yet"),
    Verdict.NO: _("No"),
}


def may_i_share_routes(site: Site) -> APIRouter:
    """`/may-i-share`, `/may-i-share/matrix`."""
    routes = APIRouter()

    @routes.get("/may-i-share")
    def ask(request: Request) -> Response:
        form = _asked(request, FIELDS)
        known = site.world.partnership.vocabulary
        data: dict[str, Any] = {
            "choices": _choices(known),
            "answer": None,
            "said": None,
            "at_schools": _at_schools(known),
        }
        problems: list[Problem] = []
        if any(
            name in request.query_params for name in NEEDED
        ):  # the button was pressed, with or without a choice
            problems = [Problem(name, text) for name, text in NEEDED.items() if not form.text(name)]
        if not problems and form.text("from"):
            try:
                answer = can_share(site.world, _question(form))
            except CallWrong as error:
                problems = [problem_beside(error)]
            else:
                sender = form.text("as")
                said = say_answer(answer, known, sender=sender if sender in known.roles else None)
                data |= {"answer": answer, "said": said, "matrix": _matrix_address(answer)}
        who = site.find_visit(request) or request
        return site.page(who, "may-i-share.html", form=form, problems=problems, **data)

    @routes.get("/may-i-share/matrix")
    def matrix(request: Request) -> Response:
        form = _asked(request, ("from", "purpose"))
        known = site.world.partnership.vocabulary
        problems: list[Problem] = []
        found: Matrix | None = None
        if "from" in request.query_params or "purpose" in request.query_params:
            problems = [Problem(one, NEEDED[one]) for one in ("from", "purpose") if not form.text(one)]
        if form.text("from") and not problems:
            try:
                found = share_matrix(site.world, form.text("from"), form.text("purpose"))
            except CallWrong as error:
                problems = [problem_beside(error)]
        return site.page(
            site.find_visit(request) or request,
            "may-i-share-matrix.html",
            form=form,
            problems=problems,
            choices=_choices(known),
            matrix=found,
            rows=[] if found is None else _rows(found, known),
            words=SQUARES,
        )

    return routes


def _asked(request: Request, names: Iterable[str]) -> Form:
    """What the address asks."""
    return Form({name: [request.query_params.get(name, "")] for name in names})


def _question(form: Form) -> Question:
    return Question(
        controller=form.text("from"),
        recipient=form.text("to"),
        role=form.text("role"),
        purpose=form.text("purpose"),
        category=form.text("category"),
    )


def _choices(known: Vocabulary) -> dict[str, list[dict[str, str]]]:
    """What each part of the sentence may be completed with, by name; jobs that may ask for nothing receive
    nothing."""
    organisations = _sorted((one.code, one.name) for one in known.organisations.values())
    return {
        "as": _sorted((one.code, one.title) for one in known.roles.values()),
        "from": organisations,
        "category": _sorted((one.code, one.title) for one in known.categories.values()),
        "role": _sorted((one.code, one.title) for one in known.roles.values() if one.purposes),
        "to": organisations,
        "purpose": _sorted((one.code, one.title) for one in known.purposes.values()),
    }


def _at_schools(known: Vocabulary) -> list[str]:
    """What a school's staff are called here, the broadest first: nobody's job is called teacher."""
    return [known.roles[code].title for code in AT_SCHOOLS if code in known.roles and known.roles[code].purposes]


def _sorted(found: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    ordered = sorted(found, key=lambda one: one[1].casefold())
    return [{"value": code, "text": title} for code, title in ordered]


def _matrix_address(answer: Answer) -> str:
    asked = {"from": answer.question.controller, "purpose": answer.question.purpose}
    return f"/may-i-share/matrix?{urlencode(asked)}"


def _rows(matrix: Matrix, known: Vocabulary) -> list[dict[str, Any]]:
    """The rows by title; each square with the address of its answer, and for a narrow screen those with one word
    together, without those that say no."""
    found = []
    for row in sorted(matrix.rows, key=lambda row: known.categories[row.category].title.casefold()):
        squares = [
            {
                "verdict": square.verdict,
                "by_age": square.by_age,
                "column": column,
                "address": f"/may-i-share?{urlencode(_asked_of(matrix, row.category, column))}",
            }
            for column, square in zip(matrix.columns, row.squares, strict=True)
        ]
        groups = [
            {"verdict": verdict, "by_age": by_age, "squares": [squares[number] for number in numbers]}
            for (verdict, by_age), numbers in _alike(row).items()
        ]
        found.append({"category": row.category, "squares": squares, "groups": groups})
    return found


def _alike(row: Row) -> dict[tuple[Verdict, bool], list[int]]:
    found: dict[tuple[Verdict, bool], list[int]] = {}
    for number, square in enumerate(row.squares):
        if square.verdict is not Verdict.NO:
            found.setdefault((square.verdict, square.by_age), []).append(number)
    return dict(sorted(found.items(), key=lambda one: (one[0][0].rank, one[0][1])))


def _asked_of(matrix: Matrix, category: str, column: Column) -> dict[str, str]:
    return {
        "from": matrix.controller,
        "category": category,
        "role": column.role,
        "to": column.organisations[0],
        "purpose": matrix.purpose,
    }
