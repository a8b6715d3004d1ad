"""Signing in with the partnership's provider, choosing a post, proving again who one is, signing out."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from broker.errors import NotAllowed
from broker.logs import get_log
from broker.openid.patience import LEFT_ALONE_FOR, PASSES
from broker.openid.refusal import SignInRefused
from broker.openid.turns import Asker
from broker.usecases.signing_in.sessions import PostChoice, end_other_sessions, end_session
from broker.usecases.signing_in.sign_in import (
    PostNeeded,
    SignedIn,
    begin_sign_in,
    choose_post,
    finish_sign_in,
    list_choices,
)
from broker.web.forms import Form, Problem
from broker.web.from_where import from_where
from broker.web.language import _
from broker.web.site import Site, Visit, is_here

DONE = "/sign-in/done"
AWAY = "https://www.bbc.co.uk/weather"


def sign_in_routes(site: Site) -> APIRouter:
    """`/sign-in` and what follows from it, `/prove`, `/sign-out`, `/leave`."""
    routes = APIRouter()

    @routes.get("/sign-in")
    def ask(request: Request, back: str = "/", ended: str = "") -> Response:
        return site.page(request, "sign-in.html", back=_here(back), ended=ended == "yes")

    @routes.get("/sign-in/start")
    def start(request: Request, back: str = "/", again: str = "") -> Response:
        visit = site.find_visit(request)
        if site.provider is None:
            return _failed(site, request)
        session = visit.session if visit is not None and again == "yes" else None
        try:
            sent = begin_sign_in(
                site.world, site.provider, site.url(request, DONE), _here(back), session, from_where(request)
            )
        except SignInRefused as refused:
            return _failed(site, request, refused, _here(back))
        answer = site.go(site.own_path(sent.address))
        site.set_attempt(answer, sent.kept)
        return answer

    @routes.get(DONE)
    def done(request: Request) -> Response:
        visit = site.find_visit(request)
        if site.provider is None:
            return _failed(site, request)
        answer = dict(request.query_params)
        kept = site.find_cookie(request, site.attempt_cookie) or ""
        try:
            if len(answer) != len(request.query_params.multi_items()):
                return _failed(site, request)
            session = visit.session if visit else None
            found = finish_sign_in(site.world, site.provider, kept, answer, session, from_where(request))
        except SignInRefused as refused:
            return _failed(site, request, refused)
        except NotAllowed as refused:
            return _told(site, request, refused)
        if isinstance(found, PostNeeded):
            chosen = site.go("/sign-in/post")
            site.set_attempt(chosen, found.choice_id)
            return chosen
        return _in(site, request, found)

    @routes.get("/sign-in/post")
    def posts(request: Request) -> Response:
        try:
            found = list_choices(site.world, site.find_cookie(request, site.attempt_cookie) or "")
        except SignInRefused as refused:
            return _failed(site, request, refused)
        return site.page(request, "sign-in-post.html", choices=choices_of(site, found))

    @routes.post("/sign-in/post")
    def choose(request: Request, form: Form = Depends(site.open_form)) -> Response:
        choice_id = site.find_cookie(request, site.attempt_cookie) or ""
        staff_id, _mark, role = form.text("post").partition("/")
        try:
            if not role:
                choices = choices_of(site, list_choices(site.world, choice_id))
                problems = [Problem("post", _("Choose the post you are working in"))]
                return site.page(request, "sign-in-post.html", choices=choices, problems=problems)
            return _in(site, request, choose_post(site.world, choice_id, staff_id, role))
        except SignInRefused as refused:
            return _failed(site, request, refused)
        except NotAllowed as refused:
            return _told(site, request, refused)

    @routes.get("/prove")
    def prove(visit: Visit = Depends(site.visit), back: str = "/") -> Response:
        return site.page(visit, "prove.html", back=_here(back))

    @routes.get("/sign-out")
    def ask_out(visit: Visit = Depends(site.visit)) -> Response:
        return site.page(visit, "sign-out.html")

    @routes.post("/sign-out")
    def sign_out(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        if form.ticked("everywhere"):
            end_other_sessions(site.world, visit.session)
        end_session(site.world, visit.session)
        answer = site.go("/signed-out")
        site.drop_cookie(answer)
        return answer

    @routes.get("/signed-out")
    def signed_out(request: Request) -> Response:
        elsewhere = (
            site.provider.find_sign_out(site.world.clock.now(), Asker(from_where(request)))
            if site.provider is not None and not site.demo
            else None
        )
        return site.page(request, "signed-out.html", elsewhere=elsewhere)

    @routes.post("/leave")
    def leave(visit: Visit = Depends(site.visit), _form: Form = Depends(site.form)) -> Response:
        end_session(site.world, visit.session, "left")
        answer = site.page(visit.request, "left.html", away=AWAY)
        answer.headers["refresh"] = f"0;url={AWAY}"
        site.drop_cookie(answer)
        return answer

    return routes


def choices_of(site: Site, posts: tuple[PostChoice, ...]) -> list[dict[str, str]]:
    """Posts to choose from, as a list of radios takes them."""
    vocabulary = site.world.partnership.vocabulary
    return [
        {
            "value": f"{one.staff_id}/{one.role}",
            "text": vocabulary.roles[one.role].title,
            "hint": site.templates.organisation(one.organisation),
        }
        for one in posts
    ]


def _here(back: str) -> str:
    return back if is_here(back) else "/"


def _in(site: Site, request: Request, found: SignedIn) -> Response:
    """The browser has one session: the one it had before ends, wherever its secret went."""
    before = site.find_visit(request)  # none where the session itself goes on under a new secret
    if before is not None:
        end_session(site.world, before.session)
    answer = site.go(_here(found.back))
    site.drop_attempt(answer)
    site.set_cookie(answer, found.secret)
    return answer


def _failed(site: Site, request: Request, refused: SignInRefused | None = None, back: str = "/") -> Response:
    """The same to whoever tries, whatever was wrong; the log says what it was. That the provider is away is no
    secret, and passes."""
    get_log().warning("sign-in.refused", reason_code=refused.cause.value if refused is not None else "not-set-up")
    lines = [_("Try once more. If it fails again, tell whoever runs this service, and at what time it was.")]
    if refused is not None and refused.cause in PASSES:
        answer = site.page(request, "sign-in-away.html", status=503, back=back)
        answer.headers["retry-after"] = str(int(LEFT_ALONE_FOR.total_seconds()))
        site.drop_attempt(answer)
        return answer
    if site.provider is None:
        lines = [_("No sign-in has been set up for this service yet. Tell whoever runs it.")]
    return _problem(site, request, lines)


def _told(site: Site, request: Request, refused: NotAllowed) -> Response:
    return _problem(site, request, [f"{_('Signing in')} {refused.message}."])


def _problem(site: Site, request: Request, lines: list[str]) -> Response:
    answer = site.page(
        request, "problem.html", status=403, title=_("You could not be signed in"), lines=lines, sign_in=True
    )
    site.drop_attempt(answer)
    return answer
