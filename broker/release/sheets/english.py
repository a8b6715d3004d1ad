"""What sheets say in English: plain, and read aloud as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from broker.release.sheets.keys import SheetWord

ENGLISH_WORDS: Final[Mapping[SheetWord, str]] = {
    SheetWord.SAID_YES: "You said yes",
    SheetWord.SAID_NO: "You said no",
    SheetWord.CHANGED_MIND: "You changed your mind",
    SheetWord.OBJECTED: "You raised an objection",
    SheetWord.OPTED_OUT: "You opted out",
    SheetWord.TOOK_BACK: "You took it back",
    SheetWord.DECIDED: "You decided",
    SheetWord.TITLE: "{decision}: {kind}",
    SheetWord.ABOUT: "About {person}",
    SheetWord.ABOUT_BY: "About {person}, by {signatory}",
    SheetWord.REFERENCE: "Reference {reference}",
    SheetWord.KIND_ENGAGEMENT: "agreement to early help",
    SheetWord.KIND_CONFIDENTIALITY: "agreement to pass on what was told in confidence",
    SheetWord.KIND_DATA_PROTECTION: "data-protection consent",
    SheetWord.KIND_STATUTORY: "consent the law requires",
    SheetWord.KIND_OBJECTION: "objection",
    SheetWord.KIND_OPT_OUT: "opt-out",
    SheetWord.SHARE: "What we would share, with whom and why",
    SheetWord.SHARE_LINE: "{purpose}: {recipients} would be told about {kinds}. It would come from {sources}.",
    SheetWord.SERVICES: "What we would share",
    SheetWord.SERVICE_LINE: "{services} would tell about {kinds}.",
    SheetWord.TOLD: "Who would be told",
    SheetWord.TELLERS: "Who would tell",
    SheetWord.TELLERS_LINE: "Each of them may tell any of this that it knows.",
    SheetWord.TOLD_LINE: "Only the people who work with you are told. Not everybody is told everything.",
    SheetWord.NAMED: "What you named yourself",
    SheetWord.PRIVATE_TOLD: "A private service that works with you may be told too. We write down no name of one.",
    SheetWord.EVERYTHING: "Everything that may be told",
    SheetWord.EVERY_TELLER: "Everybody who may tell",
    SheetWord.EVERYBODY: "Everybody who may be told",
    SheetWord.EVERY_REASON: "What the law allows without your agreement",
    SheetWord.FULL_LIST: "The full list",
    SheetWord.ON_FULL_LIST: "Every name stands on the full list at the end.",
    SheetWord.WHY: "Why",
    SheetWord.LEFT_OUT: "What you said no to",
    SheetWord.LEFT_OUT_LINE: "You said no to {kinds}. This yes does not change that.",
    SheetWord.LEFT_OUT_SERVICES: "You said no to {services}. They tell nothing because of this yes.",
    SheetWord.UNTIL: "Until when",
    SheetWord.UNTIL_WORK: (
        "Until the work with you ends. It ends before that if the organisations' agreement ends, or if you change"
        " your mind."
    ),
    SheetWord.UNTIL_DAY: (
        "Until {day}. It ends before that if the work with you ends, if the organisations' agreement ends, or if"
        " you change your mind."
    ),
    SheetWord.NOT_SHARED: "What we would not share",
    SheetWord.NOT_PRIVATE: (
        "Nothing about private services, unless you named one to us yourself. These are services such as sexual"
        " health, drugs and alcohol, or domestic abuse. Nothing for any other reason."
    ),
    SheetWord.NO_ONWARD: "Those who are told may not pass it on.",
    SheetWord.STOPS: "What we will not share",
    SheetWord.STOPS_LINE: "{purpose}: {kinds}, as far as it rests on this agreement.",
    SheetWord.STOPS_SHORT: "This is so as far as it needs your agreement.",
    SheetWord.NOTHING_RESTS: "Nothing is shared today because of this decision alone.",
    SheetWord.IF_NO: "What happens if you say no",
    SheetWord.IF_NO_LINE: "You keep the services you have. Nobody may treat you worse for it.",
    SheetWord.GOES_ON: "What does not need your agreement",
    SheetWord.GOES_ON_LINE: (
        "The law lets or makes organisations share some things for: {purposes}. That goes on whatever you"
        " decide here."
    ),
    SheetWord.GOES_ON_SHORT: (
        "The law lets or makes organisations share some things. That goes on whatever you decide here."
    ),
    SheetWord.GOES_ON_LAW: "Nothing is shared without your agreement, except where the law says it must be.",
    SheetWord.NOW: "What happens now",
    SheetWord.NOT_YET: (
        "We have written down what you decided. It changes nothing by itself: somebody else has to decide"
        " this. Ask the worker who gave you this sheet."
    ),
    SheetWord.OBJECTION_NOW: (
        "Those who hold the information must weigh your objection before it is shared, and tell you what"
        " they decided. Where the law says so, it stops."
    ),
    SheetWord.OPT_OUT_NOW: "Your information is not used for planning, research or counting from now on.",
    SheetWord.CHANGE: "How to change your mind",
    SheetWord.CHANGE_HOW: (
        "Tell {desk} by phone, in person or by letter, at any time and without a reason. Give the reference"
        " above. It counts from the moment we write it down, and we tell everybody who has already received"
        " something because of it."
    ),
    SheetWord.BY_PHONE: "By phone: ring {worker} on {phone}.",
    SheetWord.BY_PHONE_ASK: "By phone: ring {desk} and ask for {worker}.",
    SheetWord.IN_PERSON: "In person: tell any worker you see.",
    SheetWord.BY_LETTER: "By letter: write to {desk} and give the reference.",
    SheetWord.AT_ONCE: (
        "You can do it at any time. You need give no reason. It counts from the moment we write it down. We tell"
        " everybody who was told something because of it."
    ),
    SheetWord.RIGHTS: "You can ask who has looked at your information, and for a copy of it.",
    SheetWord.PRIVATE_SERVICE: "a private service that you named to us",
    SheetWord.PRIVATE_BODY: "a private service that works with you",
    SheetWord.MORE: "{count} more, which we can list for you",
    SheetWord.EVERY: "{some} and {last}",
    SheetWord.EXPLAINED_AT: "What agreeing means, in plain words",
    SheetWord.ABOUT_YOU: "you and who you live with",
    SheetWord.ABOUT_HELP: "who helps you",
    SheetWord.ABOUT_SCHOOL: "school and learning",
    SheetWord.ABOUT_HOME: "home and money",
    SheetWord.ABOUT_HEALTH: "health",
    SheetWord.ABOUT_SAFETY: "safety, police and courts",
    SheetWord.ABOUT_OTHER: "other things",
    SheetWord.MANY_SERVICES: "{count} services ({groups})",
    SheetWord.GROUP_COUNCILS: "councils",
    SheetWord.GROUP_SCHOOLS: "schools, nurseries and colleges",
    SheetWord.GROUP_HEALTH: "health services",
    SheetWord.GROUP_HOUSING: "housing",
    SheetWord.GROUP_JUSTICE: "police, probation and youth justice",
    SheetWord.GROUP_BENEFITS: "benefits and tax",
    SheetWord.GROUP_CHARITIES: "charities",
    SheetWord.GROUP_OTHER: "other services",
    SheetWord.CHOICE_ALL: "Yes, to all the services above",
    SheetWord.CHOICE_SOME: "Yes, to some of them",
    SheetWord.CHOICE_NO: "No",
    SheetWord.EXPLAINED: "What agreeing means",
    SheetWord.WHAT_IS_IT: "What you are asked",
    SheetWord.WHAT_IS_IT_1: (
        "Different organisations each know a piece of your family's story. With your agreement they may"
        " tell the people who work with you what helps them to help you."
    ),
    SheetWord.WHAT_IS_IT_2: (
        "They may tell only what stands on your sheet, only those named there, only for that reason."
    ),
    SheetWord.YOUR_CHOICE: "It is your choice",
    SheetWord.YOUR_CHOICE_1: "You can say yes, yes to some, or no. You need not say why.",
    SheetWord.YOUR_CHOICE_2: (
        "If you say no you keep the services you have, and nobody may treat you worse. Nobody may press you"
        " to agree. If somebody does, tell a worker you trust when you are alone with them."
    ),
    SheetWord.CHILDREN: "Children",
    SheetWord.CHILDREN_1: (
        "Under 16, usually somebody with parental responsibility decides. A child who understands the"
        " decision well can decide alone."
    ),
    SheetWord.CHILDREN_2: "From 16 each person decides for themselves.",
    SheetWord.WITHOUT: "What does not need agreement",
    SheetWord.WITHOUT_1: (
        "When a child or an adult is at risk of serious harm, or a court or the law says so, organisations"
        " share what they must. Saying no does not stop that, and saying yes does not widen it."
    ),
    SheetWord.WITHDRAWING: "How to change your mind",
    SheetWord.WITHDRAWING_1: (
        "Tell us at any time: by phone, in person to any worker, or by letter. You need not say why."
    ),
    SheetWord.WITHDRAWING_2: (
        "Give the reference on your sheet if you have it. If you have lost it we can still find it."
    ),
    SheetWord.WITHDRAWING_3: (
        "From the moment we write it down nothing more is shared because of it, and everybody who has"
        " received something because of it is told. What was shared before cannot be made unknown again."
    ),
    SheetWord.KNOWING: "Knowing what is shared",
    SheetWord.KNOWING_1: "You can ask who has looked at your information, and for a copy of it.",
    SheetWord.KNOWING_2: "If something in it is wrong you can ask for it to be put right.",
}
