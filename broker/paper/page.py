"""A sheet as a page of HTML that needs nothing from anywhere: to be opened from a folder, years later.

Decides layout only. Every text is escaped; there is no script and no address in it.
"""

from __future__ import annotations

from html import escape
from typing import Final

from broker.paper.sheet import Block, Exact, Heading, Sheet, Words

_STYLE: Final = (
    "body{font:16px/1.5 sans-serif;margin:2em auto;max-width:60em;padding:0 1em}"
    "table{border-collapse:collapse;width:100%}"
    "td,th{border-bottom:1px solid #888;padding:.3em .6em .3em 0;text-align:left;vertical-align:top}"
    "code,pre{font-size:13px;overflow-wrap:anywhere;white-space:pre-wrap}"
    "@media print{body{margin:0;max-width:none}tr{break-inside:avoid}thead{display:table-header-group}}"
)


def page_of(sheet: Sheet) -> str:
    """The page, whole."""
    body = "\n".join((f"<h1>{escape(sheet.title)}</h1>", *(_block(one) for one in sheet.blocks)))
    return (
        '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(sheet.title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><main>\n{body}\n</main></body></html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Heading(text):
            return f"<h2>{escape(text)}</h2>"
        case Words(parts):
            return f"<p>{''.join(_inline(one) for one in parts)}</p>"
        case Exact(text):
            return f'<pre tabindex="0">{escape(text)}</pre>'
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in block.columns)
    cells = ("".join(f"<td>{_inline(cell)}</td>" for cell in row) for row in block.rows)
    body = "\n".join(f"<tr>{row}</tr>" for row in cells)
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"


def _inline(part: str | Exact) -> str:
    return f"<code>{escape(part.text)}</code>" if isinstance(part, Exact) else escape(part)
