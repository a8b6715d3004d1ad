"""The client: one method an address of the partner interface (docs/api.md).

Decides that every act has an `Idempotency-Key`, so that it may be repeated and is done once. Whoever wants to ask
again after a crash gives their own key, and keeps it until they have the answer.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

import httpx2

from broker.audit.note import NoteKey
from broker.audit.receipt import Receipt
from broker.client.agreement_signature import SignatureGiven
from broker.client.answers import (
    AgreementRead,
    AgreementState,
    Batch,
    ConsentTaken,
    NoticeClosed,
    Profile,
    Received,
    ReceivedWhole,
    Signed,
    Team,
    list_of,
    maybe,
)
from broker.client.asking import Asking, json_body, query_of
from broker.client.exchange import Exchange, Identity, Question, clock_ahead
from broker.client.messages import Message
from broker.client.problems import NotFound
from broker.client.receipts import KeptReceipts
from broker.client.record_batches import MOST_BATCH_BYTES, NDJSON, WHOLE, batches_of
from broker.client.redeem import Redemption, Seen, redeem
from broker.client.retries import Retries
from broker.errors import CallWrong
from broker.http_signatures.algorithms import SigningKey, VerifyingKey

_ADDRESS: Final = re.compile(r"(https?)://(\[[0-9a-f:]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?/?")
_OWN: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_SECONDS: Final = 30.0
PAGE: Final = 100


class BrokerClient:
    """A partner system's client. `authority` is the one name the broker goes by, `broker_keys` its keys by key id
    as your officer gave them to you, `receipts` where the broker's promises are kept. Safe to share between
    threads.

    Raises CallWrong for an address that is not https, but on this machine.
    """

    def __init__(
        self,
        base_url: str,
        authority: str,
        key_id: str,
        private_key: SigningKey,
        broker_keys: Mapping[str, VerifyingKey],
        *,
        receipts: KeptReceipts,
        retries: Retries = Retries(),
        http: httpx2.Client | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        found = _ADDRESS.fullmatch(base_url)
        if found is None or (found[1] == "http" and found[2] not in _OWN):
            raise CallWrong("client", f"`{base_url}` is not https://NAME, as the broker's address must be")
        if not broker_keys:
            raise CallWrong("client", "no key of the broker is pinned; ask your officer for it")
        # Nothing of the environment: no proxy, no password file that would add a header.
        self._http = http or httpx2.Client(base_url=base_url, timeout=_SECONDS, trust_env=False)
        identity = Identity(authority, key_id, private_key, dict(broker_keys))
        exchange = Exchange(self._http, identity, now, os.urandom)
        self._asking = Asking(exchange, receipts, retries, sleep, lambda: secrets.randbelow(1000) / 1000)
        self.receipts = receipts

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    # -- what is asked --

    def profile(
        self,
        *,
        by: str,
        role: str,
        purpose: str,
        about: Sequence[str],
        reason: str,
        case: str | None = None,
        override: str | None = None,
        idempotency_key: str | None = None,
    ) -> Profile:
        """The profile of a person or family, for `by` (a staff id of this organisation)."""
        asked = {"by": by, "role": role, "purpose": purpose, "about": list(about), "reason": reason}
        found = self._post("/v1/profiles", {**asked, "case": case, "override": override}, idempotency_key)
        return Profile.read(found)

    def consent(
        self,
        *,
        by: str,
        role: str,
        about: str,
        signatory: str,
        evidence: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        **scope: Any,
    ) -> ConsentTaken:
        """Writes down a yes, a no, an objection or an opt-out. `scope` is any other member of docs/api.md: `kind`,
        `decision`, `purposes`, `categories`, `controllers`, `recipients`, `at`, `until`, `unsafe`."""
        asked = {"by": by, "role": role, "about": about, "signatory": signatory, "evidence": evidence, **scope}
        return ConsentTaken.read(self._post("/v1/consents", asked, idempotency_key))

    def withdraw(
        self,
        consent: str,
        *,
        by: str,
        role: str,
        evidence: Mapping[str, Any] | None = None,
        signatory: str | None = None,
        categories: Sequence[str] | None = None,
        idempotency_key: str | None = None,
    ) -> ConsentTaken:
        """Withdraws what the reference names; it bites before this returns."""
        only = None if categories is None else list(categories)
        asked = {"by": by, "role": role, "evidence": evidence, "signatory": signatory, "categories": only}
        return ConsentTaken.read(self._post(f"/v1/consents/{consent}/withdrawal", asked, idempotency_key))

    def team(self, case: str, *, by: str, role: str) -> Team:
        """Who is in a case, for somebody who is in it."""
        return Team.read(self._get(f"/v1/teams/{case}", query_of(by=by, role=role)))

    def disclosures(self, *, by: str, role: str, after: str | None = None) -> Iterator[Received]:
        """Everything this organisation received, oldest first, page by page as it is read."""
        while True:
            page = self._get("/v1/disclosures", query_of(by=by, role=role, after=after, limit=str(PAGE)))
            for one in list_of(page, "disclosures"):
                yield Received.read(one)
            after = maybe(page, "next")
            if after is None:
                return

    def disclosure(self, disclosure: str, *, by: str, role: str) -> ReceivedWhole:
        """One of them, with its cells and records."""
        return ReceivedWhole.read(self._get(f"/v1/disclosures/{disclosure}", query_of(by=by, role=role)))

    def notices(self, *, by: str, role: str) -> Iterator[Received]:
        """What was received and has something in `waiting` that nobody has answered yet."""
        return (one for one in self.disclosures(by=by, role=role) if one.waiting)

    def acknowledge(
        self,
        disclosure: str,
        notice: str,
        *,
        by: str,
        role: str,
        finding: str = "acknowledged",
        idempotency_key: str | None = None,
    ) -> NoticeClosed:
        """Says what was done about a notice: `acknowledged`, `told` or `destroyed`."""
        asked = {"by": by, "role": role, "notice": notice, "finding": finding}
        path = f"/v1/disclosures/{disclosure}/acknowledgement"
        return NoticeClosed.read(self._post(path, asked, idempotency_key))

    def messages(self) -> Iterator[Message]:
        """What waits for this system itself, oldest first, until it says that it has it (`take_message`)."""
        after: str | None = None
        while True:
            page = self._get("/v1/notices", query_of(after=after, limit=str(PAGE)))
            for one in list_of(page, "notices"):
                yield Message.read(one)
            after = maybe(page, "next")
            if after is None:
                return

    def take_message(self, notice: str) -> None:
        """Says that this system has the message. It closes nothing for people."""
        self._post(f"/v1/notices/{notice}/acknowledgement", {}, None)

    def agreements(self, *, by: str, role: str) -> Iterator[AgreementState]:
        """Every published version of every agreement."""
        after: str | None = None
        while True:
            page = self._get("/v1/agreements", query_of(by=by, role=role, after=after, limit=str(PAGE)))
            for one in list_of(page, "agreements"):
                yield AgreementState.read(one)
            after = maybe(page, "next")
            if after is None:
                return

    def agreement(self, name: str, *, by: str, role: str, etag: str | None = None) -> AgreementRead | None:
        """One version, such as `family-support@2`; None where it is as it was when it had this `etag`."""
        query = query_of(by=by, role=role, if_none_match=etag)
        found = self._asking.ask(Question("GET", f"/v1/agreements/{name}", query))
        return None if found is None else AgreementRead.read(found)

    def sign_agreement(
        self,
        read: AgreementRead,
        given: SignatureGiven,
        *,
        by: str,
        role: str,
        authorisation: str | None = None,
        idempotency_key: str | None = None,
    ) -> Signed:
        """Hands in a party's signature upon an agreement as it was read. Raises Conflict where it changed
        since."""
        asked = {"by": by, "role": role, "authorisation": authorisation, **given.as_mapping()}
        path = f"/v1/agreements/{read.agreement}/signatures"
        found = self._post(path, asked, idempotency_key, query=query_of(if_match=read.etag))
        return Signed.read(found)

    def send_records(
        self,
        list_name: str,
        lines: Iterable[Mapping[str, Any]],
        *,
        extent: str = "increments",
        confirm_ends: int | None = None,
        again: bool = False,
    ) -> Iterator[Batch]:
        """Sends entries of a list, in batches that the broker takes, and gives what became of each. The same
        entries sent again change nothing. A whole list goes in one batch, because what is missing from it ends:
        where it is larger than one takes, nothing is sent."""
        query = query_of(
            list=list_name,
            extent=extent,
            confirm_ends=None if confirm_ends is None else str(confirm_ends),
            again="yes" if again else None,
        )
        batches = list(batches_of(lines)) if extent == WHOLE else batches_of(lines)
        if isinstance(batches, list) and len(batches) > 1:
            raise CallWrong(
                "records", f"a whole list is one batch of {MOST_BATCH_BYTES} bytes at most; send increments"
            )
        for body in batches:
            key = secrets.token_urlsafe(16)
            sent = Question("POST", "/v1/records", query, body, NDJSON, idempotency_key=key)
            yield Batch.read(self._asking.ask(sent) or {})

    def redeem_receipts(
        self, log_key: NoteKey, receipts: Iterable[Receipt], last: Seen | None = None
    ) -> Redemption:
        """Asks for the proof that each receipt's entry is in the log, and checks it; `last` is the checkpoint seen
        before. Raises LogChanged."""

        def ask(path: str, query: str) -> Mapping[str, Any]:
            return self._asking.ask(Question("GET", path, query, keeps_receipt=False)) or {}

        return redeem(
            receipts,
            log_key,
            last,
            lambda size: ask("/v1/audit/checkpoint", query_of(since=None if size is None else str(size))),
            lambda leaf, size: ask("/v1/audit/proof", query_of(leaf=leaf, size=str(size))),
        )

    def clock_ahead(self) -> timedelta:
        """How far this machine's clock is before the broker's, from one signed answer. What is asked is nobody's
        business: an address that is not there. Raises NotSigned where the key is not accepted."""
        answer = self._asking.answer(Question("GET", "/v1/reachable"))
        with suppress(NotFound):
            self._asking.hear(answer)
        return clock_ahead(answer)

    # -- how --

    def _get(self, path: str, query: str = "") -> Mapping[str, Any]:
        found = self._asking.ask(Question("GET", path, query))
        if found is None:
            raise CallWrong("client", "asked for nothing that could be unchanged")
        return found

    def _post(
        self, path: str, value: Mapping[str, Any], idempotency_key: str | None, query: str = ""
    ) -> Mapping[str, Any]:
        key = idempotency_key or secrets.token_urlsafe(16)
        return self._asking.ask(Question("POST", path, query, json_body(value), idempotency_key=key)) or {}
