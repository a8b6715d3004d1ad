"""The keys by which the broker signs its answers: the one in use, the one prepared, and those of before.

Decides how one replaces another so that no partner ever meets a key it could not have pinned: the next is made and
published first, taken into use later, and the one before stays published, its private half destroyed, until a day.
From docs/api.md ("Signing") and docs/how-to-keys.md.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime
from pathlib import Path
from typing import Final

from broker.dates import instant_text
from broker.errors import CallWrong, SystemFailed
from broker.http_signatures.answer_signer import AnswerSigner, OtherKey
from broker.keyring.signing_key import make_signing_key, read_signing_key, write_whole

IN_USE: Final = "answers.key"
NEXT: Final = "answers.next.key"
BEFORE: Final = "answers.before.json"


def open_signer(folder: Path) -> AnswerSigner:
    """The signer of answers; its key is made where there is none. Raises SystemFailed."""
    path = folder / IN_USE
    if not path.exists():
        try:
            make_signing_key(path)
        except SystemFailed:
            # Another worker made it at the same moment; where nobody could, that is said.
            if not path.exists():
                raise
    prepared = folder / NEXT
    others = list(_before(folder))
    if prepared.exists():
        others.append(OtherKey(read_signing_key(prepared).public_key().public_bytes_raw(), None))
    return AnswerSigner(read_signing_key(path), tuple(others))


def prepare_next(folder: Path) -> AnswerSigner:
    """Makes the next key, which is published and signs nothing yet. Raises CallWrong where there is one."""
    if (folder / NEXT).exists():
        raise CallWrong("own key", "the next one is there already; take it into use with `broker keys rotate-own`")
    open_signer(folder)
    make_signing_key(folder / NEXT)
    return open_signer(folder)


def take_next(folder: Path, until_at: datetime) -> AnswerSigner:
    """Takes the prepared key into use; the one before is published until an instant and can sign no more. Raises
    CallWrong where none was prepared."""
    if not (folder / NEXT).exists():
        raise CallWrong(
            "own key",
            "no next one is prepared; run `broker keys rotate-own --prepare` and let partners pin it first",
        )
    now = open_signer(folder)
    kept = [*_before(folder), OtherKey(now.public, until_at)]
    written = [
        {"public": base64.b64encode(one.public).decode("ascii"), "until": instant_text(one.until_at)}
        for one in kept
        if one.until_at is not None
    ]
    # INVARIANT: published first, replaced second: a crash between the two publishes one key twice and loses none.
    write_whole(folder / BEFORE, json.dumps(written).encode("ascii"))
    try:
        (folder / NEXT).replace(folder / IN_USE)
    except OSError as error:
        raise SystemFailed(str(folder / IN_USE), f"cannot be replaced: {error.strerror}") from None
    return open_signer(folder)


def _before(folder: Path) -> tuple[OtherKey, ...]:
    path = folder / BEFORE
    if not path.exists():
        return ()
    try:
        return tuple(
            OtherKey(base64.b64decode(one["public"], validate=True), datetime.fromisoformat(one["until"]))
            for one in json.loads(path.read_bytes())
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise SystemFailed(str(path), "is not as it was written; restore it from its backup") from None
