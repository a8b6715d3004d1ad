"""Story 5, the holder decides: the police release one incident in summary, and keep another back.

Checked: before the decision nothing of either is shown and the screen says who decides; the decisions are the
police's alone; afterwards one is shown in summary, without the account, and of the other nothing.
"""

from __future__ import annotations

from typing import Final

from broker.cli.demo.cast import COUNCIL_LEAD, LEAD, POLICE_LEAD
from broker.cli.demo.checks import Checks
from broker.cli.demo.families import Household
from broker.cli.demo.stage import Stage
from broker.cli.demo.team import PURPOSE, ask, mother_agrees
from broker.cli.demo.telling import Teller
from broker.decision.facts import HolderRuling
from broker.errors import NotAllowed
from broker.release.disclosure import Disclosure
from broker.release.profile import ProfileItem
from broker.usecases.casework.cases import CaseNow
from broker.usecases.holders.answer_question import NewAnswer, answer_question
from broker.usecases.holders.ask_holder import NewQuestion, ask_holder
from broker.usecases.holders.holder_inbox import QuestionRow, list_inbox

STORY: Final = "the holder decides"
KIND: Final = "police-incidents"
POLICE: Final = "essex-police"


def tell_holder(stage: Stage, teller: Teller, checks: Checks, home: Household, case: CaseNow) -> Disclosure:
    """Tells the story and checks it; what was shown after the decisions."""
    mother, child, broker = home.mother, home.child, stage.broker
    mother_agrees(stage, home)
    stage.later()
    before = ask(stage, home.ids, case, "planning a safe first visit")
    for member in (mother, child):
        stage.later(1)
        new = NewQuestion(member.id, POLICE, KIND, PURPOSE, "We visit on Friday", case.case.id, urgent=True)
        ask_holder(broker, LEAD, new)
    stage.later(40)
    inbox = [row for row in list_inbox(broker, POLICE_LEAD).rows if row.question.matter.about in home.ids]
    refused = _others_may_not(stage, inbox)
    answers = {
        mother.id: NewAnswer(HolderRuling.RELEASE, "It shows what support would help with"),
        child.id: NewAnswer(HolderRuling.WITHHOLD, "It does not bear on the plan", tell=True),
    }
    for person, answer in answers.items():
        stage.later(2)
        question = next(row.question.id for row in inbox if row.question.matter.about == person)
        answer_question(broker, POLICE_LEAD, question, answer)
    stage.later()
    left = [row for row in list_inbox(broker, POLICE_LEAD).rows if row.question.matter.about in home.ids]
    after = ask(stage, home.ids, case, "planning a safe first visit")
    shown = _incidents(after)
    teller.chapter("Story 5. The holder decides")
    teller.say(
        f"Kim leads a team for {mother.first} and {child.first}, who is {child.age}. She needs to know whether "
        "anything the police know bears on a first visit. Her screen says that Essex Police decide each time, "
        "and that the line is there whether or not there is anything. She asks them, and says why."
    )
    teller.rows(
        "What waits for Sam Hart, safeguarding lead at Essex Police",
        ("question", "time left"),
        [(row.sentence, row.left.in_words) for row in {row.sentence: row for row in inbox}.values()],
    )
    teller.say(
        f"Sam sees who asks and why, and what would go. About {mother.first}: tell the team, in summary. About "
        f"{child.first}: no, it does not bear on the plan. Kim looks again:"
    )
    teller.rows(
        "Police incidents on Kim's screen",
        ("about", "what the police say"),
        [(mother.first, _words(item)) for item in shown] or [("", "Nothing released.")],
    )
    teller.say(
        "Why: the agreement leaves this to the police, one by one, and nobody else can decide it for them. In "
        "summary means without the account, where a caller may have named a neighbour. Whoever looks later "
        "finds who decided, when, and why."
    )
    claims = (
        ("before the police decided, no incident was shown and the screen said who decides", _says_who(before)),
        (
            "both questions wait for the police, with their time",
            {row.question.matter.about for row in inbox} == {mother.id, child.id} and not inbox[0].left.is_overdue,
        ),
        ("nobody but the police can answer them: the council's own safeguarding lead cannot", refused),
        ("one answer ends each, and nothing of them waits any more", not left),
        ("afterwards hers is shown, in summary", {item.about for item in shown} == {(mother.id,)}),
        ("without the account", all("account" not in dict(item.fields) for item in shown) and shown),
        (f"and nothing of {child.first}'s", not any(child.id in item.about for item in shown)),
    )
    teller.claims(checks, STORY, claims)
    return after


def _others_may_not(stage: Stage, inbox: list[QuestionRow]) -> bool:
    answer = NewAnswer(HolderRuling.RELEASE, "We would like to see it")
    try:
        answer_question(stage.broker, COUNCIL_LEAD, inbox[0].question.id, answer)
    except NotAllowed:
        return True
    return False


def _words(item: ProfileItem) -> str:
    told = ((name.replace("_", " "), str(value).replace("-", " ")) for name, value in item.fields)
    return "; ".join(f"{name}: {value}" for name, value in told)


def _incidents(disclosure: Disclosure) -> list[ProfileItem]:
    items = disclosure.profile.items if disclosure.profile is not None else ()
    return [item for item in items if item.papers.category == KIND]


def _says_who(disclosure: Disclosure) -> bool:
    lines = disclosure.profile.not_shared if disclosure.profile is not None else ()
    said = any((line.category, line.reason) == (KIND, "holder-decides") for line in lines)
    return said and not _incidents(disclosure)
