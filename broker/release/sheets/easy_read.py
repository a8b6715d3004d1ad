"""What sheets say in easy read: short sentences, one idea each, everyday words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from broker.release.sheets.keys import SheetWord

EASY_READ_WORDS: Final[Mapping[SheetWord, str]] = {
    SheetWord.SAID_YES: "You said yes",
    SheetWord.SAID_NO: "You said no",
    SheetWord.CHANGED_MIND: "You changed your mind",
    SheetWord.OBJECTED: "You told us to think again",
    SheetWord.OPTED_OUT: "You said: do not count me",
    SheetWord.TOOK_BACK: "You took it back",
    SheetWord.DECIDED: "You made a choice",
    SheetWord.TITLE: "{decision}. This is about {kind}.",
    SheetWord.ABOUT: "For {person}",
    SheetWord.ABOUT_BY: "For {person}. {signatory} chose.",
    SheetWord.REFERENCE: "Your number: {reference}",
    SheetWord.KIND_ENGAGEMENT: "help for your family",
    SheetWord.KIND_CONFIDENTIALITY: "things you told us in private",
    SheetWord.KIND_DATA_PROTECTION: "using your information",
    SheetWord.KIND_STATUTORY: "a yes that the law asks for",
    SheetWord.KIND_OBJECTION: "asking us to think again",
    SheetWord.KIND_OPT_OUT: "not being counted",
    SheetWord.SHARE: "What we will tell, and who",
    SheetWord.SHARE_LINE: (
        "Why: {purpose}. We will tell: {recipients}. We will tell them about: {kinds}. It comes from: {sources}."
    ),
    SheetWord.SERVICES: "What we will tell",
    SheetWord.SERVICE_LINE: "{services} will tell about: {kinds}.",
    SheetWord.TOLD: "Who we will tell",
    SheetWord.TELLERS: "Who will tell",
    SheetWord.TELLERS_LINE: "Each of them can tell any of this that they know.",
    SheetWord.TOLD_LINE: "Only people who work with you. Not all of them are told all of it.",
    SheetWord.NAMED: "What you said yes to by name",
    SheetWord.PRIVATE_TOLD: "A private service that helps you can be told too. We do not write its name.",
    SheetWord.EVERYTHING: "All that we can tell",
    SheetWord.EVERY_TELLER: "All who can tell",
    SheetWord.EVERYBODY: "All who can be told",
    SheetWord.EVERY_REASON: "What the law says can be told without your yes",
    SheetWord.FULL_LIST: "All of the list",
    SheetWord.ON_FULL_LIST: "All the names are on the list at the end.",
    SheetWord.WHY: "Why",
    SheetWord.LEFT_OUT: "What you said no to",
    SheetWord.LEFT_OUT_LINE: "You said no to: {kinds}. Your yes does not change that.",
    SheetWord.LEFT_OUT_SERVICES: "You said no to: {services}. They will not tell because of your yes.",
    SheetWord.UNTIL: "How long",
    SheetWord.UNTIL_WORK: "Until our work with you ends. Or until you change your mind.",
    SheetWord.UNTIL_DAY: "Until {day}. Or until our work with you ends. Or until you change your mind.",
    SheetWord.NOT_SHARED: "What we will not tell",
    SheetWord.NOT_PRIVATE: (
        "We do not tell about private things, like sexual health, drugs, alcohol or abuse. We only do if"
        " you asked us to. We do not tell anything for any other reason."
    ),
    SheetWord.NO_ONWARD: "The people we tell must not tell others.",
    SheetWord.STOPS: "What we will not tell",
    SheetWord.STOPS_LINE: "Why we would have: {purpose}. We will not tell: {kinds}, if we needed your yes.",
    SheetWord.STOPS_SHORT: "We stop where we needed your yes.",
    SheetWord.NOTHING_RESTS: "We tell nothing today just because of this.",
    SheetWord.IF_NO: "If you say no",
    SheetWord.IF_NO_LINE: "You keep the help you have. Nobody may be unfair to you.",
    SheetWord.GOES_ON: "When we do not need your yes",
    SheetWord.GOES_ON_LINE: (
        "The law says some things can be told for: {purposes}. Your choice here does not stop that."
    ),
    SheetWord.GOES_ON_SHORT: "The law says some things can be told. Your choice here does not stop that.",
    SheetWord.GOES_ON_LAW: "We tell nothing without your yes. Only when the law says we must.",
    SheetWord.NOW: "What happens now",
    SheetWord.NOT_YET: (
        "We wrote down what you said. Nothing changes yet. Another person has to choose this. Ask the"
        " worker who gave you this."
    ),
    SheetWord.OBJECTION_NOW: (
        "The people who know must think again before they tell. They must say what they decided."
    ),
    SheetWord.OPT_OUT_NOW: "From now on we do not use your information for planning or counting.",
    SheetWord.CHANGE: "If you change your mind",
    SheetWord.CHANGE_HOW: (
        "Tell {desk}. Phone, write or tell a worker. You can do it any day. You need not say why."
    ),
    SheetWord.BY_PHONE: "Phone {worker}: {phone}.",
    SheetWord.BY_PHONE_ASK: "Phone {desk}. Ask for {worker}.",
    SheetWord.IN_PERSON: "Or tell any worker you see.",
    SheetWord.BY_LETTER: "Or write to {desk}. Put your number in the letter.",
    SheetWord.AT_ONCE: (
        "You can do it any day. You need not say why. We stop at once. We tell the people we told before."
    ),
    SheetWord.RIGHTS: "You can ask who looked at your information. You can ask for a copy.",
    SheetWord.PRIVATE_SERVICE: "a private service that you told us about",
    SheetWord.PRIVATE_BODY: "a private service that helps you",
    SheetWord.MORE: "{count} more. Ask us for the list",
    SheetWord.EVERY: "{some} and {last}",
    SheetWord.EXPLAINED_AT: "Read more about saying yes or no",
    SheetWord.ABOUT_YOU: "you and who you live with",
    SheetWord.ABOUT_HELP: "who helps you",
    SheetWord.ABOUT_SCHOOL: "school and learning",
    SheetWord.ABOUT_HOME: "your home and money",
    SheetWord.ABOUT_HEALTH: "your health",
    SheetWord.ABOUT_SAFETY: "being safe, and the police",
    SheetWord.ABOUT_OTHER: "other things",
    SheetWord.MANY_SERVICES: "{count} services ({groups})",
    SheetWord.GROUP_COUNCILS: "the council",
    SheetWord.GROUP_SCHOOLS: "schools and nurseries",
    SheetWord.GROUP_HEALTH: "doctors, nurses and hospitals",
    SheetWord.GROUP_HOUSING: "housing",
    SheetWord.GROUP_JUSTICE: "the police and courts",
    SheetWord.GROUP_BENEFITS: "benefits and tax",
    SheetWord.GROUP_CHARITIES: "charities",
    SheetWord.GROUP_OTHER: "other services",
    SheetWord.CHOICE_ALL: "Yes to all of them",
    SheetWord.CHOICE_SOME: "Yes to some of them",
    SheetWord.CHOICE_NO: "No",
    SheetWord.EXPLAINED: "What it means to say yes",
    SheetWord.WHAT_IS_IT: "What we ask you",
    SheetWord.WHAT_IS_IT_1: (
        "Many people help families. Each knows a little. If you say yes, they can talk to each other."
    ),
    SheetWord.WHAT_IS_IT_2: "They can only tell what is on your sheet.",
    SheetWord.YOUR_CHOICE: "You choose",
    SheetWord.YOUR_CHOICE_1: "You can say yes. You can say yes to some. You can say no. You need not say why.",
    SheetWord.YOUR_CHOICE_2: (
        "If you say no, you keep the help you have. Nobody may make you say yes. If somebody does, tell a"
        " worker you trust when you are alone."
    ),
    SheetWord.CHILDREN: "Children",
    SheetWord.CHILDREN_1: (
        "If you are under 16, a parent or carer chooses. If you understand it well, you can choose."
    ),
    SheetWord.CHILDREN_2: "When you are 16, you choose.",
    SheetWord.WITHOUT: "When we do not need your yes",
    SheetWord.WITHOUT_1: (
        "If somebody could be badly hurt, we must tell. If a judge or the law says so, we must tell."
    ),
    SheetWord.WITHDRAWING: "If you change your mind",
    SheetWord.WITHDRAWING_1: "Phone us. Write to us. Or tell a worker. You need not say why.",
    SheetWord.WITHDRAWING_2: "Give the number on your sheet. If you lost it, we can still find it.",
    SheetWord.WITHDRAWING_3: "We stop at once. We tell the people we told before. We cannot make them forget.",
    SheetWord.KNOWING: "Your information",
    SheetWord.KNOWING_1: "You can ask who looked at it. You can ask for a copy.",
    SheetWord.KNOWING_2: "If it is wrong, you can ask us to put it right.",
}
