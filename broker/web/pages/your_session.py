"""Your session: in which post, until when, where else; staying signed in; what was begun and not sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from broker.errors import CallWrong
from broker.usecases.signing_in.kept_forms import KeptForm, drop_form, find_form, keep_form, list_forms
from broker.usecases.signing_in.sessions import (
    end_other_sessions,
    list_other_sessions,
    list_own_posts,
    start_session,
)
from broker.web.forms import KEPT, Form
from broker.web.language import _
from broker.web.navigation import PLACES
from broker.web.pages.sign_in import choices_of
from broker.web.site import Site, Visit, is_here


def your_session_routes(site: Site) -> APIRouter:
    """`/your-session` and what can be done there; `/stay`, `/keep` for scripts; `/begun/…`."""
    routes = APIRouter()

    @routes.get("/your-session")
    def show(visit: Visit = Depends(site.visit)) -> Response:
        return _show(site, visit)

    @routes.post("/your-session/post")
    def change_post(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        posts = {f"{one.staff_id}/{one.role}": one for one in list_own_posts(site.world, visit.session)}
        chosen = posts.get(form.text("post"))
        if chosen is None:
            refused = CallWrong("post", _("is not one of yours: choose one"))
            return _show(site, visit, form, refused)
        stored = visit.session.stored
        secret, _session = start_session(
            site.world,
            chosen.staff_id,
            chosen.role,
            stored.provider,
            account=stored.account,
            proved_at=stored.stepped_up_at,
            instead_of=visit.session,
        )
        answer = site.go("/")
        site.set_cookie(answer, secret)
        return answer

    @routes.post("/your-session/others")
    def end_others(visit: Visit = Depends(site.proved), form: Form = Depends(site.form)) -> Response:
        named = form.given("session")
        end_other_sessions(site.world, visit.session, [named] if named is not None else None)
        return site.go("/your-session")

    @routes.post("/stay")
    def stay(visit: Visit = Depends(site.visit), _form: Form = Depends(site.form)) -> Response:
        return JSONResponse({"ends_in": _left(visit)})

    @routes.post("/keep")
    def keep(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        page, action = form.text("kept-page"), form.text("kept-action")
        if not is_here(page) or not is_here(action):
            raise CallWrong("page", _("is not one of this site"))
        fields = {name: found for name, found in form.kept().items() if not name.startswith("kept-")}
        kept = keep_form(site.world, visit.staff_id, page, action, fields)
        return JSONResponse({"kept": kept, "ends_in": _left(visit)})

    @routes.get("/begun/{draft_id}")
    def go_on(request: Request, draft_id: str, visit: Visit = Depends(site.visit)) -> Response:
        found = find_form(site.world, visit.staff_id, draft_id)
        if found is None:
            return site.page(visit, "begun.html", status=404, found=None)
        if _opens(request, urlsplit(found.page).path):
            mark = "&" if "?" in found.page else "?"
            return site.go(f"{found.page}{mark}{KEPT}={found.id}")
        return site.page(visit, "begun.html", found=found)

    @routes.post("/begun/{draft_id}/drop")
    def drop(draft_id: str, visit: Visit = Depends(site.visit), _form: Form = Depends(site.form)) -> Response:
        drop_form(site.world, visit.staff_id, draft_id)
        return site.go("/your-session")

    def _show(site: Site, visit: Visit, form: Form | None = None, error: CallWrong | None = None) -> Response:
        data: dict[str, Any] = {
            "choices": choices_of(site, list_own_posts(site.world, visit.session)),
            "now_in": f"{visit.staff_id}/{visit.role}",
            "others": list_other_sessions(site.world, visit.session),
            "begun": begun(list_forms(site.world, visit.staff_id)),
        }
        if form is not None and error is not None:
            return site.again(visit, "your-session.html", form, error, **data)
        return site.page(visit, "your-session.html", **data)

    return routes


def _left(visit: Visit) -> int:
    return int((visit.session.ends_at - visit.session.at).total_seconds())


def begun(forms: Iterable[KeptForm]) -> list[dict[str, str]]:
    """What somebody had begun, by the part of the site it belongs to: nothing of what they typed."""
    return [{"id": one.id, "text": _called(one.page)} for one in forms]


def _called(page: str) -> str:
    path = urlsplit(page).path
    found = [one for one in PLACES if path == one.path or path.startswith(f"{one.path}/")]
    return max(found, key=lambda one: len(one.path)).title if found else _("A form")


def _opens(request: Request, path: str) -> bool:
    """Whether there is a page to look at under this address."""
    return bool(request.app.state.opens(path))
