"""Clauses as people read them: by number, in the agreement's own title or in plain words for the duties.

Decides wording only; the sentences are in `release.messages`. What is cited as `family-support@1#4.2` in the
log, in JSON and to an officer stays as it is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from broker.release.messages import Message, say

_CLAUSE: Final = re.compile(r"\b([A-Za-z0-9_][\w.:()+-]*)@([0-9]+)#(\w+(?:[.:+-]\w+|\(\w+\))*)")

Titles = Mapping[str, str]
"""By `family-support@1`, what the agreement is called; the duties have no title and stand there with none."""


def clauses_in_words(text: str, titles: Titles) -> str:
    """The text with every `front-door@1#3.1` in it said as `clause 3.1 of Children and families front door
    (version 1)`. What no title is known for is called by its reference."""

    def said(found: re.Match[str]) -> str:
        reference, version, clause = found.groups()
        return say(Message.CLAUSE, clause=clause, document=document_in_words(reference, version, titles))

    return _CLAUSE.sub(said, text)


def document_in_words(reference: str, version: str, titles: Titles) -> str:
    """`Family support and team around the family (version 1)`, or `the duties the law sets (version 1)`."""
    title = titles.get(f"{reference}@{version}", reference)
    if not title:
        return say(Message.TITLED_DUTIES, version=version)
    return say(Message.TITLED, title=title, version=version)
