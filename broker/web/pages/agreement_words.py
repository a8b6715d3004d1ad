"""The agreement desk in words: who can agree, what is read, what was chosen.

Decides how what the use cases found is said to the worker at the desk; what is read aloud and printed has its own
words (`broker.release.sheets`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from broker.dates import LONDON, uk_date
from broker.release.covered import (
    Covered,
    Grouped,
    Part,
    body_lines,
    capital,
    full_parts,
    grouped,
    kind_lines,
    service_groups,
    short_parts,
    small,
)
from broker.release.offer import Offer, Service
from broker.release.receipt_words import Contact, change_part, not_shared_words, until_words
from broker.release.sheets import ENGLISH, SheetLanguage, SheetWord, groups_in, kind_group, listed, say
from broker.usecases.consent.at_desk import SignatoryCheck
from broker.usecases.consent.decided_at_desk import (
    Choice,
    Decided,
    agreed_kinds,
    chosen_sensitive,
    chosen_services,
)
from broker.usecases.consent.read_offer import EarlierNo, Reading
from broker.usecases.people.standing_of import NOBODY, SELF
from broker.web.forms import Form
from broker.web.language import _

CHANNEL_WORDS: Final = {
    "in-person": _("In person"),
    "phone": _("By phone"),
    "letter": _("By letter"),
    "email": _("By email"),
    "online": _("Online"),
    "through-interpreter": _("Through an interpreter"),
    "other": _("Another way"),
}
Name = Callable[[str], str]
MOST_READ: Final = 5
"""How many services are read aloud by name in one sentence, before they are told as groups; every name stands
beside, to be read on demand."""


@dataclass(frozen=True, slots=True)
class Names:
    """What organisations and kinds of information are called, and which group of services a body belongs to."""

    organisation: Name
    category: Name
    group: Callable[[str], SheetWord]
    is_private: Callable[[str], bool]

    def covered(self, kinds: Iterable[str], tellers: Iterable[str], told: Iterable[str]) -> Covered:
        """What a yes to these (codes) covers, in names; no private service is named."""
        bodies = list(told)
        return Covered(
            grouped((kind_group(code), self.category(code)) for code in kinds),
            self._bodies(tellers),
            self._bodies(bodies),
            any(map(self.is_private, bodies)),
        )

    def _bodies(self, codes: Iterable[str]) -> Grouped:
        return grouped((self.group(code), self.organisation(code)) for code in codes if not self.is_private(code))

    def bodies(self, codes: Sequence[str], language: SheetLanguage) -> str:
        """These bodies in one sentence: by name, or as groups where they are many."""
        if len(codes) <= MOST_READ:
            return every(map(self.organisation, codes), language)
        groups = [say(one, language) for one in groups_in(map(self.group, codes))]
        return say(
            SheetWord.MANY_SERVICES,
            language,
            count=str(len(codes)),
            groups=listed(groups, language, most=None, between="; "),
        )


def who_words(deciders: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Who can decide, one a line."""
    return tuple(
        _("they decide for themselves") if words == SELF else ", ".join(filter(None, (name, _beside(name, words))))
        for name, words in deciders
    )


def _beside(name: str, words: str) -> str:
    """What somebody is to the person, without the name where the words begin with it."""
    return words.removeprefix(f"{name}, ") if name else words


def check_words(check: SignatoryCheck) -> str:
    """Whether the one who decides can, and why; or who can."""
    signatory = check.signatory or _("This person")
    if check.counts:
        if check.is_self:
            said = _("{name} can agree. It is their own decision.").format(name=check.about)
        else:
            said = _("{who} can agree for {name}: {why}.").format(
                who=signatory, name=check.about, why=_beside(signatory, check.why)
            )
        if check.part:
            said += " " + _("Not for everything: some of it somebody else decides.")
        return said
    others = "; ".join(who_words(check.others))
    if check.is_self:
        said = _("{name} cannot agree alone yet.").format(name=check.about)
    else:
        said = _("{who} cannot agree for {name} yet.").format(who=signatory, name=check.about)
    return f"{said} " + (_("Who can: {others}.").format(others=others) if others else NOBODY)


def service_lines(services: Iterable[Service], language: SheetLanguage, names: Names) -> tuple[str, ...]:
    """What services would tell about, to be read aloud whole: those that tell the same together, so that nothing
    is read twice."""
    tellers: dict[str, list[str]] = {}
    for one in services:
        for code in one.categories:
            tellers.setdefault(code, []).append(one.controller)
    told: dict[tuple[str, ...], list[str]] = {}
    for code, holders in tellers.items():
        told.setdefault(tuple(dict.fromkeys(holders)), []).append(code)
    return tuple(
        say(
            SheetWord.SERVICE_LINE,
            language,
            services=names.bodies(holders, language),
            kinds=every_kind(map(names.category, kinds), language),
        )
        for holders, kinds in sorted(told.items(), key=lambda one: (-len(one[0]), one[0]))
    )


def offer_parts(
    reading: Reading,
    language: SheetLanguage,
    names: Names,
    purpose: str,
    desk: str,
    contact: Contact,
) -> tuple[Part, ...]:
    """What is read aloud, in the order in which it is read."""
    goes_on = say(SheetWord.GOES_ON_SHORT, language) if reading.goes_on else say(SheetWord.GOES_ON_LAW, language)
    parts = [
        *(short_parts(offered_in(reading.offer, names), language) if reading.offer.services else ()),
        Part(say(SheetWord.WHY, language), (f"{purpose}.",)),
        Part(say(SheetWord.UNTIL, language), (until_words(None, language),)),
        Part(say(SheetWord.NOT_SHARED, language), not_shared_words(language)),
        Part(say(SheetWord.IF_NO, language), (say(SheetWord.IF_NO_LINE, language),)),
        Part(say(SheetWord.GOES_ON, language), (goes_on,)),
        change_part(desk, language, contact),
    ]
    return tuple(parts)


def offered_in(offer: Offer, names: Names) -> Covered:
    """What a yes to everything that is read aloud covers: what `broker.usecases.consent.decided_at_desk` writes
    down of it, or less."""
    return names.covered(offer.categories, (one.controller for one in offer.services), offer.recipients)


def full_lists(reading: Reading, language: SheetLanguage, names: Names) -> tuple[Part, ...]:
    """Everything and everybody by name, to be read out on demand."""
    parts = full_parts(offered_in(reading.offer, names), language) if reading.offer.services else ()
    if not reading.goes_on:
        return parts
    return *parts, Part(say(SheetWord.EVERY_REASON, language), (), reading.goes_on)


def named_by_group(codes: Sequence[str], language: SheetLanguage, names: Names) -> tuple[tuple[str, str], ...]:
    """Every body by name, group by group, to be read on demand."""
    return tuple(
        (
            capital(say(group, language)),
            every(sorted(names.organisation(one) for one in codes if names.group(one) is group), language),
        )
        for group in groups_in(map(names.group, codes))
    )


def group_choices(offer: Offer, language: SheetLanguage, names: Names) -> list[dict[str, str]]:
    """Groups of services to be ticked whole, where the services are many: each with its names."""
    if len(offer.services) <= MOST_READ * 2:
        return []
    codes = [one.controller for one in offer.services]
    groups = groups_in(map(names.group, codes))
    named = named_by_group(codes, language, names)
    return [
        {"value": group.value, "text": title, "hint": bodies}
        for group, (title, bodies) in zip(groups, named, strict=True)
    ]


def services_in(form: Form, offer: Offer, names: Names) -> frozenset[str]:
    """The services that were ticked, one by one or as a whole group."""
    groups = form.texts("groups")
    return frozenset(form.texts("services")) | {
        one.key for one in offer.services if names.group(one.controller).value in groups
    }


def choices(language: SheetLanguage) -> list[dict[str, str]]:
    """What somebody may say, each as easy to choose as the others."""
    words = {Choice.ALL: SheetWord.CHOICE_ALL, Choice.SOME: SheetWord.CHOICE_SOME, Choice.NO: SheetWord.CHOICE_NO}
    return [{"value": one.value, "text": say(word, language)} for one, word in words.items()]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of what is read back: what it is about, and every word of it."""

    title: str
    lines: tuple[str, ...]
    page: str
    """On which page it can be changed."""
    more: tuple[str, ...] = ()
    """Every name, where the lines tell groups: read out on demand, and kept with the decision."""


def read_back(
    reading: Reading, decided: Decided, form_channel: str, names: Names, purpose: str
) -> tuple[Row, ...]:
    """Everything that would be written down and may be said aloud, in words. INVARIANT: nothing of who was in the
    room, of pressure or of whether they could decide."""
    check, offer = reading.check, reading.offer
    rows = [
        Row(_("About"), (check.about,), "who"),
        Row(_("Decided by"), (_decider(check), check_words(check)), "who"),
        Row(_("What for"), (purpose,), "who"),
    ]
    if decided.choice is Choice.NO:
        rows.append(Row(_("They say"), (_("No. Nothing is shared because of an agreement."),), "choices"))
    else:
        chosen, sensitive = chosen_services(offer, decided), chosen_sensitive(offer, decided)
        covered = names.covered(
            agreed_kinds(offer, decided, reading.still_no),
            (one.controller for one in chosen),
            (code for one in (*chosen, *sensitive) for code in one.recipients),
        )
        rest = names.covered((), (one.controller for one in offer.services if one not in chosen), ()).tellers
        agreed = kind_lines(covered.kinds, ENGLISH)
        if reading.earlier:
            rows.append(Row(_("They said no before"), earlier_words(reading.earlier, names), "choices"))
        rows.append(Row(_("They say yes to"), agreed or (_("None of the services listed"),), "choices"))
        if covered.tellers:
            rows.append(bodies_row(_("Who would tell"), covered.tellers))
        if sensitive:
            named = service_lines(sensitive, ENGLISH, names)
            rows.append(Row(_("And by name to"), named, "choices"))
        if rest:
            rows.append(Row(_("They say no to"), body_lines(rest, ENGLISH), "choices"))
        if decided.leave_out:
            left = tuple(sorted(map(names.category, decided.leave_out)))
            rows.append(Row(_("Never to be shared, whoever holds it"), left, "choices"))
        if decided.now_yes:
            again = tuple(sorted(map(names.category, decided.now_yes)))
            rows.append(Row(_("Now yes, where it was no before"), again, "choices"))
        still = [code for one in reading.before for code in one.categories if code not in decided.now_yes]
        if still:
            rows.append(Row(_("Still no, as said before"), tuple(sorted(map(names.category, still))), "choices"))
        private = (say(SheetWord.PRIVATE_TOLD),) if covered.private_told else ()
        rows.append(bodies_row(_("Who would be told"), covered.told, private))
        rows.append(Row(_("Until when"), (until_words(decided.until_at),), "choices"))
    rows.append(Row(_("How they told us"), (CHANNEL_WORDS[form_channel],), "alone"))
    return tuple(rows)


def bodies_row(title: str, bodies: Grouped, after: tuple[str, ...] = ()) -> Row:
    """Organisations by name where they are few, else the kinds of services, with every name beside."""
    whole = body_lines(bodies, ENGLISH)
    if sum(len(those) for _word, those in bodies) <= MOST_READ:
        return Row(title, (*whole, *after), "choices")
    return Row(title, (*service_groups(bodies, ENGLISH), *after), "choices", whole)


def earlier_words(earlier: Iterable[EarlierNo], names: Names) -> tuple[str, ...]:
    """What whoever decides said no to before, and a yes now takes the place of: each in a sentence."""
    said = []
    for one in earlier:
        day = uk_date(one.at.astimezone(LONDON).date())
        if one.controllers is not None:
            bodies = names.bodies(one.controllers, ENGLISH)
            words = _("On {day} they took back their yes to {services}.") if one.taken_back else ""
            words = words or _("On {day} they said no to {services}.")
            said.append(words.format(day=day, services=bodies))
        elif one.taken_back:
            said.append(_("On {day} they took back their yes.").format(day=day))
        else:
            said.append(_("On {day} they said no to all of it.").format(day=day))
    return tuple(dict.fromkeys(said))


def _decider(check: SignatoryCheck) -> str:
    return check.about if check.is_self else (check.signatory or _("The person whose reference was given"))


def evidence_words(rows: Iterable[Row]) -> str:
    """What was read back, kept with the decision."""
    return "\n".join(f"{row.title}: {'; '.join((*row.lines, *row.more))}" for row in rows)


def every(words: Iterable[str], language: SheetLanguage = ENGLISH) -> str:
    """All of them, in one sentence."""
    found = list(words)
    return listed(found, language, most=None) if found else ""


def every_kind(titles: Iterable[str], language: SheetLanguage = ENGLISH) -> str:
    """Kinds of information, all of them, in one sentence; their titles have commas of their own."""
    return listed(sorted(map(small, titles)), language, most=None, between="; ")
