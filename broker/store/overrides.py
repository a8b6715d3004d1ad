"""Emergency access: every step records a new version of it. Ids of people and every word stand sealed.

Decides how one is kept and found: by its id, and by the organisation of whoever asked or was asked to approve.
What follows from it at an instant is `broker.casework.emergency_access`'s to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import and_, exists, or_, select

from broker.audit.entry import AuditEntry
from broker.casework.emergency_access import EmergencyAccess, Refused, Review, ReviewFinding, Window
from broker.casework.telling import How, NotNow, PutOff, Telling
from broker.store import codec
from broker.store.kinds import OverrideStage, VersionedKind
from broker.store.sealing import among, as_known, known, latest, open_fact, seal_fact
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.overrides import OverrideVersion

OVERRIDES: Final = table_of(OverrideVersion)
_VERSIONS_OF: Final = known(select(OVERRIDES).where(among(OVERRIDES.c.override_id)), OVERRIDES)
_LATER: Final = OVERRIDES.alias("later")
_IS_LATEST: Final = ~exists().where(
    and_(_LATER.c.override_id == OVERRIDES.c.override_id, _LATER.c.row_id > OVERRIDES.c.row_id)
)


def record_override(act: Act, access: EmergencyAccess, *, entry: AuditEntry) -> None:
    """Records emergency access as it now is; ids from `act.new_id("o-")`. Its version moves on, so that a release
    made with it comes before or after this and never between: lock it with `lock_facts`."""
    act.bump(entry, VersionedKind.CASE, [access.id])
    row = act.new_row()
    version = {
        "row_id": row,
        "override_id": access.id,
        "organisation_code": access.organisation,
        "role_code": access.role,
        "second_from_code": access.second_from,
        "stage_code": _stage(access).value,
        "effective_at": act.at,
        "recorded_at": act.at,
        "body": seal_fact(act, OVERRIDES, "body", row, _token(act, access.id), _body(access)),
    }
    act.write_rows(entry, OVERRIDES, [version])


def find_override(view: View, override_id: str) -> EmergencyAccess | None:
    """Emergency access by its id, as it now is."""
    rows = latest(view.read(_VERSIONS_OF, as_known(None, override_id=(override_id,))), "override_id")
    return _opened(view, rows[override_id]) if override_id in rows else None


def find_overrides(
    view: View, stages: Iterable[OverrideStage], *, of: str, asked_too: bool = False
) -> tuple[EmergencyAccess, ...]:
    """Emergency access that stands at one of these stages and was asked for by somebody of the organisation `of`,
    or with `asked_too` also that its staff were asked to approve; the oldest first."""
    codes = [one.value for one in stages]
    mine = OVERRIDES.c.organisation_code == of
    if asked_too:
        mine = or_(mine, OVERRIDES.c.second_from_code == of)
    statement = select(OVERRIDES).where(mine, OVERRIDES.c.stage_code.in_(codes), _IS_LATEST)
    found = [_opened(view, row) for row in view.read(statement)]
    return tuple(sorted(found, key=lambda one: (one.asked_at, one.id)))


def _stage(access: EmergencyAccess) -> OverrideStage:
    if access.review is not None:
        return OverrideStage.SETTLED if access.everybody_told() else OverrideStage.REVIEWED
    if access.window is not None:
        return OverrideStage.OPENED
    return OverrideStage.REQUESTED if access.refused is None else OverrideStage.REFUSED


def _token(view: View, override_id: str) -> bytes:
    return view.keys.token("override", override_id)


def _opened(view: View, row: Any) -> EmergencyAccess:
    body = open_fact(view, OVERRIDES, "body", row.row_id, _token(view, row.override_id), row.body)
    window, refused, review = body["window"], body["refused"], body["review"]
    at = codec.certain_instant
    return EmergencyAccess(
        row.override_id,
        body["by"],
        row.organisation_code,
        row.role_code,
        body["purpose"],
        tuple(body["about"]),
        body["case"],
        body["reason"],
        body["justification"],
        body["gateway"],
        body["minutes"],
        row.second_from_code,
        at(body["asked"]),
        at(body["answer_by"]),
        None if refused is None else Refused(refused[0], at(refused[1]), refused[2]),
        None
        if window is None
        else Window(at(window[0]), at(window[1]), window[2], at(window[3]), codec.instant(window[4])),
        None if review is None else Review(review[0], at(review[1]), ReviewFinding(review[2]), review[3]),
        tuple(_telling(one) for one in body["tellings"]),
        body["clock"],
    )


def _telling(body: codec.Body) -> Telling:
    put_off, at = body["put_off"], codec.certain_instant
    return Telling(
        body["about"],
        at(body["due"]),
        codec.instant(body["told"]),
        body["by"],
        None if body["how"] is None else How(body["how"]),
        None
        if put_off is None
        else PutOff(put_off[0], at(put_off[1]), NotNow(put_off[2]), put_off[3], at(put_off[4]), put_off[5]),
    )


def _telling_body(telling: Telling) -> codec.Body:
    put_off, number = telling.put_off, codec.number
    return {
        "about": telling.about,
        "due": number(telling.due_at),
        "told": number(telling.told_at),
        "by": telling.told_by,
        "how": telling.how.value if telling.how is not None else None,
        "put_off": None
        if put_off is None
        else [
            put_off.by,
            number(put_off.at),
            put_off.reason.value,
            put_off.words,
            number(put_off.look_again_at),
            put_off.agreed_by,
        ],
    }


def _body(access: EmergencyAccess) -> codec.Body:
    window, refused, review, number = access.window, access.refused, access.review, codec.number
    return {
        "by": access.by,
        "purpose": access.purpose,
        "about": list(access.about),
        "case": access.case,
        "reason": access.reason,
        "justification": access.justification,
        "gateway": access.gateway,
        "minutes": access.minutes,
        "asked": number(access.asked_at),
        "answer_by": number(access.answer_by),
        "refused": None if refused is None else [refused.by, number(refused.at), refused.words],
        "window": None
        if window is None
        else [
            number(window.opened_at),
            number(window.until_at),
            window.second,
            number(window.review_due_at),
            number(window.closed_at),
        ],
        "review": None if review is None else [review.by, number(review.at), review.finding.value, review.words],
        "tellings": [_telling_body(one) for one in access.tellings],
        "clock": access.clock,
    }
