"""Somebody who opens every page they come by and sends every form on it, with words nobody else would type."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

import httpx2

from tests.functional.web.visitors import ORIGIN, Visitor

LEFT_ALONE: Final = ("/sign-out", "/leave", "/sign-in", "/your-session", "/static/", "/demo-sign-in")
"""Where a session would end, or another begin."""


@dataclass
class FoundForm:
    """A form as it stands on a page: where it goes, and its fields with what is in them."""

    method: str
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[FoundForm] = []
        self.title = ""
        self._in_title = False
        self._form: FoundForm | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name, value = found.get("name", ""), found.get("value", "")
        if tag == "a" and found.get("href", "").startswith("/"):
            self.links.append(found["href"])
        elif tag == "title":
            self._in_title = True
        elif tag == "form":
            self._form = FoundForm(found.get("method", "get").lower(), found.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None and name and name != "token":
            self._field(tag, found.get("type", "text"), name, value, "disabled" in found)
        elif tag == "option" and self._form is not None and self._select and value:
            self._form.fields.setdefault(self._select, [value])

    def _field(self, tag: str, kind: str, name: str, value: str, disabled: bool) -> None:
        form = self._form
        if form is None or disabled or kind in {"file", "submit"}:
            return
        if tag == "select":
            self._select = name
        elif tag == "button":
            form.fields.setdefault(name, [value])
        elif kind == "hidden":
            form.fields.setdefault(name, []).append(value)
        elif kind in {"radio", "checkbox"}:
            kept = form.fields.setdefault(name, [])
            if kind == "checkbox" or not kept:
                kept.append(value)
        elif tag in {"input", "textarea"}:
            form.typed.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data


@dataclass
class Crawler:
    """What one visitor came by: every address that was asked or named, every title, every answer."""

    visitor: Visitor
    words: dict[str, str]
    most: int = 120
    addresses: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    bodies: int = 0
    showing: set[str] = field(default_factory=set)
    """Pages that say one of the words: without any, a test that nothing comes out elsewhere says nothing."""
    broken: list[str] = field(default_factory=list)
    unescaped: list[str] = field(default_factory=list)
    """Pages in which a tag that was typed became one, or what was typed was worked out; `quoted` says how many
    told it as text."""
    quoted: int = 0

    def walk(self, *starts: str) -> None:
        """Goes everywhere once: an address by its pattern, so that a list of a hundred is one page."""
        left, seen, sent = deque(starts), set[str](), set[str]()
        while left and len(seen) < self.most:
            path = left.popleft()
            key = pattern(path)
            if key in seen or path.startswith(LEFT_ALONE):
                continue
            seen.add(key)
            reader = self._look(self.visitor.get(path), path)
            left.extend(reader.links)
            for form in reader.forms:
                action = form.action or path
                if form.method != "post" or action.startswith(LEFT_ALONE) or pattern(action) in sent:
                    continue
                sent.add(pattern(action))
                for fields in (self._filled(form), {**form.fields, **dict.fromkeys(form.typed, "")}):
                    answer = self.visitor.post(action, fields, referer=f"{ORIGIN}{path}")
                    left.extend(self._look(answer, action).links)
                    if "location" in answer.headers:
                        left.append(answer.headers["location"])

    def _filled(self, form: FoundForm) -> dict[str, list[str]]:
        """The first of every choice, and in every field words that are marked."""
        typed = {}
        for name in form.typed:
            kind = next((one for one in self.words if one and one in name), "")
            typed[name] = [self.words[kind]]
        return {**form.fields, **typed}

    def _look(self, answer: httpx2.Response, path: str) -> _Reader:
        reader = _Reader()
        self.addresses |= {path, answer.headers.get("location", "")}
        self.bodies += 1
        if answer.status_code >= 500:
            self.broken.append(f"{path}: {answer.status_code}")
        if "<canary-mark" in answer.text or "62710561" in answer.text:
            self.unescaped.append(path)
        self.quoted += "&lt;canary-mark" in answer.text
        if answer.headers.get("content-type", "").startswith("text/html"):
            reader.feed(answer.text)
            if any(word in answer.text for word in self.words.values() if len(word) > 8):
                self.showing.add(pattern(path))
            self.titles.add(reader.title)
            self.addresses |= set(reader.links) | {form.action for form in reader.forms}
            self.addresses |= {
                f"{form.action}?{name}" for form in reader.forms for name in (*form.fields, *form.typed)
            }
        reader.links = [one for one in reader.links if not urlsplit(one).netloc]
        return reader


def pattern(path: str) -> str:
    """An address without the ids in it, which are random words of many letters."""
    return re.sub(r"[a-z]{1,2}-[a-z2-7]{20,}|[0-9a-f]{20,}", "*", path)


def marked(texts: Iterable[str], marks: tuple[str, ...]) -> list[str]:
    """Those of the texts that hold any of the marks, however it is written."""
    spellings = {*marks, *(mark.replace(" ", "") for mark in marks), *(mark.replace(" ", "+") for mark in marks)}
    return [one for one in texts if any(mark in one.lower() for mark in spellings)]
