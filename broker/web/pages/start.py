"""The first page, and signing in and out."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from broker.errors import NotAllowed
from broker.usecases.signing_in.local_accounts import list_local_accounts
from broker.usecases.signing_in.sessions import end_session, start_session
from broker.web.forms import Form, problem_beside
from broker.web.site import Site, Visit, is_here

LOCAL = "local"


def start_routes(site: Site) -> APIRouter:
    """`/`, `/sign-in`, `/sign-out`."""
    routes = APIRouter()

    @routes.get("/")
    def start(request: Request) -> Response:
        return site.page(site.find_visit(request) or request, "start.html")

    @routes.get("/sign-in")
    def ask(request: Request, back: str = "/") -> Response:
        return site.page(request, "sign-in.html", back=back, choices=_choices(site))

    @routes.post("/sign-in")
    def sign_in(request: Request, form: Form = Depends(site.open_form)) -> Response:
        back = form.text("back")
        staff_id, _, role = form.text("who").partition("/")
        try:
            secret, _session = start_session(site.world, staff_id, role or None, LOCAL)
        except NotAllowed as refused:
            found = [problem_beside(refused)]
            return site.page(request, "sign-in.html", back=back, choices=_choices(site), problems=found)
        answer = site.go(back if is_here(back) else "/")
        site.set_cookie(answer, secret)
        return answer

    @routes.get("/sign-out")
    def ask_out(visit: Visit = Depends(site.visit)) -> Response:
        return site.page(visit, "sign-out.html")

    @routes.post("/sign-out")
    def sign_out(
        visit: Visit = Depends(site.visit),
        _form: Form = Depends(site.form),
    ) -> Response:
        end_session(site.world, visit.session)
        answer = site.go("/")
        site.drop_cookie(answer)
        return answer

    return routes


def _choices(site: Site) -> list[dict[str, str]]:
    vocabulary = site.world.partnership.vocabulary
    return [
        {
            "value": f"{one.staff.id}/{role}",
            "text": one.name,
            "hint": f"{vocabulary.roles[role].title}, {vocabulary.organisations[one.staff.organisation].name}",
        }
        for one in list_local_accounts(site.world)
        for role in sorted(one.staff.roles)
    ]
