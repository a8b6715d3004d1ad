"""The work list of agreements: what is to be reviewed, lapses, ends, begins or lacks signatures within so many
days, and which keys and authorisations end.

Decides only that what ended or was superseded for good is no work any more. From docs/how-to-agreement.md.
"""

from __future__ import annotations

from broker.access import Verb
from broker.agreements.life import Due, DueKind, counting, due_of, in_order
from broker.agreements.terms_used import TermKind
from broker.casework import Staff
from broker.dates import Period, london_day, shift
from broker.errors import CallWrong
from broker.partner_keys import KeyState
from broker.store.authorisations import find_authorisations
from broker.store.partner_keys import find_keys
from broker.store.session import Act
from broker.usecases.acting import Acting, perform
from broker.usecases.agreements.lives import changed_since_signed, versions_of
from broker.usecases.rules.rules import current_rules, lock_rules
from broker.usecases.world import World

MOST_DAYS = 3660


def due_agreements(world: World, acting: Acting, days: int) -> tuple[Due, ...]:
    """What is due within `days` days, or overdue, by day. Raises NotAllowed, CallWrong."""
    if not 0 <= days <= MOST_DAYS:
        raise CallWrong("within", f"is a number of days from 0 to {MOST_DAYS}")

    def work(act: Act, staff: Staff) -> tuple[Due, ...]:
        del staff
        rules = current_rules(act, world)
        today = london_day(act.at)
        latest = shift(today, Period(days=days))
        found: list[Due] = []
        changed = changed_since_signed(act, world, rules)
        for reference, versions in versions_of(rules).items():
            found += due_of(versions, act.at, days)
            counts = counting(versions, act.at)
            rows = changed.get((reference, counts.number), ())
            if rows and not counts.is_over(act.at):
                names = ", ".join(_name(change.kind, change.code) for change, _ in rows)
                says = f"was signed upon other terms than those of now: {names}"
                found.append(Due(today, DueKind.TERMS, counts.agreement.name, says))
        for key in find_keys(act).values():
            if key.state(act.at) is KeyState.LIVE and london_day(key.until_at) <= latest:
                says = f"stops signing for {key.organisation}: register the next one"
                found.append(Due(london_day(key.until_at), DueKind.KEY, key.id, says))
        for one in find_authorisations(act):
            until = one.interval.until_at
            if until is not None and one.stands(act.at) and london_day(until) <= latest:
                says = f"ends: {one.body} no longer signs {one.reference or 'any agreement'} for {one.party}"
                found.append(Due(london_day(until), DueKind.AUTHORISATION, one.id, says))
        return in_order(found)

    return perform(world, acting, Verb.AGREEMENT_READ, work, locking=lock_rules)


def _name(kind: TermKind, code: str) -> str:
    return kind.value if kind is TermKind.STANDING else f"{kind.value} `{code}`"
