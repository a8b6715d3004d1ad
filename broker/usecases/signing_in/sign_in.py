"""Signing in with the partnership's provider, from the button to a session; and proving again who one is.

Decides that what a browser is sent away with is sealed in that browser and nowhere else, that an account without a
post here is told so and nothing more, that somebody with several posts chooses before anything begins, and that
only whoever a session is of can prove again who they are for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from broker.audit.events import Event, Outcome
from broker.casework.account import Account
from broker.dates import instant_text, parse_instant
from broker.errors import NotAllowed
from broker.openid.attempt import Attempt
from broker.openid.provider import Provider
from broker.openid.refusal import Cause, SignInRefused
from broker.openid.turns import Asker
from broker.store.accounts import account_token
from broker.store.session import Act
from broker.store.web import (
    find_stored_draft,
    open_from_browser,
    put_draft,
    seal_for_browser,
    take_stored_draft,
)
from broker.usecases.acting import Signed, entry_of
from broker.usecases.signing_in.sessions import PostChoice, Session, list_posts, start_session, step_up
from broker.usecases.world import World

PROVIDER: Final = "openid"
CHOSEN_WITHIN: Final = timedelta(minutes=5)
"""How long somebody may think about which post it is today."""
_NOBODY_YET: Final = "sign-in"
_CHOICE: Final = "post-choice"
_NO_POST: Final = "worked, but your account has no post here; ask your manager to have it added"


@dataclass(frozen=True, slots=True)
class SentAway:
    """Where the browser is sent, and what it keeps until it comes back."""

    address: str
    kept: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody is signed in, or has proved again who they are: their new secret, and the page to return to."""

    secret: str
    back: str


@dataclass(frozen=True, slots=True)
class PostNeeded:
    """Somebody has several posts, and chooses next."""

    choice_id: str


def begin_sign_in(
    world: World,
    provider: Provider,
    redirect_uri: str,
    back: str,
    session: Session | None = None,
    from_where: str = "",
) -> SentAway:
    """Sends somebody to the provider; with `session`, to prove again who they are. `from_where` is the address
    they ask from. Raises SignInRefused where the provider does not answer."""
    proving = session.stored.id if session is not None else ""
    attempt = Attempt.begin(redirect_uri, back, world.clock.now(), proving)
    address = provider.address_to_sign_in(attempt, _asker(session, from_where))
    with world.store.look() as view:
        return SentAway(address, seal_for_browser(view, attempt.body()))


def finish_sign_in(
    world: World,
    provider: Provider,
    kept: str,
    answer: Mapping[str, str],
    session: Session | None,
    from_where: str = "",
) -> SignedIn | PostNeeded:
    """Takes what the browser came back with. `from_where` is the address they ask from. Raises SignInRefused for
    an answer that is not taken, NotAllowed for an account without a post."""
    attempt = _attempt(world, kept)
    # INVARIANT: who comes back without the session they left with waits among those who are not signed in.
    proving = session if session is not None and session.stored.id == attempt.session else None
    vouched = provider.redeem(attempt, answer, world.clock.now(), _asker(proving, from_where))
    with world.store.look() as view:
        token = account_token(view, Account(provider.registration.issuer, vouched.name))
    posts = list_posts(world, token)
    if attempt.session:
        if proving is None or proving.stored.account != token:
            raise SignInRefused(Cause.SOMEBODY_ELSE)
        if vouched.proved_at is None:
            raise SignInRefused(Cause.NOT_PROVED)
        return SignedIn(step_up(world, proving, vouched.proved_at), attempt.back)
    if not posts:
        _refuse(world, "no-account")
        raise NotAllowed("sign-in", _NO_POST)
    if len(posts) == 1:
        secret, _ = start_session(
            world, posts[0].staff_id, posts[0].role, PROVIDER, account=token, proved_at=vouched.proved_at
        )
        return SignedIn(secret, attempt.back)
    body = {"account": token.hex(), "back": attempt.back, "at": instant_text(world.clock.now())}
    if vouched.proved_at is not None:
        body["proved_at"] = instant_text(vouched.proved_at)
    return PostNeeded(put_draft(world.store, _NOBODY_YET, _CHOICE, body, world.clock.now()))


def list_choices(world: World, choice_id: str) -> tuple[PostChoice, ...]:
    """The posts to choose from. Raises SignInRefused where there is no such choice any more."""
    with world.store.look() as view:
        body = find_stored_draft(view, _NOBODY_YET, _CHOICE, choice_id)
    if body is None or _is_late(world, body):
        raise SignInRefused(Cause.ATTEMPT)
    return list_posts(world, bytes.fromhex(body["account"]))


def choose_post(world: World, choice_id: str, staff_id: str, role: str) -> SignedIn:
    """Signs somebody in who chose, once. Raises SignInRefused, NotAllowed."""
    body = take_stored_draft(world.store, _NOBODY_YET, _CHOICE, choice_id)
    if body is None or _is_late(world, body):
        raise SignInRefused(Cause.ATTEMPT)
    proved_at = parse_instant(body["proved_at"]) if "proved_at" in body else None
    account = bytes.fromhex(body["account"])
    secret, _ = start_session(world, staff_id, role, PROVIDER, account=account, proved_at=proved_at)
    return SignedIn(secret, body["back"])


def _asker(proving: Session | None, from_where: str) -> Asker:
    return Asker(proving.stored.staff_id, signed_in=True) if proving is not None else Asker(from_where)


def _attempt(world: World, kept: str) -> Attempt:
    with world.store.look() as view:
        body = open_from_browser(view, kept) if kept else None
    try:
        attempt = Attempt.read(body or {})
        late = attempt.is_over(world.clock.now())
    except (TypeError, ValueError):
        raise SignInRefused(Cause.ATTEMPT) from None
    if late:
        raise SignInRefused(Cause.ATTEMPT)
    return attempt


def _is_late(world: World, body: Mapping[str, str]) -> bool:
    began: datetime | None = parse_instant(body["at"])
    return began is None or world.clock.now() - began >= CHOSEN_WITHIN


def _refuse(world: World, reason: str) -> None:
    def work(act: Act) -> None:
        nobody = Signed("unknown", "unknown")
        act.record(entry_of(act, nobody, Event.SESSION_REFUSED, {"reason": reason}, outcome=Outcome.REFUSED))

    world.store.perform(world.clock, work)
