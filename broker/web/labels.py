"""What a page itself calls a field, and a refusal said with it.

Decides that what is wrong with a field is said by the words that stand beside it, read from the page as
it is shown, so that no page keeps a second list of its labels; and that a question is answered, where what has a
name is missing or is something.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from broker.web.forms import GOES_ON, Problem, in_quotes
from broker.web.language import _

_TAG: Final = re.compile(r"<[^>]*>")
_MISSING: Final = re.compile(r"(?:is|are) missing(?:: (?P<rest>.+))?", re.DOTALL)
_OPTIONAL: Final = re.compile(r"\s*\([^()]*\)$")


def called(problems: Iterable[Problem], page: str) -> tuple[Problem, ...]:
    """The problems in the words of the page (HTML) that they stand on."""
    return tuple(_called(one, page) for one in problems)


def _called(problem: Problem, page: str) -> Problem:
    label = label_of(page, problem.field or problem.names) if problem.refused else None
    text = sentence(label, problem.refused) if label is not None else problem.text
    return replace(problem, text=in_quotes(text))


def sentence(label: str, refused: str) -> str:
    """The refusal of what stands beside this label, as a sentence."""
    label = _OPTIONAL.sub("", label).rstrip(" .:")
    is_question = label.endswith("?")
    missing = _MISSING.fullmatch(refused)
    if missing is not None and is_question:
        answer = _("Answer “%(label)s”") % {"label": label}
        return f"{answer}: {missing['rest']}" if missing["rest"] else answer
    if missing is not None:
        absent = _("“%(label)s” is missing") % {"label": label}
        return f"{absent}: {missing['rest']}" if missing["rest"] else absent
    if not GOES_ON.match(refused):
        return f"“{label}”: {refused}"
    if is_question:
        return _("Your answer to “%(label)s” %(refused)s") % {"label": label, "refused": refused}
    return f"“{label}” {refused}"


def label_of(page: str, field: str) -> str | None:
    """What stands beside a field: the legend of a choice or a day, else the label. None where the page has no such
    field."""
    found = _field(page, "id", field) or _field(page, "name", field)
    known = re.search(r'\bid="([^"]*)"', found[0]) if found is not None else None
    if found is None or known is None:
        return None
    if re.search(r'\btype="(?:radio|checkbox)"', found[0]) or f'name="{html.escape(field)}-day"' in found[0]:
        group = page.rfind("<fieldset", 0, found.start())
        if group > page.rfind("</fieldset>", 0, found.start()):
            legend = re.search(r"<legend\b[^>]*>(.*?)</legend>", page[group : found.start()], re.DOTALL)
            if legend is not None:
                return _plain(legend[1])
    label = re.search(rf'<label\b[^>]*\bfor="{re.escape(known[1])}"[^>]*>(.*?)</label>', page, re.DOTALL)
    return _plain(label[1]) if label is not None else None


def _field(page: str, by: str, value: str) -> re.Match[str] | None:
    return re.search(rf'<(?:input|select|textarea)\b[^>]*\b{by}="{re.escape(value)}"[^>]*>', page)


def _plain(marked_up: str) -> str | None:
    return " ".join(html.unescape(_TAG.sub(" ", marked_up)).split()) or None
