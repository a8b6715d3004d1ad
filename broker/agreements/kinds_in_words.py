"""What the kinds of body that clauses name are called by people.

Decides wording only; which bodies are of which kind stands in `policies/organisations.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TYPE_WORDS: Final[Mapping[str, str]] = {
    "LA-CSC": "children's social care",
    "LA-EH": "early help",
    "LA-ASC": "adult social care",
    "LA-EDU": "education services of a council",
    "LA-HSG": "council housing",
    "LA-RB": "revenues and benefits of a council",
    "LA-PH": "public health of a council",
    "DISTRICT": "a district or borough council",
    "POL": "a police force",
    "PROB": "the probation service",
    "YJS": "a youth justice service",
    "PRISON": "a prison",
    "CAFCASS": "Cafcass",
    "HO": "the Home Office",
    "ICB": "an NHS integrated care board",
    "NHS-AC": "an NHS hospital trust",
    "NHS-COM": "an NHS community trust",
    "NHS-MH": "an NHS mental health trust",
    "GP": "a GP practice",
    "AMB": "an ambulance service",
    "SEXH": "a sexual health service",
    "SUBM": "a drug and alcohol service",
    "SCH": "a school",
    "EY": "a nursery or other early years setting",
    "FE": "a college",
    "DWP": "the Department for Work and Pensions",
    "HMRC": "HM Revenue and Customs",
    "FIRE": "a fire and rescue service",
    "RSL": "a housing association",
    "VCS": "a charity",
    "IDVA": "a domestic abuse advocacy service",
}


def type_in_words(code: str) -> str:
    """`a school`; a kind that a partnership declared for itself is shown as it is written."""
    return TYPE_WORDS.get(code, code)
