"""The filed profile as a page to read and print: who asked, when and why stand first and on paper.

Decides order and wording, never what is shown: everything comes from the signed answer. The page is one file,
loads nothing and runs nothing. What is not there is said as "Nothing released about this", never as "nothing
held".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any, Final
from zoneinfo import ZoneInfo

from broker.client.bridge import Filing, names_of

_LONDON: Final = ZoneInfo("Europe/London")
_TITLES: Final = {
    "safety": "Keeping safe",
    "involved": "Who is involved",
    "family": "Family",
    "strengths": "What is known",
    "timeline": "What happened",
}
_STYLE: Final = """
body { font: 1.0625rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; color:
#0b0c0c } h1 { font-size: 1.6rem } h2 { font-size: 1.25rem; margin-top: 2rem; break-after: avoid }
table { border-collapse: collapse; width: 100% } caption { text-align: left; font-weight: 600 }
th, td { text-align: left; vertical-align: top; padding: .3rem 1rem .3rem 0; border-bottom: 1px solid #b1b4b6 }
article { break-inside: avoid; border-bottom: 1px solid #b1b4b6; padding: .5rem 0 } .papers { color: #505a5f }
@media print { body { margin: 0; max-width: none; font-size: 11pt } }
""".strip()


def page_of(filing: Filing) -> str:
    """The page, whole."""
    document = filing.profile.document
    names = names_of(document)
    who = ", ".join(names.values())
    head = (
        ("Case number", filing.known.number),
        ("About", who),
        ("Asked by", f"{document['requester']} ({filing.asked.role}), {document['recipient_name']}"),
        ("When", _when(filing.at)),
        ("What for", document["purpose_title"]),
        ("Why", filing.asked.reason),
        ("Written down as", filing.profile.disclosure),
    )
    parts = [
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="referrer" content="no-referrer">',
        f"<title>Profile {escape(filing.profile.disclosure)}</title>",
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>",
        f"<h1>Information released for case {escape(filing.known.number)}</h1>",
        _table("Who, when and why", head),
    ]
    if document["emergency"]:
        parts.append("<p><strong>Emergency access was used. It is reviewed.</strong></p>")
    for section, title in _TITLES.items():
        parts += [f"<h2>{title}</h2>", *_items(document["sections"][section], names)]
    parts += ["<h2>Not shared</h2>", *_not_shared(document["not_shared"], names)]
    parts += ["<h2>What silence means</h2>", _coverage(document["coverage"])]
    parts.append(
        _table("This release", [(word.capitalize(), said) for word, said in document["statements"].items()])
    )
    if document["family_told"]:
        parts.append(f"<p>{escape(document['family_told'])}</p>")
    parts.append("<p>It may be withdrawn or corrected later. Look at the notices before you rely on it.</p>")
    receipt = document["receipt"]
    parts.append(
        f'<p class="papers">Receipt {escape(receipt["leaf_hash"])} in {escape(receipt["origin"])}, '
        f"{escape(receipt['at'])}</p>"
    )
    parts.append("</main>\n</body>\n</html>\n")
    return "\n".join(parts)


def _table(caption: str, rows: Iterable[tuple[str, str]]) -> str:
    body = "\n".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in rows
    )
    return f"<table>\n<caption>{escape(caption)}</caption>\n<tbody>\n{body}\n</tbody>\n</table>"


def _items(items: list[Mapping[str, Any]], names: Mapping[str, str]) -> Iterable[str]:
    if not items:
        yield "<p>Nothing released about this.</p>"
    for item in items:
        papers = item["papers"]
        about = ", ".join(names.get(one, one) for one in item["about"])
        said = "".join(
            f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in item["fields"].items()
        )
        occurred = datetime.fromisoformat(papers["occurred"]).date()
        rests = "; ".join([*papers["clauses"], *papers["basis"], *papers["consent"]])
        keep = f" You must keep to: {', '.join(papers['obligations'])}." if papers["obligations"] else ""
        joint = " Somebody else's part is hidden." if item["joint"] else ""
        yield (
            f"<article><h3>{escape(papers['category_title'])}: {escape(about)}</h3>"
            f"{f'<dl>{said}</dl>' if said else '<p>It is known there; nothing more is released.</p>'}"
            f'<p class="papers">{escape(papers["controller_name"])}, {_day(occurred)}. '
            f"{escape(rests)}.{escape(joint)}{escape(keep)}</p></article>"
        )


def _not_shared(lines: list[Mapping[str, str]], names: Mapping[str, str]) -> Iterable[str]:
    if not lines:
        yield "<p>Nothing to say here.</p>"
    for one in lines:
        what = f"{one['category_title']} ({one['controller_name']}), {names.get(one['person'], one['person'])}"
        yield f"<p>{escape(what)}: {escape(one['reason'].replace('-', ' '))}. {escape(one['next_step'])}</p>"


def _coverage(lines: list[Mapping[str, str]]) -> str:
    if not lines:
        return "<p>Nothing to say here.</p>"
    return _table(
        "By organisation and kind",
        ((f"{one['controller_name']}: {one['category_title']}", one["state"].replace("-", " ")) for one in lines),
    )


def _when(at: datetime) -> str:
    local = at.astimezone(UTC).astimezone(_LONDON)
    return f"{local:%H:%M} on {_day(local.date())}"


def _day(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"
