"""Two parts of story 8: benefits are asked for to collect a debt, and somebody asks for his own data.

Checked: what the law locks to its purpose stays locked, whatever two bodies sign; an answer to one person has
nothing of another, and whoever supports the other is warned. Source: docs/policies.md (SSA.1 to SSA.3) and
docs/how-to-rights.md.
"""

from __future__ import annotations

import shutil
from typing import Final

from broker.canonical import canonical_json
from broker.cli.demo.by_hand import enter_abuse
from broker.cli.demo.cast import PUBLISHER, REVENUES, SOCIAL_WORKER, TRIAGE, guardian_of
from broker.cli.demo.checks import Checks
from broker.cli.demo.families import Household, partner_of
from broker.cli.demo.papers import sign_for
from broker.cli.demo.stage import Stage, copy_world, raised
from broker.cli.demo.team import ask
from broker.cli.demo.telling import Teller
from broker.release.disclosure import Disclosure
from broker.rights.exemptions import NEUTRAL_SENTENCE
from broker.rights.subject_access import Capacity
from broker.store.notices import find_due
from broker.usecases.agreements.publish_agreement import publish_agreement
from broker.usecases.casework.cases import CaseNow
from broker.usecases.people.ties import house
from broker.usecases.release.decided_request import Asked
from broker.usecases.release.release_profile import release_profile
from broker.usecases.rights.access_answer import draft_answer, give_opinion, release_answer, review_items
from broker.usecases.rights.access_requests import ALERT, NewRequest, open_request

STORY: Final = "papers and law"
_AGREEMENT: Final = """\
agreement: benefits-for-debt
version: 1
title: Benefits, to collect council tax
classification: OFFICIAL-SENSITIVE
owner: chelmsford-city
parties: [chelmsford-city, dwp]
in_force: {from: 2026-11-01, until: 2027-11-01, review_by: 2027-10-01}
documents: {dpia: DPIA-0, appropriate_policy_document: APD-0, privacy_notice: council-tax}
grants:
  - clause: "1.1"
    text: The Department for Work and Pensions tells the city's revenues officer which benefits are paid.
    from: [dwp]
    to: [{organisation: chelmsford-city, roles: [revenue-officer]}]
    purposes: [debt-recovery]
    categories: [benefits]
    detail: full
    lawful_basis: {article_6: f}
"""


def tell_council_tax(
    stage: Stage, teller: Teller, checks: Checks, home: Household, led: CaseNow, seed: int
) -> None:
    """Benefits are asked for to collect a debt; then somebody even writes and signs an agreement for it."""
    broker, mother = stage.broker, home.mother
    helped = ask(stage, home.ids, led, "what help is due")
    stage.later()
    asked = Asked("debt-recovery", (mother.id,), "council tax, third reminder")
    answer = release_profile(broker, REVENUES, asked)
    stage.later()
    signed = _with_an_agreement(stage, asked, seed)
    bans = [one for one in broker.partnership.duties.prohibitions if "debt-recovery" in (one.purposes or ())]
    banned = next((one.text for one in bans if "benefits" in (one.categories or ())), "")
    teller.say(
        f"Second, council tax. The Department for Work and Pensions tells Kim, who supports {mother.first}, "
        "which benefit is paid. Rick Dale collects council tax in Chelmsford, and asks for the same. Then, in "
        "a copy of this county, department and city even sign an agreement that would give it to him."
    )
    teller.rows(
        f"Benefits of {mother.first}",
        ("who asks", "what the screen shows"),
        [
            ("Kim Okafor, to support the family", _benefits(helped)),
            ("Rick Dale, to collect a debt", _benefits(answer)),
            ("Rick Dale, with the signed agreement", _benefits(signed)),
        ],
    )
    teller.say(
        f"Why: the law locks it to its purpose, and no agreement unlocks it. In the words of the rules: “{banned}”"
    )
    claims = (
        ("benefits are shown to whoever supports the family", "universal" in _benefits(helped)),
        ("and not to whoever collects a debt", answer.profile is not None and not answer.profile.items),
        (
            "not even by an agreement that both sides have signed",
            signed.profile is not None and not signed.profile.items and banned,
        ),
    )
    teller.claims(checks, STORY, claims)


def _with_an_agreement(stage: Stage, asked: Asked, seed: int) -> Disclosure:
    """The same question in a copy of the county in which both have signed an agreement for it."""
    settings = copy_world(stage, stage.folder / "signed-for-debt")
    with raised(settings.data_dir, settings, seed, stage.clock.at) as copy:
        publish_agreement(copy.broker, PUBLISHER, _AGREEMENT.encode(), "signed-for-debt/agreement.yaml")
        for party in ("dwp", "chelmsford-city"):
            copy.later(1)
            sign_for(copy, "benefits-for-debt", 1, party)
        copy.later(1)
        answer = release_profile(copy.broker, REVENUES, asked)
    # A whole county for one question: nobody looks around in it.
    shutil.rmtree(settings.data_dir)
    return answer


def _benefits(disclosure: Disclosure) -> str:
    items = disclosure.profile.items if disclosure.profile is not None else ()
    told = {
        str(value).replace("-", " ")
        for item in items
        if item.papers.category == "benefits"
        for name, value in item.fields
        if name == "benefit"
    }
    return ", ".join(sorted(told)) or "Nothing released."


def tell_own_data(stage: Stage, teller: Teller, checks: Checks, home: Household) -> None:
    broker, mother, partner = stage.broker, home.mother, partner_of(home)
    enter_abuse(stage, home)
    house(broker, TRIAGE, joined=[mother.id, partner.id])
    stage.later()
    new = NewRequest(partner.id, partner.id, Capacity.SELF, "Passport seen")
    request = open_request(broker, PUBLISHER, new).matter_id
    with broker.store.look() as view:
        warned = {
            one.notice.recipient for one in find_due(view, stage.clock.at, most=1000) if one.notice.topic == ALERT
        }
    for item in review_items(broker, PUBLISHER, request).items:
        if item.outcome.needs is not None:
            stage.later(5)
            give_opinion(
                broker, SOCIAL_WORKER, request, item.outcome.record_id, "Nothing in it could harm", harm=False
            )
    stage.later(30)
    draft_answer(broker, PUBLISHER, request)
    stage.later(30)
    answer = canonical_json(release_answer(broker, guardian_of("ecc"), request)).decode()
    stage.later()
    teller.say(
        f"Third, {partner.first} asks the council for his own data. He gets it: his own, and a sentence that "
        f"everybody gets, whether or not anything was left out. {mother.first} sees a domestic abuse service, "
        "which names him. Nothing in his answer tells of that. The service is told quietly that he has asked, "
        "so that it can think about her safety."
    )
    claims = (
        ("he is given what is about him", "Coaches a football team" in answer and NEUTRAL_SENTENCE in answer),
        (
            "and nothing of her, of the service or of the panel",
            not any(word in answer for word in (mother.first, mother.id, "domestic", "Haven", "panel")),
        ),
        ("the service that supports her is warned, and he is not told so", "haven-refuge" in warned),
    )
    teller.claims(checks, STORY, claims)
