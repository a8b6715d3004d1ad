"""A sentence said: looked up by key and language, filled in, and never said with a gap in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from broker.consent.record import ConsentKind
from broker.release.messages.english import ENGLISH
from broker.release.messages.keys import PLACES, Message

DEFAULT_LANGUAGE: Final = "en"
LANGUAGES: Final[Mapping[str, Mapping[Message, str]]] = {"en": ENGLISH}
"""Every language that every message is said in, by its ISO 639 code."""


def say(message: Message, language: str = DEFAULT_LANGUAGE, **values: str) -> str:
    """The words, filled in.

    Raises ValueError when something is filled in that the sentence does not ask for, or the other way round.
    """
    wanted = PLACES.get(message, frozenset())
    if wanted != values.keys():
        raise ValueError(f"`{message}` is filled in with {sorted(wanted)}, not with {sorted(values)}")
    return LANGUAGES[language][message].format(**values)


def sentence(message: Message, language: str = DEFAULT_LANGUAGE, **values: str) -> str:
    """The same as a sentence of its own: it begins with a capital."""
    said = say(message, language, **values)
    return said[:1].upper() + said[1:]


def listed(message: Message, words: Sequence[str], language: str = DEFAULT_LANGUAGE) -> str:
    """`mum, dad and gran`, by the message that joins the last: `either` or `every`."""
    *some, last = words
    return say(message, language, some=", ".join(some), last=last) if some else last


def consent_words(kind: ConsentKind, language: str = DEFAULT_LANGUAGE) -> str:
    """What a kind of consent is called."""
    return say(Message(f"consent-{kind.value}"), language)
