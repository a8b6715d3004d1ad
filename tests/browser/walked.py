"""Somebody who walks the pages as a browser without scripts does: follows every link, and sends every form empty
and filled, each of its choices once. Whoever walks decides nothing about what is found: each answer is handed on.

An address is asked a few times for each of its patterns, because contacts in other states are other pages.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import httpx2

from broker.web.forms import csrf_of
from tests.functional.web.matrix import Row

COOKIE: Final = "broker-session"
ENDS_SESSIONS: Final = ("/sign-out", "/leave", "/sign-in", "/your-session/others", "/demo-sign-in")
"""Where a session would end, or another begin: asked on their own, last."""
TAKES_AWAY: Final = re.compile(
    "/close|/leave|/drop|/throw-away|/end|/leavers|/withdraw|/unsign|/restrict|/hand-over|/lead|/pass|/back"
)
"""Forms that take work away from whoever comes after: sent when everybody has walked."""
MOST_ALIKE: Final = 3
"""Addresses of one pattern that one person asks for."""
MOST_BY_ALL: Final = 12
"""And all who walk together, before each of those who come after asks for one."""
MOST_FORMS: Final = 2
"""Forms with the same fields, of one pattern, that one person sends."""
MOST_SENT: Final = 4
"""And all who walk together."""
SESSION_ENDED: Final = re.compile("/(sign-in|prove)[?]back=")
SENT_AWAY: Final = re.compile("/(sign-in|prove)([?]|$)")
"""Where whoever is not signed in, or not lately enough, is sent instead of getting what they asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request was answered with. `row` is the address as the matrix has it, None where it has none."""

    method: str
    path: str
    row: Row | None
    status: int
    headers: Mapping[str, str]
    body: bytes
    secret: str | None

    @property
    def is_page(self) -> bool:
        """Whether a browser shows it: neither a way on nor a file to keep."""
        kind = self.headers.get("content-type", "")
        return kind.startswith("text/html") and "attachment" not in self.headers.get("content-disposition", "")

    @property
    def reached(self) -> bool:
        """Whether its address did what it is for: showed its page, led on, or said what is amiss beside its form.
        A page that only says that it cannot be had is none of that."""
        if self.row is None or SENT_AWAY.match(self.headers.get("location", "")):
            return False
        if self.status == 422:
            return self.method == "POST" and b"<form" in self.body.partition(b"<main")[2]
        return self.status in {200, 303}


@dataclass
class SentForm:
    """A form as it stands on a page: every field with what a browser would send of it untouched, the choices there
    are, and what may be typed."""

    page: str
    method: str
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    ticks: dict[str, list[str]] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str] | None] = field(default_factory=list)
    """Each of its buttons: name and value, None for one that has no name."""

    def sent(self, turn: int, words: Callable[[str], str], button: tuple[str, str] | None) -> dict[str, list[str]]:
        """The fields of one sending: nothing chosen where `turn` is negative, else that choice of each list."""
        found = {name: list(values) for name, values in self.fields.items()}
        for name, values in self.choices.items():
            if turn >= 0:
                found[name] = [values[min(turn, len(values) - 1)]]
            else:
                found.pop(name, None)
        for name, values in self.ticks.items():
            if turn >= 0:
                found[name] = values if turn % 2 == 0 else values[:1]
            else:
                found.pop(name, None)
        for name in self.typed:
            if turn < 0:
                found[name] = [""]
            elif not "".join(found.get(name, ())):
                found[name] = [words(name)]
        if button is not None:
            found.setdefault(button[0], []).append(button[1])
        return found

    @property
    def turns(self) -> range:
        """Enough of them that every choice of every short list was made once."""
        longest = max((len(one) for one in self.choices.values()), default=1)
        return range(min(longest, 5))


class PageReader(HTMLParser):
    """The links and forms of a page, and the shape of what is on it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.links: list[str] = []
        self.forms: list[SentForm] = []
        self.shape: set[str] = set()
        self._form: SentForm | None = None
        self._select: tuple[str, bool] = ("", False)
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One element."""
        found = {name: value or "" for name, value in attrs}
        self.shape.add(f"{tag}.{found.get('class', '')}.{found.get('type', '')}")
        name, value, form = found.get("name", ""), found.get("value", ""), self._form
        to = found.get("href", "")
        if (tag == "a" and to.startswith(("/", "?"))) or (tag == "link" and not to.startswith("/static/")):
            self.links.append(urljoin(self.page, to))
        elif tag == "form":
            action = urljoin(self.page, found.get("action") or self.page)
            self._form = SentForm(self.page, found.get("method", "get").lower(), action)
            self.forms.append(self._form)
        elif form is not None and tag == "button" and found.get("type", "submit") == "submit":
            form.buttons.append((name, value) if name else None)
        elif form is None or not (name or tag == "option") or "disabled" in found:
            return
        elif tag == "select":
            self._select = (name, False)
        elif tag == "option":
            if value:
                form.choices.setdefault(self._select[0], []).append(value)
            if "selected" in found:
                form.fields[self._select[0]] = [value]
        elif tag == "textarea":
            form.typed.append(name)
            self._area = name
        elif tag == "input":
            self._input(form, found.get("type", "text"), name, value, "checked" in found)

    def _input(self, form: SentForm, kind: str, name: str, value: str, checked: bool) -> None:
        if kind == "hidden":
            form.fields.setdefault(name, []).append(value)
        elif kind in {"radio", "checkbox"}:
            (form.choices if kind == "radio" else form.ticks).setdefault(name, []).append(value)
            if checked:
                form.fields.setdefault(name, []).append(value)
        elif kind not in {"file", "submit", "button"}:
            form.typed.append(name)
            if value:
                form.fields[name] = [value]

    def handle_endtag(self, tag: str) -> None:
        """An element's end."""
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        """What stands typed in a text area."""
        if self._area and self._form is not None and data.strip():
            self._form.fields[self._area] = [data]


class Addresses:
    """The addresses of the matrix, known again by their patterns."""

    def __init__(self, rows: Sequence[Row]) -> None:
        patterns = [(re.compile(re.sub(r"\{[^}]*\}", "[^/]+", row.address)), row) for row in rows]
        self._known = sorted(patterns, key=lambda one: one[1].address.count("{"))

    def find(self, method: str, path: str) -> Row | None:
        """The row of an address, or None."""
        bare = urlsplit(path).path
        return next((row for known, row in self._known if row.method == method and known.fullmatch(bare)), None)


@dataclass
class Walker:
    """One person who walks. `sign_in` gives a session's secret, again where the last one ended or lost its proof;
    `words` what to type into a field of that name; `told` takes each answer."""

    address: str
    client: httpx2.Client
    addresses: Addresses
    sign_in: Callable[[], str | None]
    words: Callable[[str], str]
    told: Callable[[Answer, PageReader], None]
    secret: str | None = field(init=False)
    left: deque[str] = field(default_factory=deque)
    forms: deque[SentForm] = field(default_factory=deque)
    later: list[SentForm] = field(default_factory=list)
    before: Counter[str] = field(default_factory=Counter)
    """Addresses and forms by their kind, for all who walk together: what many have asked for, and sent with every
    choice, is asked for and sent less."""
    again: bool = False
    _asked: Counter[str] = field(default_factory=Counter)
    _sent: Counter[str] = field(default_factory=Counter)
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Signs in."""
        self.secret = self.sign_in()

    def walk(self, *starts: str) -> None:
        """Until nothing is left but what takes work away, which stays in `later`."""
        self.left.extend(starts)
        while self.left or self.forms:
            while self.left:
                self.look(self.left.popleft())
            if self.forms:
                self.send(self.forms.popleft())

    def walk_again(self) -> None:
        """From the start, now that others have worked."""
        self._asked.clear()
        self._seen.clear()
        self.again = True
        self.walk("/")

    def take_away(self) -> None:
        """The forms that were left for last, and what follows from them."""
        for form in self.later:
            self.send(form)
        self.later.clear()
        self.walk()

    def look(self, path: str) -> None:
        """Opens a page, once, and no more than a few of its kind."""
        parts = urlsplit(path)
        if parts.netloc and f"{parts.scheme}://{parts.netloc}" != self.address:
            return
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        row = self.addresses.find("GET", path)
        kind = f"{row.address if row else parts.path}?{sorted(name for name, _ in parse_qsl(parts.query))}"
        if (
            path in self._seen
            or parts.path.startswith((*ENDS_SESSIONS, "/static/"))
            or self._asked[kind] >= MOST_ALIKE
        ):
            return
        self._seen.add(path)
        self._asked[kind] += 1
        self.before[kind] += 1
        self.take(self.ask("GET", path), path)

    def send(self, form: SentForm) -> None:
        """Sends a form empty, then filled; goes on where it leads."""
        path = form.action.removeprefix(self.address)
        row = self.addresses.find("POST", path)
        kind = f"{row.address if row else path} {sorted({*form.fields, *form.choices, *form.typed})}"
        if self._sent[kind] >= MOST_FORMS or self.before[kind] >= MOST_SENT or path.startswith(ENDS_SESSIONS):
            return
        self._sent[kind] += 1
        self.before[kind] += 1
        buttons = sorted(set(form.buttons) or {None}, key=lambda one: one is not None)
        for turn in (-1, *(form.turns if self.before[kind] <= MOST_FORMS else range(1))):
            for button in buttons[: None if turn <= 0 else 1]:
                answer = self.ask("POST", path, form.sent(turn, self.words, button), form.page)
                self.take(answer, path)

    def ask(
        self, method: str, path: str, fields: Mapping[str, list[str]] | None = None, referer: str = "/"
    ) -> Answer:
        """One request, signing in once more where that is wanted first."""
        answer = self._ask(method, path, fields, referer)
        if SESSION_ENDED.match(answer.headers.get("location", "")) and self.secret is not None:
            self.secret = self.sign_in()
            token = self.token()
            again = {**fields, "token": [token]} if fields is not None else None
            answer = self._ask(method, path, again, referer)
        return answer

    def token(self) -> str:
        """What a form of this session bears."""
        return csrf_of(self.secret or "")

    def _ask(self, method: str, path: str, fields: Mapping[str, list[str]] | None, referer: str) -> Answer:
        headers = {"origin": self.address, "sec-fetch-site": "same-origin", "referer": self.address + referer}
        if self.secret is not None:
            headers["cookie"] = f"{COOKIE}={self.secret}"
        body = None
        if fields is not None:
            body = urlencode([(name, one) for name, values in fields.items() for one in values])
            headers["content-type"] = "application/x-www-form-urlencoded"
        got = self.client.request(
            method, self.address + path, content=body, headers=headers, follow_redirects=False
        )
        row = self.addresses.find(method, path)
        return Answer(method, path, row, got.status_code, dict(got.headers), got.content, self.secret)

    def take(self, answer: Answer, path: str) -> None:
        """Hands an answer on, and goes where it leads."""
        reader = PageReader(path)
        if answer.headers.get("content-type", "").startswith("text/html"):
            reader.feed(answer.body.decode())
        self.told(answer, reader)
        if "location" in answer.headers:
            self.left.append(urljoin(path, answer.headers["location"]))
        self.left.extend(reader.links)
        for form in reader.forms:
            if form.method == "get":
                self.left.extend(self._asked_by(form))
            elif TAKES_AWAY.search(form.action):
                self.later.append(form)
            else:
                self.forms.append(form)

    def _asked_by(self, form: SentForm) -> Iterator[str]:
        for turn in (-1, *form.turns):
            fields = form.sent(turn, self.words, None)
            query = urlencode([(name, one) for name, values in fields.items() for one in values])
            yield f"{urlsplit(form.action).path}?{query}"
