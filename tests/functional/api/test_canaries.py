"""Marked values go into every field of every address, and come out of no log line, no header and no refusal."""

from __future__ import annotations

import importlib
import io
import json
import logging
import pkgutil
from collections.abc import Iterator
from typing import Any, get_args

import pytest
import structlog
from pydantic import BaseModel

import broker.api.v1
from broker.api.asking import Body
from broker.logs import set_up_logs
from tests.functional.api.door import AUTHORITY, Partner, asked, call
from tests.functional.api.test_signed_door import addresses

NAME, NUMBER = "karen-smyth", "9990000018"
CANARY = f"{NAME}.{NUMBER}"
WORDS = f"Karen-Smyth` {NUMBER}"


@pytest.fixture
def lines(council: Partner) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logs(council.office.clock, "debug", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def shapes() -> list[type[Body]]:
    """Every shape of a body or a query that any address has."""
    for module in pkgutil.iter_modules(broker.api.v1.__path__):
        importlib.import_module(f"broker.api.v1.{module.name}")
    found, left = [], [Body]
    while left:
        for shape in left.pop().__subclasses__():
            found.append(shape)
            left.append(shape)
    return [shape for shape in found if shape.model_fields]


def marked(shape: type[BaseModel]) -> dict[str, Any]:
    """The shape with a marked value in every member; lists hold two, and shapes within it are marked too."""
    whole: dict[str, Any] = {}
    for name, member in shape.model_fields.items():
        kinds = (member.annotation, *get_args(member.annotation))
        inner = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
        whole[name] = marked(inner[0]) if inner else [WORDS] if "list" in str(member.annotation) else WORDS
    return whole


def told(lines: io.StringIO, answers: list[Any]) -> list[str]:
    """Where a marked value came out."""
    found = [f"log: {line}" for line in lines.getvalue().splitlines() if is_marked(line)]
    for got in answers:
        # What an answer replies to is the request's own key id and nonce, word for word, as the profile demands.
        others = [one for one in got.headers if one[0] != b"broker-in-reply-to"]
        found += [f"header {name!r}" for name, value in others if is_marked(f"{name!r}{value!r}")]
        if got.status >= 400 and is_marked(got.body.decode()):
            found.append(f"refusal: {got.body.decode()}")
    return found


def is_marked(text: str) -> bool:
    """Whether any part of a marked value is in the text."""
    return NAME in text.lower() or NUMBER in text


def test_nothing_that_was_sent_comes_out(council: Partner, lines: io.StringIO) -> None:
    answers = []
    bodies = [marked(shape) for shape in shapes()]
    assert len(bodies) >= 6
    real = {**asked(council), "reason": WORDS}
    for method, pattern in sorted(addresses(council.app)):
        for path in (pattern, pattern.replace("/x", f"/{CANARY}")):
            if method == "GET":
                queries = (f"by={CANARY}&role={CANARY}", f"by=kim&role=lead-practitioner&after={CANARY}")
                answers += [council.send(method, path, None, query) for query in queries]
            else:
                sent = (*bodies, real, {CANARY: CANARY}, [WORDS], WORDS)
                answers += [council.send(method, path, body, "", f"{CANARY}-{path}") for body in sent]
    assert {got.status for got in answers} >= {200, 400, 403}
    assert not {got.status for got in answers if got.status >= 500}
    assert told(lines, answers) == []


def test_nothing_of_a_request_that_is_refused_at_the_door_comes_out(council: Partner, lines: io.StringIO) -> None:
    components = council.components("POST", "/v1/profiles", json.dumps(asked(council)).encode())
    honest = council.headers(components)
    named = [(name, value.replace(b"ecc/case-system", f"ecc/{NAME}".encode())) for name, value in honest]
    sent = (
        ("POST", f"/v1/{CANARY}", honest),
        (NAME.replace("-", "").upper(), "/v1/profiles", honest),
        ("POST", "/v1/profiles", named),
        ("POST", "/v1/profiles", [*honest, (CANARY.encode(), CANARY.encode())]),
        ("POST", "/v1/profiles", [(b"host", AUTHORITY.encode()), (b"signature-input", CANARY.encode())]),
        ("GET", f"/{CANARY}", [(b"host", AUTHORITY.encode())]),
        ("GET", "/v1/profiles", [(b"host", CANARY.encode())]),
    )
    answers = [
        call(council.app, method, path.encode(), CANARY.encode(), headers) for method, path, headers in sent
    ]
    assert told(lines, answers) == []
    assert lines.getvalue().count("request.answered") >= len(sent) - 1


def test_what_fails_unforeseen_is_not_quoted(
    council: Partner, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError(WORDS)

    for name in ("broker.api.v1.profiles.vouched", "broker.api.signed.find_live_key"):
        monkeypatch.setattr(name, fails)
        got = council.send("POST", "/v1/profiles", asked(council))
        assert got.status == 500
        assert told(lines, [got]) == []
