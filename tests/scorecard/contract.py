"""Requests made up by schemathesis from the OpenAPI description, each signed by a partner system: whatever is
sent, the door answers what it described, signed, and never with a failure of its own.

Half of the requests keep to the description and half break it somewhere. Half of each have some values replaced by
ones that are real in the office, so that they come further than the first refusal.
"""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any, Final
from urllib.parse import urlsplit

from broker.api.openapi import document
from broker.http_signatures import MessageRefused
from broker.http_signatures.sign import request_components
from broker.logs import set_up_logs
from broker.store.consents import find_consents
from tests.functional.api.door import AUTHORITY, JSON, Got, Partner, asked, call
from tests.scorecard.serving import council

NOT_LET_IN: Final = 401
LINES: Final = "application/x-ndjson"
RETRY: Final = "idempotency-key"


def described(one: Partner, seeds: range) -> dict[str, int]:
    """Answers of 500 and more, unsigned ones, and ones that are not as described."""
    import requests  # both come with schemathesis, which is installed for this alone
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from schemathesis import GenerationMode
    from schemathesis.core.failures import FailureGroup
    from schemathesis.core.transport import Response
    from schemathesis.specs.openapi import checks

    @schemathesis.serializer(LINES)
    def lines(_context: Any, value: Any) -> bytes:
        return str(value).encode()

    judge = [
        schemathesis.checks.not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    ]
    real, dice = values_of(one), Random(seeds.start)
    statuses: Counter[str] = Counter()
    bad = Counter[str]()

    def send(case: Any) -> None:
        if dice.random() < 0.5:
            make_real(case, real, dice)
        sent = requests.Request(**case.as_transport_kwargs(base_url="https://" + AUTHORITY)).prepare()
        one.office.step()
        try:
            got = signed(one, sent.method, sent.url, sent.body, sent.headers)
        except MessageRefused:
            bad["unsigned"] += 1
            return
        statuses["not_let_in" if got.status == NOT_LET_IN else f"{got.status // 100}xx"] += 1
        if got.status == NOT_LET_IN:
            return  # a spelling that is none, as a key with a space in it: the application never saw it
        headers = {name.decode(): [value.decode()] for name, value in got.headers}
        answer = Response(got.status, headers, got.body, sent, 0.0, verify=False)
        try:
            case.validate_response(answer, checks=judge)
        except FailureGroup as wrong:
            for one_wrong in wrong.exceptions:
                bad[f"{case.operation.label}: {got.status}: {type(one_wrong).__name__}"] += 1

    schema = schemathesis.openapi.from_dict(document())
    operations = [found.ok() for found in schema.get_all_operations()]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    each = -(-len(seeds) // (len(modes) * len(operations)))
    for operation in operations:
        for mode in modes:
            run = given(case=operation.as_strategy(generation_mode=mode))(send)
            run = settings(
                max_examples=each,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )(run)
            seed(seeds.start)(run)()
    for problem, count in bad.items():
        print(f"{count} × {problem}", file=sys.stderr)
    return {"bad": bad.total(), "cases": statuses.total(), **dict(sorted(statuses.items()))}


def values_of(one: Partner) -> Mapping[str, list[Any]]:
    """Values that mean something in the office, by the names of the members that take them."""
    office, body = one.office, asked(one)
    profile = one.send("POST", "/v1/profiles", body)
    with office.broker.store.look() as view:
        consents = [found.id for found in find_consents(view, list(office.people.values()))]
    people = sorted(office.people.values())
    return {
        "by": ["kim", "tom", "ola", "sid"],
        "role": ["lead-practitioner", "team-member", "ig-officer", "siro"],
        "purpose": [body["purpose"]],
        "case": sorted(office.cases.values()),
        "case_id": sorted(office.cases.values()),
        "about": [people, people[:1]],
        "signatory": people,
        "consent_id": consents,
        "disclosure_id": [profile.json["disclosure"]],
        "name": ["family-support"],
        "leaf": [profile.json["receipt"]["leaf_hash"]],
    }


def make_real(case: Any, real: Mapping[str, list[Any]], dice: Random) -> None:
    """Replaces some of the values by real ones."""
    for part in (case.body, case.query, case.path_parameters):
        if isinstance(part, dict):
            for name in part.keys() & real.keys():
                if dice.random() < 0.9:
                    value = dice.choice(real[name])
                    # A consent is about one person, a profile about several.
                    single = name == "about" and not isinstance(part[name], list)
                    part[name] = value[0] if single else value


def signed(one: Partner, method: str, url: str, body: bytes | str | None, headers: Mapping[str, str]) -> Got:
    """Signs a request as it was made up, and sends it. Raises MessageRefused where the answer is not signed."""
    parts, data = urlsplit(url), (body.encode() if isinstance(body, str) else body or b"")
    query = parts.query.replace("+", "%20")
    retry = headers.get(RETRY)
    components = request_components(
        method, AUTHORITY, parts.path, query, headers.get("content-type", JSON), data, retry
    )
    nonce = one.nonce()
    sent = one.headers(components, nonce)
    got = call(one.app, method, parts.path.encode(), query.encode(), sent, data)
    if got.status != NOT_LET_IN:
        one.verify(got, components, nonce)
    return got


def requests_described(seeds: range) -> dict[str, int]:
    """See `described`."""
    with council("sqlite") as one:
        set_up_logs(one.office.clock, "error", io.StringIO())
        return described(one, seeds)
