"""The words of what people are read, sign and take home, in every language and in easy read.

One catalogue a language, each with the same closed keys (`SheetWord`); a language is offered once every key of it
has its words, and not before. INVARIANT: no word here tells who was in a room or that anybody doubted anything.
"""

from broker.release.sheets.groups import group_of, groups_in, kind_group
from broker.release.sheets.keys import SheetWord
from broker.release.sheets.saying import ENGLISH, SheetLanguage, find_language, listed, offered, say

__all__ = [
    "ENGLISH",
    "SheetLanguage",
    "SheetWord",
    "find_language",
    "group_of",
    "groups_in",
    "kind_group",
    "listed",
    "offered",
    "say",
]
