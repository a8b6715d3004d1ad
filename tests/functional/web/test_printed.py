"""The margins of every printed page: whatever was typed is a string of the style sheet and nothing else."""

from __future__ import annotations

import re

import pytest

from broker.web.printed import running_lines
from tests.functional.web.test_summary import asked, kim
from tests.functional.web.visitors import Pages


def strings(style: str) -> list[str]:
    """What the strings of a style sheet say, read as a browser reads them; refuses what is not a string."""
    found = re.findall(r'"((?:[A-Za-z0-9 ]|\\[0-9a-f]{1,6} )*)"', style)
    return [re.sub(r"\\([0-9a-f]{1,6}) ", lambda one: chr(int(one[1], 16)), one) for one in found]


@pytest.mark.parametrize(
    "why",
    [
        '"; } body { display: none } @page { x: "',
        "\\",
        "a\nb",
        "</style><script>",
        "Zoë’s review – “now”",
        "\\22 ",
    ],
)
def test_nothing_typed_ends_its_string(why: str) -> None:
    style = running_lines("Kim Ward", "2 March 2026 at 9:55 am", why)
    assert f"Why: {why}" in strings(style)
    rest = re.sub(r'"(?:[A-Za-z0-9 ]|\\[0-9a-f]{1,6} )*"', "", style)
    assert set(re.findall(r"[{}]", rest)) == {"{", "}"}
    assert rest.count("{") == rest.count("}") == 5
    assert '"' not in rest


def test_a_long_reason_ends_where_the_margin_does() -> None:
    [why] = [one for one in strings(running_lines("K", "now", "x" * 500)) if one.startswith("Why")]
    assert len(why) <= 170
    assert why.endswith("…")


def test_it_is_only_for_whoever_asked(pages: Pages) -> None:
    visitor = kim(pages)
    where = f"{asked(pages, visitor)}/print.css"
    mine = visitor.get(where)
    assert mine.headers["content-type"] == "text/css; charset=utf-8"
    assert "Preparing the first review" in " ".join(strings(mine.text))
    assert "no-store" in mine.headers["cache-control"]
    theirs = pages.visitor("tom", "team-member").get(where)
    assert theirs.status_code == 422
    assert "review" not in theirs.text
