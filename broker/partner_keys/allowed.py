"""What a key may be used for: agreements or requests, and which verbs of the interface.

Decides that a key does one of the two and never both: a key that lies where a case system signs thousands of
requests a day must not be able to sign an agreement, and a head's key must not open a profile. A key for requests
names its verbs when it is handed in; who approves it sees them; they are never added to, for that is a new key.
From docs/security.md section 1 ("allowed verbs") and docs/how-to-keys.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum, unique

from broker.errors import CallWrong, did_you_mean


@unique
class KeyUse(StrEnum):
    """What a key signs."""

    AGREEMENTS = "agreements"
    REQUESTS = "requests"


@unique
class ApiVerb(StrEnum):
    """The verbs of the partner interface (docs/api.md): each endpoint asks for one."""

    AGREEMENTS_READ = "agreements.read"
    AGREEMENTS_SIGN = "agreements.sign"
    """Handing in a signature on an agreement; the signature itself is by a key for agreements."""
    AUDIT_READ = "audit.read"
    CONSENTS_RECORD = "consents.record"
    CONSENTS_WITHDRAW = "consents.withdraw"
    DISCLOSURES_READ = "disclosures.read"
    PROFILES_REQUEST = "profiles.request"
    RECORDS_SUBMIT = "records.submit"
    TEAMS_READ = "teams.read"
    WEBHOOKS_MANAGE = "webhooks.manage"


def require_allowed(use: KeyUse, verbs: Iterable[str]) -> frozenset[ApiVerb]:
    """The verbs a key is handed in for. Raises CallWrong for words that are none, for a key for requests without
    any and for one for agreements with some."""
    codes = [verb.value for verb in ApiVerb]
    found = set()
    for word in verbs:
        if word not in codes:
            raise CallWrong("verbs", f"`{word}` is none{did_you_mean(word, codes)}; known: {', '.join(codes)}")
        found.add(ApiVerb(word))
    if use is KeyUse.REQUESTS and not found:
        raise CallWrong("verbs", f"a key for requests names what it may ask; known: {', '.join(codes)}")
    if use is KeyUse.AGREEMENTS and found:
        raise CallWrong("verbs", "a key for agreements asks nothing; hand in another key for requests")
    return frozenset(found)


def verbs_text(verbs: Iterable[ApiVerb]) -> str:
    """Their codes in order, with a space between."""
    return " ".join(sorted(verb.value for verb in verbs))


def verbs_of(text: str) -> frozenset[ApiVerb]:
    """What `verbs_text` wrote. A word that this version does not know allows nothing."""
    codes = {verb.value for verb in ApiVerb}
    return frozenset(ApiVerb(word) for word in text.split() if word in codes)
