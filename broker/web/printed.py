"""What stands on every printed page: who printed it, when, why, and which page of how many.

Decides that it is a style sheet of the page's own and not part of it, because only a style sheet reaches the
margin of every page (CSS Paged Media 3, sections 4 and 7), and that whatever was typed is a string in it and
nothing else.
"""

from __future__ import annotations

from typing import Final

from broker.web.language import _

_LONGEST: Final = 160
"""Of what was typed: a margin holds two lines."""


def running_lines(who: str, when: str, why: str | None) -> str:
    """The style sheet. `why` None is a paper for the family itself: it goes home with them, so it says nothing of
    what a worker typed and bears no marking for staff."""
    printed = _("Printed by {who}, {when}").format(who=who, when=when)
    if why is None:
        marking, because = _("Your own copy: keep it somewhere safe"), ""
    else:
        marking = _("Official-sensitive: keep it safe, do not pass it on")
        because = _("Why: {why}").format(why=why if len(why) <= _LONGEST else f"{why[: _LONGEST - 1]}…")
    page_of = f'{_quoted(_("Page"))} " " counter(page) " " {_quoted(_("of"))} " " counter(pages)'
    boxes = {
        "top-left": (_quoted(marking), "width: 60%"),
        "top-right": (page_of, "text-align: right"),
        "bottom-left": (_quoted(printed), "width: 50%"),
        "bottom-right": (_quoted(because), "width: 50%; text-align: right"),
    }
    margins = "\n".join(f"  @{name} {{ content: {text}; {how}; {_SMALL} }}" for name, (text, how) in boxes.items())
    return f"@page {{\n  size: A4;\n  margin: 22mm 16mm 24mm;\n{margins}\n}}\n"


_SMALL: Final = "font: 8.5pt/1.3 sans-serif; color: #333; vertical-align: middle;"


def _quoted(text: str) -> str:
    """A CSS string: everything but plain letters, digits and blanks by its number (CSS Syntax 3, section
    4.3.7)."""
    return (
        '"'
        + "".join(one if (one.isascii() and one.isalnum()) or one == " " else f"\\{ord(one):x} " for one in text)
        + '"'
    )
