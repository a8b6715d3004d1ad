"""The rows of the partnership's standing files, declared once: read by the loader, published as JSON Schemas.

Decides which keys a row of each file in `policies/` has. Format: docs/formats.md ("The partnership's standing
rules"). Which file holds which rows, and how they refer to one another, is `load`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from broker.dates import Interval, Period
from broker.documents.forms import Fields, Form, Key, optional, required
from broker.documents.reading import Reading
from broker.documents.rows import Rows
from broker.documents.shapes import (
    REFUSED,
    Boolean,
    ByForm,
    Converted,
    Duration,
    Integer,
    Known,
    Length,
    Moment,
    NewCode,
    Refused,
    Shape,
    Text,
    Word,
    set_of,
)
from broker.vocabulary.codes import (
    TELL_AFTER,
    TYPES_IN_USE,
    Category,
    Detail,
    FieldKind,
    FieldSpec,
    Gateway,
    GatewayKind,
    Joint,
    LawfulBases,
    LawfulBasis,
    ObjectionEffect,
    Organisation,
    OverrideAlone,
    OverrideTerms,
    ProfileSection,
    Purpose,
    Retention,
    RightsClass,
    Role,
    StandingAges,
    Tier,
)

TIER: Shape[Tier] = Word({tier.name: tier for tier in Tier})
DETAIL: Shape[Detail] = Word({detail.code: detail for detail in Detail})

_CODE = required("code", NewCode(), "stable, never used again for something else")
_TITLE = required("title", Text(), "what people read")


# --- dates between which something holds

_FROM = required("from", Moment(), "a date, or an instant with its offset")
_UNTIL = optional("until", Moment(), None, "the first day on which it no longer holds; left out: open")


def interval_of(
    from_at: datetime | None, until_at: datetime | None, line: int, reading: Reading
) -> Interval | Refused:
    """The interval, or REFUSED where it ends before it begins; one that ends as it begins is a warning."""
    if from_at is not None and until_at is not None:
        if until_at < from_at:
            reading.error(line, "the interval ends before it begins: correct `from` or `until`")
            return REFUSED
        if until_at == from_at:
            reading.warning(line, "the interval ends as it begins, so it never holds")
    return Interval(from_at, until_at)


IN_FORCE: Form[Interval] = Form(
    "an interval",
    (_FROM, _UNTIL),
    lambda fields, reading: interval_of(fields[_FROM], fields[_UNTIL], fields.line, reading),
    "from the start of `from`, up to and without `until`; days are days in Europe/London",
)


# --- organisations.yaml

_NAME = required("name", Text())
_TYPES = required("types", set_of(NewCode()), "what kind of body it is; gateways and clauses may name a type")
_AREA = required("area", NewCode(), "where it takes part; an area contains no other")
_TIER_KNOWN = optional("tier", TIER, Tier.T0, "of the mere fact of being known here")
_SUCCEEDED_BY = optional("succeeded_by", Known("organisation"), None, "for the officers' work list only")

ORGANISATION: Form[Organisation] = Form(
    "an organisation",
    (_CODE, _NAME, _TYPES, _AREA, _TIER_KNOWN, _SUCCEEDED_BY),
    lambda fields, _: Organisation(
        fields[_CODE], fields[_NAME], fields[_TYPES], fields[_AREA], fields[_TIER_KNOWN], fields[_SUCCEEDED_BY]
    ),
)


# --- categories.yaml

_FIELD_NAME = required("name", NewCode())
_FIELD_KIND = required("kind", Word({kind.value: kind for kind in FieldKind}))
_FIELD_LEVEL = required("level", DETAIL, "the least detail at which the field is shown")

FIELD: Form[FieldSpec] = Form(
    "a field",
    (_FIELD_NAME, _FIELD_KIND, _FIELD_LEVEL),
    lambda fields, _: FieldSpec(fields[_FIELD_NAME], fields[_FIELD_KIND], fields[_FIELD_LEVEL]),
)

_BORN = required("from", Word({"born": True}))
_KEEP = required("keep", Length())
_SINCE_BORN: Form[Retention] = Form(
    "a retention from birth", (_BORN, _KEEP), lambda fields, _: Retention(fields[_KEEP], from_birth=True)
)


def _retention(keep: Period) -> Retention:
    return Retention(keep)


_TIER = required("tier", TIER, "T0 pointer, T1 demographic, T2 service, T3 special, T4 sensitive, T5 never shared")
_SPECIAL = required("special", Boolean(), "Article 9 data")
_OFFENCE = required("offence", Boolean(), "Article 10 data")
_RETENTION = required(
    "retention", ByForm(Converted(Length(), _retention), _SINCE_BORN), "how long a record may be released"
)
_FIELDS = required("fields", Rows(FIELD, "name"))
_EXPLAIN = optional("explain", Boolean(), None, "overrides what the tier says about explaining a denial")
_JOINT = optional("joint", Word({joint.value: joint for joint in Joint}), Joint.WITHHOLD)

CATEGORY: Form[Category] = Form(
    "a category",
    (_CODE, _TITLE, _TIER, _SPECIAL, _OFFENCE, _RETENTION, _FIELDS, _EXPLAIN, _JOINT),
    lambda fields, _: Category(
        fields[_CODE],
        fields[_TITLE],
        fields[_TIER],
        fields[_SPECIAL],
        fields[_OFFENCE],
        fields[_RETENTION],
        tuple(fields[_FIELDS].values()),
        fields[_EXPLAIN],
        fields[_JOINT],
    ),
)


# --- purposes.yaml, roles.yaml

_CASE_REQUIRED = required("case_required", Boolean(), "the request must name a case")
_TEAM_ONLY = required("team_only", Boolean(), "only members of that case may ask")
_PROTECTIVE = optional("protective", Boolean(), False, "protecting a child or an adult at risk")
_SECONDARY = optional("secondary", Boolean(), False, "not about this person's care: an opt-out stops it")

PURPOSE: Form[Purpose] = Form(
    "a purpose",
    (_CODE, _TITLE, _CASE_REQUIRED, _TEAM_ONLY, _PROTECTIVE, _SECONDARY),
    lambda fields, _: Purpose(
        fields[_CODE],
        fields[_TITLE],
        fields[_CASE_REQUIRED],
        fields[_TEAM_ONLY],
        fields[_PROTECTIVE],
        fields[_SECONDARY],
    ),
)

_MAY_ASK_FOR = required("purposes", set_of(Known("purpose")), "what the role may ask for; empty: nothing")

ROLE: Form[Role] = Form(
    "a role",
    (_CODE, _TITLE, _MAY_ASK_FOR),
    lambda fields, _: Role(fields[_CODE], fields[_TITLE], fields[_MAY_ASK_FOR]),
)


# --- gateways.yaml

_EMPTY_GATEWAY = "nobody could use the gateway; leave the key out to mean any"
_PROVISION = required("provision", Text(), "the Act and section")
_KIND = required("kind", Word({kind.value: kind for kind in GatewayKind}))
_IN_FORCE = required("in_force", IN_FORCE)
_OBJECTION = optional(
    "objection",
    Word({effect.value: effect for effect in ObjectionEffect}),
    None,
    "what an objection does; left out: `none` for a duty, `weigh` for a power",
)
_DISCLOSERS = optional("disclosers", set_of(NewCode(), _EMPTY_GATEWAY), None, "types; left out: anybody")
_RECIPIENTS = optional("recipients", set_of(NewCode(), _EMPTY_GATEWAY), None, "types; left out: anybody")
_GATEWAY_PURPOSES = optional("purposes", set_of(Known("purpose"), _EMPTY_GATEWAY), None, "left out: any")
_AREAS = optional(
    "areas",
    set_of(Known("area"), _EMPTY_GATEWAY),
    None,
    "where discloser and recipient must both take part; left out: anywhere",
)


def _gateway(fields: Fields, reading: Reading) -> Gateway:
    kind = fields[_KIND]
    usual = ObjectionEffect.NONE if kind is GatewayKind.DUTY else ObjectionEffect.WEIGH
    types = reading.registers.get(TYPES_IN_USE)
    for key in (_DISCLOSERS, _RECIPIENTS):
        for code in sorted(fields[key] or ()):
            if types is not None and code not in types:
                reading.warning(
                    fields.line_of(key), f"`{key.name}` names the type `{code}`, which no organisation has yet"
                )
    return Gateway(
        fields[_CODE],
        fields[_PROVISION],
        kind,
        fields[_OBJECTION] or usual,
        fields[_IN_FORCE],
        fields[_DISCLOSERS],
        fields[_RECIPIENTS],
        fields[_GATEWAY_PURPOSES],
        fields[_AREAS],
    )


GATEWAY: Form[Gateway] = Form(
    "a gateway",
    (_CODE, _PROVISION, _KIND, _OBJECTION, _IN_FORCE, _DISCLOSERS, _RECIPIENTS, _GATEWAY_PURPOSES, _AREAS),
    _gateway,
)


# --- lawful-bases.yaml

_NEEDS_GATEWAY = required("needs_gateway", Boolean(), "a clause on this basis must name a gateway")
_NEEDS_SCHEDULE_1 = required("needs_schedule_1", Boolean(), "a clause on it must name a Schedule 1 condition")
_NEEDS_POLICY = required("needs_policy_document", Boolean(), "an appropriate policy document must be named")

_BASIS_6: Form[LawfulBasis] = Form(
    "an Article 6 basis",
    (_CODE, _TITLE, _NEEDS_GATEWAY),
    lambda fields, _: LawfulBasis(fields[_CODE], fields[_TITLE], needs_gateway=fields[_NEEDS_GATEWAY]),
)
_BASIS_9: Form[LawfulBasis] = Form(
    "an Article 9 or 10 condition",
    (_CODE, _TITLE, _NEEDS_SCHEDULE_1),
    lambda fields, _: LawfulBasis(fields[_CODE], fields[_TITLE], needs_schedule_1=fields[_NEEDS_SCHEDULE_1]),
)
_CONDITION: Form[LawfulBasis] = Form(
    "a Schedule 1 condition",
    (_CODE, _TITLE, _NEEDS_POLICY),
    lambda fields, _: LawfulBasis(fields[_CODE], fields[_TITLE], needs_policy_document=fields[_NEEDS_POLICY]),
)

_ARTICLE_6 = required("article_6", Rows(_BASIS_6))
_ARTICLE_9 = required("article_9", Rows(_BASIS_9))
_SCHEDULE_1 = required("schedule_1", Rows(_CONDITION))
_ARTICLE_10 = required("article_10", Rows(_BASIS_9))

LAWFUL_BASES: Form[LawfulBases] = Form(
    "the file of lawful bases",
    (_ARTICLE_6, _ARTICLE_9, _SCHEDULE_1, _ARTICLE_10),
    lambda fields, _: LawfulBases(
        fields[_ARTICLE_6], fields[_ARTICLE_9], fields[_SCHEDULE_1], fields[_ARTICLE_10]
    ),
)


# --- standing.yaml, override.yaml

_ADULT_FROM = required("adult_from", Integer(0, 130), "age in whole years from which a person is an adult")
_OWN_FROM = required("own_decision_from", Integer(0, 130), "age from which a person decides for themselves")


def _standing(fields: Fields, reading: Reading) -> StandingAges:
    if fields[_OWN_FROM] > fields[_ADULT_FROM]:
        reading.warning(
            fields.line_of(_OWN_FROM), "`own_decision_from` is above `adult_from`, so it is never looked at"
        )
    return StandingAges(fields[_ADULT_FROM], fields[_OWN_FROM])


STANDING: Form[StandingAges] = Form("the file of standing ages", (_ADULT_FROM, _OWN_FROM), _standing)


def _reason(fields: Fields, reading: Reading) -> str:
    del reading
    return fields[_TITLE]


_REASON: Form[str] = Form("an override reason", (_CODE, _TITLE), _reason)
_REASONS = required("reasons", Rows(_REASON))
_MINUTES = required("minutes", Integer(1, 7 * 24 * 60), "how long a window lasts")
_MAX_TIER = required("max_tier", TIER, "the highest tier that may be opened")
_OVERRIDE_DETAIL = required("detail", DETAIL)
_REVIEW = required("review", Duration(), "how soon it is reviewed")
_ALLOWED = required("allowed", Boolean(), "whether one person may do it without a second")

_ALONE: Form[OverrideAlone] = Form(
    "an override by one person",
    (_ALLOWED, _MAX_TIER, _OVERRIDE_DETAIL, _REVIEW),
    lambda fields, _: OverrideAlone(
        fields[_ALLOWED], fields[_MAX_TIER], fields[_OVERRIDE_DETAIL], fields[_REVIEW]
    ),
)
_ALONE_KEY = required("alone", _ALONE)
_TELL = optional(
    "tell", Duration(), TELL_AFTER, "how long after its review people are told; left out: five working days"
)

OVERRIDE: Form[OverrideTerms] = Form(
    "the file of override terms",
    (_REASONS, _MINUTES, _MAX_TIER, _OVERRIDE_DETAIL, _ALONE_KEY, _REVIEW, _TELL),
    lambda fields, _: OverrideTerms(
        fields[_REASONS],
        fields[_MINUTES],
        fields[_MAX_TIER],
        fields[_OVERRIDE_DETAIL],
        fields[_ALONE_KEY],
        fields[_REVIEW],
        fields[_TELL],
    ),
)

# --- profile.yaml (may be left out)

_PLACED: dict[ProfileSection, Key[frozenset[str]]] = {
    section: optional(section.value, set_of(Known("category")), frozenset(), "categories that stand there")
    for section in ProfileSection
    if section is not ProfileSection.TIMELINE
}


def _sections(fields: Fields, reading: Reading) -> Mapping[str, ProfileSection]:
    placed: dict[str, ProfileSection] = {}
    for section, key in _PLACED.items():
        for category in sorted(fields[key]):
            if placed.setdefault(category, section) is not section:
                reading.error(fields.line_of(key), f"`{category}` stands in `{placed[category].value}` already")
    return placed


PROFILE: Form[Mapping[str, ProfileSection]] = Form(
    "the file of profile sections", tuple(_PLACED.values()), _sections
)

# --- rights.yaml (may be left out)

_CLASSED: dict[RightsClass, Key[frozenset[str]]] = {
    one: optional(one.value, set_of(Known("category")), frozenset(), "categories of this class")
    for one in RightsClass
}


def _classes(fields: Fields, reading: Reading) -> Mapping[RightsClass, frozenset[str]]:
    for one, key in _CLASSED.items():
        for category in sorted(fields[key] & fields[_CLASSED[RightsClass.PLAIN]]):
            if one is not RightsClass.PLAIN:
                reading.error(fields.line_of(key), f"`{category}` is `plain` too; it is one or the other")
    return {one: fields[key] for one, key in _CLASSED.items()}


RIGHTS: Form[Mapping[RightsClass, frozenset[str]]] = Form(
    "the file of rights classes", tuple(_CLASSED.values()), _classes
)

EMPTY_BASES = LawfulBases({}, {}, {}, {})
