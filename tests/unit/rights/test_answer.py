"""What goes into an answer: laws over every kind of record, whoever asks and whatever was decided by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from broker.agreements.partnership import load_partnership
from broker.decision.facts import RecordHeader
from broker.rights.answer import ANOTHER_PERSON, NEEDS_OPINION, Asking, Held, ItemOutcome, consider, show
from broker.rights.exemptions import NEUTRAL_SENTENCE, OPINION_LASTS, Exemption
from broker.rights.pack import Cover, GivenTo, PackItem, make_pack, pack_html, tellable
from broker.rights.subject_access import AccessRequest, Capacity, ItemRuling, Opinion
from broker.vocabulary.codes import Detail, FieldKind, RightsClass, Tier

VOCABULARY = load_partnership(Path(__file__).parents[3] / "policies").vocabulary
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HIM = "p-him"
OTHERS = ("p-her", "p-child", "p-gran")
CANARY = "CANARY"
CATEGORIES = sorted(VOCABULARY.categories)
CONTROLLERS = sorted(VOCABULARY.organisations)
ORDINARY = [one for one in CONTROLLERS if VOCABULARY.organisations[one].tier < Tier.T4]
EVERY = frozenset(CATEGORIES)
COVER = Cover("m-1", "ecc", "Alex Testing", date(2026, 3, 2))


def fields_of(category: str, named: frozenset[str]) -> dict[str, Any]:
    """Content in which only a `person` field or free text tells of anybody else."""
    values: dict[str, Any] = {}
    people = sorted(named)
    for spec in VOCABULARY.categories[category].fields:
        if spec.kind is FieldKind.PERSON:
            values[spec.name] = people[0] if people else HIM
        elif spec.kind in (FieldKind.NARRATIVE, FieldKind.ADDRESS, FieldKind.PLACE):
            values[spec.name] = f"{CANARY} of {', '.join(people) or 'him'}"
        else:
            values[spec.name] = "plain"
    return values


@dataclass(frozen=True)
class Parts:
    """A request without the vocabulary, which is too long to print."""

    request: AccessRequest
    stands: bool
    hidden: frozenset[str]


def asked(pair: tuple[Held, Parts]) -> tuple[Held, Asking]:
    """The record, and the request with all that it is judged by."""
    held, parts = pair
    standing_for = EVERY if parts.stands else frozenset()
    return held, Asking(parts.request, VOCABULARY, standing_for, parts.hidden, NOW)


people_sets = st.frozensets(st.sampled_from(OTHERS), max_size=2)


@st.composite
def held_records(draw: st.DrawFn) -> Held:
    category = draw(st.sampled_from(CATEGORIES))
    named = draw(st.frozensets(st.sampled_from((HIM, *OTHERS)), max_size=1))
    header = RecordHeader(
        f"r-{draw(st.integers(0, 9))}",
        draw(st.sampled_from([*ORDINARY, *CONTROLLERS])),
        category,
        draw(people_sets) | {HIM},
        draw(st.none() | people_sets),
        date(2026, 1, 20),
        NOW,
    )
    return Held(header, named)


@st.composite
def askings(draw: st.DrawFn, held: Held) -> Parts:
    key = held.header.id
    opinion = draw(st.sampled_from([False, False, False, False, True, None]))
    age = draw(st.sampled_from([timedelta(), timedelta(1), OPINION_LASTS - timedelta(seconds=1), OPINION_LASTS]))
    ruling = draw(st.sampled_from([None, "give", "give", Exemption.CRIME]))
    request = AccessRequest(
        HIM,
        HIM,
        draw(st.sampled_from(Capacity)),
        NOW,
        opinions={} if opinion is None else {key: Opinion("soc", "social-worker", opinion, NOW - age, "why")},
        rulings={}
        if ruling is None
        else {key: ItemRuling(None if ruling == "give" else Exemption(ruling), "ola", NOW, "why")},
        cleared=dict.fromkeys(draw(people_sets), "agreed: signed"),
    )
    stands = draw(st.sampled_from([True, True, True, False]))
    hidden = draw(st.sampled_from([frozenset(), frozenset(), frozenset({"p-her"})]))
    return Parts(request, stands, hidden)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Held, Parts]:
    held = draw(held_records())
    return held, draw(askings(held))


def classes(category: str) -> set[RightsClass]:
    return {one for one, codes in VOCABULARY.rights.items() if category in codes}


def test_there_is_something_to_look_at() -> None:
    """The laws below say something of what is given, so some of it must be."""
    assert find(situations(), lambda pair: consider(*asked(pair)).given)
    assert find(situations(), lambda pair: consider(*asked(pair)).given and consider(*asked(pair)).masked)


@given(situations())
def test_nothing_of_a_hard_stop_or_of_somebody_protected_is_ever_given(pair: tuple[Held, Parts]) -> None:
    held, asking = asked(pair)
    header = held.header
    tier = max(VOCABULARY.categories[header.category].tier, VOCABULARY.organisations[header.controller].tier)
    if tier >= Tier.T5 or header.about & asking.hidden or header.category not in asking.standing_for:
        assert consider(held, asking).exemption is not None


@given(situations())
def test_what_needs_the_harm_test_is_given_only_on_a_fresh_opinion_that_there_is_none(
    pair: tuple[Held, Parts],
) -> None:
    held, asking = asked(pair)
    outcome = consider(held, asking)
    harm = {RightsClass.HEALTH, RightsClass.SOCIAL_WORK, RightsClass.EDUCATION}
    if outcome.given and classes(held.header.category) & harm:
        opinion = asking.request.opinions[held.header.id]
        assert not opinion.harm
        assert NOW - opinion.at < OPINION_LASTS


@given(situations())
def test_an_officers_no_and_a_professionals_no_always_hold(pair: tuple[Held, Parts]) -> None:
    held, asking = asked(pair)
    outcome = consider(held, asking)
    ruling = asking.request.rulings.get(held.header.id)
    if ruling is not None and ruling.exemption is not None:
        assert not outcome.given
    if outcome.exemption is Exemption.SERIOUS_HARM:
        assert asking.request.opinions[held.header.id].harm


@given(situations())
def test_no_field_ever_tells_of_anybody_else_who_was_not_cleared(pair: tuple[Held, Parts]) -> None:
    held, asking = asked(pair)
    outcome = consider(held, asking)
    if not outcome.given:
        return
    uncleared = (held.header.about | held.named | (held.header.mentions or frozenset())) - {HIM}
    uncleared -= asking.request.cleared.keys()
    everybody = held.header.about | held.named | (held.header.mentions or frozenset())
    shown = show(held, outcome, fields_of(held.header.category, everybody - {HIM}), asking)
    text = json.dumps(shown)
    assert not any(one in text for one in uncleared)
    persons = {
        one.name for one in VOCABULARY.categories[held.header.category].fields if one.kind is FieldKind.PERSON
    }
    assert {shown[name] for name in persons & shown.keys()} <= {"you", ANOTHER_PERSON}, "an id is never shown"
    if uncleared:
        assert CANARY not in text, "free text and places go only where nobody else is in the record"
        assert outcome.masked
    pack = make_pack(
        COVER, [PackItem(held.header.category, date(2026, 1, 20), date(2026, 1, 21), shown, outcome.masked)],
        [], [], VOCABULARY,
    )  # fmt: skip
    assert not any(one in json.dumps(pack) + pack_html(pack) for one in uncleared)


@given(situations(), st.sets(st.sampled_from(OTHERS)))
def test_domestic_abuse_information_is_given_only_where_it_is_about_one_person_alone(
    pair: tuple[Held, Parts], cleared: set[str]
) -> None:
    held, asking = asked(pair)
    asking = replace(asking, request=replace(asking.request, cleared=dict.fromkeys(cleared, "agreed: signed")))
    if RightsClass.DOMESTIC_ABUSE in classes(held.header.category) and consider(held, asking).given:
        assert held.header.about == {HIM}
        assert not held.named
        assert held.header.mentions == frozenset()


@given(situations())
def test_to_anybody_but_the_person_no_sensitive_service_no_place_and_no_child_abuse_data_by_default(
    pair: tuple[Held, Parts],
) -> None:
    held, asking = asked(pair)
    if asking.request.capacity is Capacity.SELF:
        return
    outcome = consider(held, asking)
    if not outcome.given:
        return
    header = held.header
    assert (
        max(VOCABULARY.categories[header.category].tier, VOCABULARY.organisations[header.controller].tier)
        < Tier.T4
    )
    if RightsClass.CHILD_ABUSE in classes(header.category):
        assert asking.request.rulings[header.id].exemption is None
    shown = show(held, outcome, fields_of(header.category, frozenset()), asking)
    places = {
        spec.name
        for spec in VOCABULARY.categories[header.category].fields
        if spec.kind in (FieldKind.ADDRESS, FieldKind.PLACE)
    }
    assert not places & shown.keys()


@given(situations())
def test_recording_less_never_gives_more(pair: tuple[Held, Parts]) -> None:
    """Taking an opinion, a clearance or a hand-given item away never adds an item."""
    held, asking = asked(pair)
    for fewer in ({"opinions": {}}, {"cleared": {}}):
        less = replace(asking, request=replace(asking.request, **fewer))  # type: ignore[arg-type]
        assert consider(held, asking).given or not consider(held, less).given


@pytest.mark.parametrize("mentions", [None, frozenset(OTHERS[:1]), frozenset()])
def test_free_text_stays_out_at_any_level_where_somebody_else_is_in_it(mentions: frozenset[str] | None) -> None:
    """Whatever level a partnership gives its free text."""
    row = VOCABULARY.categories["staff-safety"]
    fields = tuple(replace(one, level=Detail.FLAG) for one in row.fields)
    vocabulary = replace(VOCABULARY, categories={**VOCABULARY.categories, row.code: replace(row, fields=fields)})
    header = RecordHeader("r-1", "ecc", row.code, frozenset({HIM}), mentions, date(2026, 1, 20), NOW)
    asking = Asking(AccessRequest(HIM, HIM, Capacity.SELF, NOW), vocabulary, EVERY, frozenset(), NOW)
    held = Held(header, frozenset())
    shown = show(held, consider(held, asking), {"hazard": "dog", "note": CANARY}, asking)
    assert ("note" in shown) == (mentions == frozenset())
    assert shown["hazard"] == "dog"


def test_what_is_left_out_is_never_shown() -> None:
    header = RecordHeader("r-1", "ecc", "attendance", frozenset({HIM}), frozenset(), date(2026, 1, 20), NOW)
    asking = Asking(AccessRequest(HIM, HIM, Capacity.SELF, NOW), VOCABULARY, EVERY, frozenset(), NOW)
    held = Held(header, frozenset())
    outcome = consider(held, asking)
    assert outcome == ItemOutcome("r-1", "attendance", needs=NEEDS_OPINION)
    with pytest.raises(ValueError, match="never opened"):
        show(held, outcome, {}, asking)


@given(
    st.lists(
        st.builds(
            GivenTo,
            st.sampled_from(CONTROLLERS),
            st.sampled_from(sorted(VOCABULARY.purposes)),
            st.just(date(2026, 2, 1)),
            st.frozensets(st.sampled_from(CATEGORIES), max_size=3),
        ),
        max_size=4,
    )
)
def test_who_looked_is_listed_only_where_it_cannot_tell_of_somebody_elses_danger(looks: list[GivenTo]) -> None:
    pack = make_pack(COVER, [], looks, [], VOCABULARY)
    listed = {one["organisation"] for one in pack["who_received_it"]}
    for one in looks:
        protective = VOCABULARY.purposes[one.purpose].protective
        secret = VOCABULARY.organisations[one.recipient].tier > Tier.T2
        if protective or secret:
            assert not tellable(one, VOCABULARY)
    assert listed == {VOCABULARY.organisations[one.recipient].name for one in looks if tellable(one, VOCABULARY)}


def test_the_person_is_told_the_same_sentence_whatever_is_left_out() -> None:
    assert make_pack(COVER, [], [], [], VOCABULARY)["what_may_be_left_out"] == NEUTRAL_SENTENCE


@given(st.permutations(range(4)))
def test_the_order_of_what_is_handed_in_never_matters(order: list[int]) -> None:
    items = [
        PackItem("involvement", date(2026, 1, n + 1), date(2026, 2, 1), {"service": str(n)}, masked=False)
        for n in range(4)
    ]
    assert make_pack(COVER, [items[n] for n in order], [], [], VOCABULARY) == make_pack(
        COVER, items, [], [], VOCABULARY
    )


def test_the_page_escapes_everything() -> None:
    item = PackItem("involvement", date(2026, 1, 1), date(2026, 2, 1), {"service": "<script>"}, masked=True)
    page = pack_html(make_pack(replace(COVER, about="<b>"), [item], [], ["family-support"], VOCABULARY))
    assert "<script>" not in page
    assert "<b>" not in page
    assert "Somebody else in this is hidden." in page
