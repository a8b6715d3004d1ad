"""The sentences in English: plain, for practitioners in England, and the same for every family.

INVARIANT: what a requester is told of consent does not say who could agree in this case, and points to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from broker.release.messages.keys import Message

ENGLISH: Final[Mapping[Message, str]] = {
    Message.CONSENT_NEEDED: (
        "Somebody who can decide this has to give {consent}; for a child that is usually someone with parental"
        " responsibility. Check who is safe to ask before you ask."
    ),
    Message.CONSENT_NEEDED_NAMED: (
        "Somebody who can decide this has to give {consent} and name “{category}”; for a child that is usually"
        " someone with parental responsibility. Check who is safe to ask before you ask."
    ),
    Message.CONSENT_NOT_GIVEN: (
        "Work without it, and press nobody to agree. If somebody may be at risk, speak to your safeguarding lead."
    ),
    Message.HOLDER_DECIDES: "Ask {controller} to decide.",
    Message.CONDITION_NOT_MET: (
        "Nothing to do: the agreement does not reach this age or this kind of case. Tell your IG officer if it"
        " should."
    ),
    Message.GATEWAY_BEGINS: "Ask again from {day}, when {provision} begins.",
    Message.GATEWAY_UNAPPOINTED: "Nothing to do yet: no day is appointed for {provision} to begin.",
    Message.GATEWAY_ELSEWHERE: "Ask your IG officer which legal power would apply here today.",
    Message.PARTY_TO_SIGN: "Ask your IG officer when {agreement} will be signed. Still to sign: {bodies}.",
    Message.PARTY_TO_JOIN: "Ask your IG officer whether {agreement} can be widened. Not a party to it: {bodies}.",
    Message.AGREEMENT_BEGINS: "Ask again from {day}, when {agreement} begins.",
    Message.AGREEMENT_LAPSED: "Ask your IG officer to have {agreement} renewed: it lapsed on {day}, unreviewed.",
    Message.AGREEMENT_ENDED: "Ask your IG officer to have {agreement} renewed: it ended on {day}.",
    Message.DUTY_ENDED: "Ask your IG officer: this part of the law is no longer in force.",
    Message.PROHIBITED: "Nothing changes this: it may not be shared for this purpose.",
    Message.OPT_OUT: "Nothing to do: this is the person's own choice.",
    Message.NOT_AUTHORISED: "Ask in a role that you hold and that may ask for this purpose.",
    Message.POST_ENDED: "Ask whoever holds the post now, or have your new post entered.",
    Message.TRAINING_LAPSED: "Renew your training, then ask again.",
    Message.CASE_REQUIRED: "Open a case, or name the one this is for, then ask again.",
    Message.CASE_CLOSED: "Check which case is open now; a closed one gives no access.",
    Message.PURPOSE_NOT_IN_CASE: "Ask a manager to authorise this purpose for the case, or name another case.",
    Message.NOT_IN_TEAM: "Ask the lead practitioner of the case to add you to the team.",
    Message.NOT_AVAILABLE: "Ask a colleague to take it, or your IG officer.",
    Message.OFFICER_HARD_STOP: "Nothing changes this: the law forbids it, whatever anybody agrees.",
    Message.OFFICER_HOLDER_WITHHELD: "{controller} has decided to withhold, and can decide otherwise.",
    Message.OFFICER_NO_CLAUSE: "No clause lets {controller} share this for this purpose: one is needed.",
    Message.OFFICER_CONSENT: "Who can give {consent}, naming “{category}”: {who}.",
    Message.OFFICER_CONSENT_NOBODY: "{consent} is needed; nobody can be named here. Ask the safeguarding lead.",
    Message.OFFICER_SAID_NO: "The answer was no, and nobody may be pressed. Who can still give {consent}: {who}.",
    Message.OFFICER_SAID_NO_NOBODY: (
        "The answer to {consent} was no; nobody can be named here. Ask the safeguarding lead."
    ),
    Message.OFFICER_DISPUTED: "Those who can agree do not agree with each other: {controller} decides.",
    Message.OFFICER_UNSAFE: "An answer is marked unsafe to rely on: {controller} decides. Do not speak of it.",
    Message.OFFICER_BEST_INTERESTS: "Nobody can decide for them: {controller} decides, in their best interests.",
    Message.OFFICER_OBJECTION: "An objection stands: {controller} weighs it and decides.",
    Message.OFFICER_OBJECTION_STOPS: "An objection stops this, until whoever raised it takes it back unasked.",
    Message.OFFICER_HOLDER_DECIDES: "{controller} decides each time.",
    Message.OFFICER_SUBJECT_NOT_IN_CASE: "Ask only about the people of the case, or add them to it.",
    Message.OFFICER_CONFLICT_OF_INTEREST: "Somebody with no personal connection has to take it.",
    Message.AGREEMENT: "the agreement “{title}” (version {version})",
    Message.DUTIES: "the legal duty",
    Message.TITLED: "{title} (version {version})",
    Message.TITLED_DUTIES: "the duties the law sets (version {version})",
    Message.CLAUSE: "clause {clause} of {document}",
    Message.JUDGEMENT: "This supports your professional judgement. It is not legal advice.",
    Message.ANY_CONSENT: "agreement",
    Message.CONSENT_ENGAGEMENT: "agreement to early help",
    Message.CONSENT_CONFIDENTIALITY: "agreement to pass on what was told in confidence",
    Message.CONSENT_DATA_PROTECTION: "data-protection consent",
    Message.CONSENT_STATUTORY: "consent the law requires",
    Message.CONSENT_OBJECTION: "objection",
    Message.CONSENT_OPT_OUT: "opt-out",
    Message.REMEDY: "It may be shared once {changes}.",
    Message.REMEDY_ELSE: "Or once {changes}.",
    Message.CHANGE_HOLDER: "{controller} decides to release it",
    Message.CHANGE_SIGN: "{party} signs {agreement}",
    Message.CHANGE_CONSENT: "{who} gives {consent}, naming the kind of information",
    Message.CHANGE_RENEW: "{agreement} is renewed",
    Message.CHANGE_CLAUSE: "{controller} and {recipient} agree a clause for this purpose",
    Message.CHANGE_TEAM: "{staff} joins the team of case {case}",
    Message.EITHER: "{some} or {last}",
    Message.EVERY: "{some} and {last}",
}
