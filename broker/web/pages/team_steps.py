"""What is done with a team: somebody joins, leads or leaves, it is reviewed, steps up or down, is restricted,
changes its purpose, closes.

Decides how each is asked for, and who is offered to choose from: colleagues by name at one's own organisation, and
anybody elsewhere by the reference that they gave. What may be done is the use cases'.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.casework import CaseKind
from broker.casework.moves import MOVES, CloseReason
from broker.casework.staff import StaffMember
from broker.dates import start_of_day
from broker.errors import CallWrong
from broker.usecases.casework.cases import close_case, join_team, leave_team
from broker.usecases.casework.hand_over_lead import hand_over_lead
from broker.usecases.casework.look_at_team import TeamShown, look_at_team
from broker.usecases.casework.move_case import move_case, review_case
from broker.usecases.posts.colleagues import list_colleagues
from broker.usecases.rules.proposals import propose_lift, propose_purpose, restrict_case
from broker.web.forms import Form
from broker.web.language import _
from broker.web.pages.asking import Field, Kind, Question, ask, choices_of, chosen
from broker.web.pages.team_words import CLOSING, KINDS
from broker.web.site import Site, Visit

LEVELS: Final = {
    "1": _("1: what everybody gets is enough"),
    "2": _("2: some more help"),
    "3": _("3: help from several services together"),
    "4": _("4: a social worker, by law"),
}

STAYS: Final = {"yes": _("Yes, I go on working with them"), "no": _("No, my access ends at once")}


def team_steps_routes(site: Site) -> APIRouter:
    """`/teams/<case id>/` `join`, `lead`, `leave`, `review`, `move`, `purpose`, `restrict`, `lift`, `close`."""
    routes = APIRouter()
    world = site.world

    def page(
        step: str,
        describe: Callable[[Visit, TeamShown], Question],
        act: Callable[[Visit, str, Form], str | None],
    ) -> None:
        """One step: its page, and its form; after it the team again, or where `act` says."""

        @routes.get(f"/teams/{{case_id}}/{step}", name=f"ask-{step}")
        def asking(case_id: str, visit: Visit = Depends(site.visit)) -> Response:
            return ask(site, visit, describe(visit, look_at_team(world, visit.acting, case_id)))

        @routes.post(f"/teams/{{case_id}}/{step}", name=f"do-{step}")
        def doing(case_id: str, visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
            try:
                where = act(visit, case_id, form)
            except CallWrong as error:
                shown = look_at_team(world, visit.acting, case_id)
                return ask(site, visit, describe(visit, shown), form, error)
            return site.go(where or f"/teams/{case_id}")

    def joining(visit: Visit, shown: TeamShown) -> Question:
        there = {one.staff for one in shown.team.case.members if one.interval.covers(shown.team.at)}
        found = [one for one in list_colleagues(world, visit.acting, Verb.TEAM_JOIN) if one.staff.id not in there]
        return question_of(
            shown,
            "join",
            _("Add somebody"),
            _("Who joins this team?"),
            _("Add them to the team"),
            (
                Field(Kind.SELECT, "member", _("A colleague of yours"), choices=by_name(site, found)),
                Field(
                    Kind.TEXT,
                    "reference",
                    _("Or somebody elsewhere: their work reference"),
                    _("They can tell you. Who works elsewhere is not listed here."),
                ),
                Field(
                    Kind.DAY,
                    "until",
                    _("Until which day? (if you know)"),
                    _("Their access ends as this day begins. For example, 27 9 2026"),
                ),
            ),
            lines=(_("Their access to this family begins at once, and every look is written down."),),
            main="member",
        )

    def join(visit: Visit, case_id: str, form: Form) -> None:
        until = form.day("until")
        member, elsewhere = form.text("member"), form.text("reference")
        if bool(member) == bool(elsewhere):
            raise CallWrong("member", _("is missing: choose a colleague, or give one reference"))
        until_at = start_of_day(until) if until is not None else None
        join_team(world, visit.acting, case_id, member or elsewhere, until_at)

    def handing_over(visit: Visit, shown: TeamShown) -> Question:
        inside = {one.staff_id: one.name for one in shown.team.members if one.staff_id != visit.staff_id}
        able = list_colleagues(world, visit.acting, Verb.TEAM_LEAD, Verb.TEAM_LEAD)
        everybody = {**{one.staff.id: one.name for one in able}, **inside}
        return question_of(
            shown,
            "lead",
            _("Who leads"),
            _("Who leads this team from now on?"),
            _("Hand over the lead"),
            (
                Field(
                    Kind.SELECT,
                    "to",
                    _("A colleague of yours, or somebody in the team"),
                    choices=choices_of(everybody),
                ),
                Field(
                    Kind.TEXT,
                    "reference",
                    _("Or somebody elsewhere: their work reference"),
                    _("They can tell you. Who works elsewhere is not listed here."),
                ),
                Field(Kind.RADIOS, "stays", _("Do you stay in the team?"), choices=choices_of(STAYS)),
                Field(Kind.AREA, "reason", _("Why?"), _("In a sentence. It stays with the case.")),
            ),
            lines=(
                _("They have access to this family from that moment. Everybody in the team is told who leads."),
            ),
            main="to",
        )

    def hand_lead(visit: Visit, case_id: str, form: Form) -> str | None:
        to, elsewhere = form.text("to"), form.text("reference")
        if bool(to) == bool(elsewhere):
            raise CallWrong("to", _("is missing: choose somebody, or give one reference"))
        stays = chosen(form, "stays") == "yes"
        hand_over_lead(world, visit.acting, case_id, to or elsewhere, form.text("reason"), stays=stays)
        return None if stays else "/teams"

    def leaving(_visit: Visit, shown: TeamShown) -> Question:
        members = [{"value": one.staff_id, "text": one.name} for one in shown.team.members]
        return question_of(
            shown,
            "leave",
            _("Somebody leaves"),
            _("Who leaves this team?"),
            _("End their access"),
            (Field(Kind.RADIOS, "member", _("Who?"), choices=members),),
            lines=(_("Their access to this family ends at once."),),
            warning=True,
        )

    def leave(visit: Visit, case_id: str, form: Form) -> str | None:
        member = chosen(form, "member")
        leave_team(world, visit.acting, case_id, member)
        return "/teams" if member == visit.staff_id else None

    def reviewing(_visit: Visit, shown: TeamShown) -> Question:
        return question_of(
            shown,
            "review",
            _("A review"),
            _("What came of the review?"),
            _("Keep this review"),
            (
                Field(
                    Kind.AREA,
                    "reason",
                    _("What has changed, and what happens now?"),
                    _("Say what is better, and what the family says about it."),
                ),
            ),
            lines=(_("The next review is due from now."),),
        )

    def review(visit: Visit, case_id: str, form: Form) -> None:
        review_case(world, visit.acting, case_id, form.text("reason"))

    def moving(visit: Visit, shown: TeamShown) -> Question:
        kinds = sorted({one.after for one in MOVES if one.before is shown.team.case.kind})
        inside = {one.staff_id: one.name for one in shown.team.members}
        found = {one.staff.id: one.name for one in list_colleagues(world, visit.acting, Verb.CASE_MOVE)}
        everybody = [{"value": one, "text": name} for one, name in {**found, **inside}.items()]
        everybody.sort(key=lambda one: (one["value"] not in inside, one["text"]))
        return question_of(
            shown,
            "move",
            _("Step up or down"),
            _("Is more help needed now, or less?"),
            _("Move it on"),
            (
                Field(
                    Kind.RADIOS,
                    "kind",
                    _("What is it from now on?"),
                    choices=[{"value": one.value, "text": KINDS[one]} for one in kinds],
                ),
                Field(Kind.RADIOS, "level", _("Which level of need?"), choices=choices_of(LEVELS)),
                Field(
                    Kind.TICKS,
                    "members",
                    _("Who goes on with it?"),
                    _("Nobody is ticked for you. Whoever you do not tick loses access at once, you too."),
                    choices=everybody,
                ),
                Field(Kind.AREA, "reason", _("Why?"), _("In a sentence. It stays with the case.")),
            ),
            main="members",
        )

    def move(visit: Visit, case_id: str, form: Form) -> str | None:
        kind, level = form.choice("kind", CaseKind), chosen(form, "level")
        if level not in LEVELS:
            raise CallWrong("level", _("is a level of need from 1 to 4"))
        going = frozenset(form.texts("members"))
        if not going:
            raise CallWrong("members", _("are missing: tick at least one person who goes on with it"))
        move_case(world, visit.acting, case_id, kind, int(level), going, form.text("reason"))
        return None if visit.staff_id in going else "/teams"

    def purposing(visit: Visit, shown: TeamShown) -> Question:
        titles = {code: one.title for code, one in world.partnership.vocabulary.purposes.items()}
        now = {code: titles.get(code, code) for code in sorted(shown.team.case.purposes)}
        others = {code: title for code, title in titles.items() if code not in now}
        return question_of(
            shown,
            "purpose",
            _("What it is for"),
            _("What is it for from now on?"),
            _("Ask the manager"),
            (
                Field(Kind.SELECT, "from", _("What ends"), choices=choices_of(now), value=next(iter(now), None)),
                Field(Kind.SELECT, "to", _("What begins"), choices=choices_of(others)),
                _manager(visit),
                Field(Kind.AREA, "reason", _("Why?"), _("The manager reads this, and nothing else of the case.")),
            ),
            lines=(_("Nothing changes until the manager allows it. Then the old purpose ends at once."),),
            main="manager",
        )

    def purpose(visit: Visit, case_id: str, form: Form) -> None:
        before, after, manager = chosen(form, "from"), chosen(form, "to"), chosen(form, "manager")
        propose_purpose(world, visit.acting, case_id, before, after, manager, form.text("reason"))

    def restricting(visit: Visit, shown: TeamShown) -> Question:
        return question_of(
            shown,
            "restrict",
            _("Members only"),
            _("Keep this to its members?"),
            _("Keep it to its members"),
            (_manager(visit), Field(Kind.AREA, "reason", _("Why?"), _("The manager reads this."))),
            lines=(
                _("From now on only those in the team see that it is there, whatever their job."),
                _("It begins at once. A manager is asked to confirm it."),
            ),
            main="manager",
        )

    def restrict(visit: Visit, case_id: str, form: Form) -> None:
        restrict_case(world, visit.acting, case_id, chosen(form, "manager"), form.text("reason"))

    def lifting(visit: Visit, shown: TeamShown) -> Question:
        return question_of(
            shown,
            "lift",
            _("Members only"),
            _("May others see this again?"),
            _("Ask the manager"),
            (_manager(visit), Field(Kind.AREA, "reason", _("Why?"), _("The manager reads this."))),
            lines=(_("It stays with its members until the manager allows it."),),
            main="manager",
        )

    def lift(visit: Visit, case_id: str, form: Form) -> None:
        propose_lift(world, visit.acting, case_id, chosen(form, "manager"), form.text("reason"))

    def closing(_visit: Visit, shown: TeamShown) -> Question:
        waits = (_("The family said no to help, and nobody has said yet what that means. Answer that first."),)
        return question_of(
            shown,
            "close",
            _("Close it"),
            _("Is the work over?"),
            _("Close it"),
            (Field(Kind.RADIOS, "reason", _("Why does it end?"), choices=choices_of(CLOSING)),),
            lines=(
                *(waits if shown.refusals else ()),
                _("Everybody’s access through it ends at once, yours too. Each agency keeps its own records."),
            ),
            warning=True,
        )

    def close(visit: Visit, case_id: str, form: Form) -> str:
        close_case(world, visit.acting, case_id, form.choice("reason", CloseReason))
        return "/teams/closed"

    for step, describe, act in (
        ("join", joining, join),
        ("lead", handing_over, hand_lead),
        ("leave", leaving, leave),
        ("review", reviewing, review),
        ("move", moving, move),
        ("purpose", purposing, purpose),
        ("restrict", restricting, restrict),
        ("lift", lifting, lift),
        ("close", closing, close),
    ):
        page(step, describe, act)

    def _manager(visit: Visit) -> Field:
        found = list_colleagues(world, visit.acting, Verb.CASE_RESTRICT, Verb.CASE_AUTHORISE)
        return Field(Kind.SELECT, "manager", _("Which manager allows it?"), choices=by_name(site, found))

    return routes


def question_of(
    shown: TeamShown,
    step: str,
    title: str,
    heading: str,
    button: str,
    fields: tuple[Field, ...],
    *,
    lines: tuple[str, ...] = (),
    main: str = "",
    warning: bool = False,
) -> Question:
    """The page of one step of this team."""
    base = f"/teams/{shown.team.case.id}"
    return Question(
        title, heading, button, f"{base}/{step}", base, _("The team"), fields, lines, main=main, warning=warning
    )


def by_name(site: Site, members: list[StaffMember] | tuple[StaffMember, ...]) -> list[dict[str, str]]:
    """Colleagues to choose from: the name, and what they do."""
    roles = site.world.partnership.vocabulary.roles
    return [
        {
            "value": one.staff.id,
            "text": f"{one.name}, {', '.join(roles[role].title for role in sorted(one.staff.roles))}",
        }
        for one in members
    ]
