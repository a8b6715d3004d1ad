"""The closed register of what stands on sheets and is read aloud, and what each sentence is filled in with."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class SheetWord(StrEnum):
    """Keys of sentences."""

    SAID_YES = "said-yes"
    SAID_NO = "said-no"
    CHANGED_MIND = "changed-mind"
    OBJECTED = "objected"
    OPTED_OUT = "opted-out"
    TOOK_BACK = "took-back"
    DECIDED = "decided"
    TITLE = "title"
    ABOUT = "about"
    ABOUT_BY = "about-by"
    REFERENCE = "reference"

    KIND_ENGAGEMENT = "kind-engagement"
    KIND_CONFIDENTIALITY = "kind-confidentiality"
    KIND_DATA_PROTECTION = "kind-data-protection"
    KIND_STATUTORY = "kind-statutory"
    KIND_OBJECTION = "kind-objection"
    KIND_OPT_OUT = "kind-opt-out"

    SHARE = "share"
    SHARE_LINE = "share-line"
    SERVICES = "services"
    SERVICE_LINE = "service-line"
    TELLERS = "tellers"
    TELLERS_LINE = "tellers-line"
    NAMED = "named"
    TOLD = "told"
    TOLD_LINE = "told-line"
    PRIVATE_TOLD = "private-told"
    EVERYTHING = "everything"
    EVERY_TELLER = "every-teller"
    EVERYBODY = "everybody"
    EVERY_REASON = "every-reason"
    FULL_LIST = "full-list"
    ON_FULL_LIST = "on-full-list"
    WHY = "why"
    LEFT_OUT = "left-out"
    LEFT_OUT_LINE = "left-out-line"
    LEFT_OUT_SERVICES = "left-out-services"
    UNTIL = "until"
    UNTIL_WORK = "until-work"
    UNTIL_DAY = "until-day"
    NOT_SHARED = "not-shared"
    NOT_PRIVATE = "not-private"
    NO_ONWARD = "no-onward"
    STOPS = "stops"
    STOPS_LINE = "stops-line"
    STOPS_SHORT = "stops-short"
    NOTHING_RESTS = "nothing-rests"
    IF_NO = "if-no"
    IF_NO_LINE = "if-no-line"
    GOES_ON = "goes-on"
    GOES_ON_LINE = "goes-on-line"
    GOES_ON_SHORT = "goes-on-short"
    GOES_ON_LAW = "goes-on-law"
    NOW = "now"
    NOT_YET = "not-yet"
    OBJECTION_NOW = "objection-now"
    OPT_OUT_NOW = "opt-out-now"
    CHANGE = "change"
    CHANGE_HOW = "change-how"
    BY_PHONE = "by-phone"
    BY_PHONE_ASK = "by-phone-ask"
    IN_PERSON = "in-person"
    BY_LETTER = "by-letter"
    AT_ONCE = "at-once"
    RIGHTS = "rights"
    PRIVATE_SERVICE = "private-service"
    PRIVATE_BODY = "private-body"
    MORE = "more"
    EVERY = "every"
    EXPLAINED_AT = "explained-at"

    MANY_SERVICES = "many-services"
    ABOUT_YOU = "about-you"
    ABOUT_HELP = "about-help"
    ABOUT_SCHOOL = "about-school"
    ABOUT_HOME = "about-home"
    ABOUT_HEALTH = "about-health"
    ABOUT_SAFETY = "about-safety"
    ABOUT_OTHER = "about-other"
    GROUP_COUNCILS = "group-councils"
    GROUP_SCHOOLS = "group-schools"
    GROUP_HEALTH = "group-health"
    GROUP_HOUSING = "group-housing"
    GROUP_JUSTICE = "group-justice"
    GROUP_BENEFITS = "group-benefits"
    GROUP_CHARITIES = "group-charities"
    GROUP_OTHER = "group-other"

    CHOICE_ALL = "choice-all"
    CHOICE_SOME = "choice-some"
    CHOICE_NO = "choice-no"

    EXPLAINED = "explained"
    WHAT_IS_IT = "what-is-it"
    WHAT_IS_IT_1 = "what-is-it-1"
    WHAT_IS_IT_2 = "what-is-it-2"
    YOUR_CHOICE = "your-choice"
    YOUR_CHOICE_1 = "your-choice-1"
    YOUR_CHOICE_2 = "your-choice-2"
    CHILDREN = "children"
    CHILDREN_1 = "children-1"
    CHILDREN_2 = "children-2"
    WITHOUT = "without"
    WITHOUT_1 = "without-1"
    WITHDRAWING = "withdrawing"
    WITHDRAWING_1 = "withdrawing-1"
    WITHDRAWING_2 = "withdrawing-2"
    WITHDRAWING_3 = "withdrawing-3"
    KNOWING = "knowing"
    KNOWING_1 = "knowing-1"
    KNOWING_2 = "knowing-2"


PLACES: Final[Mapping[SheetWord, frozenset[str]]] = {
    word: frozenset(places)
    for word, places in {
        SheetWord.TITLE: ("decision", "kind"),
        SheetWord.ABOUT: ("person",),
        SheetWord.ABOUT_BY: ("person", "signatory"),
        SheetWord.REFERENCE: ("reference",),
        SheetWord.SHARE_LINE: ("purpose", "recipients", "kinds", "sources"),
        SheetWord.SERVICE_LINE: ("services", "kinds"),
        SheetWord.LEFT_OUT_LINE: ("kinds",),
        SheetWord.LEFT_OUT_SERVICES: ("services",),
        SheetWord.UNTIL_DAY: ("day",),
        SheetWord.STOPS_LINE: ("purpose", "kinds"),
        SheetWord.GOES_ON_LINE: ("purposes",),
        SheetWord.CHANGE_HOW: ("desk",),
        SheetWord.BY_PHONE: ("worker", "phone"),
        SheetWord.BY_PHONE_ASK: ("worker", "desk"),
        SheetWord.BY_LETTER: ("desk",),
        SheetWord.MANY_SERVICES: ("count", "groups"),
        SheetWord.MORE: ("count",),
        SheetWord.EVERY: ("some", "last"),
    }.items()
}
"""What a sentence must be filled in with; one that stands nowhere here is said as it is."""
