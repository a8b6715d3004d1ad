"""The receipt of an agreement, on paper and again, and what agreeing means, for everybody.

Decides that a receipt is one sheet for everything decided at once, that its code leads to a page that holds
nothing about anybody, and that whoever has a reference may see its sheet again at a desk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import segno
from fastapi import APIRouter, Depends, Request, Response

from broker.access import Verb
from broker.paper.typeset import Template, typeset
from broker.release.covered import Part
from broker.release.receipt import ReceiptSheet, make_sheet
from broker.release.receipt_words import Contact
from broker.release.sheets import SheetLanguage, SheetWord, find_language, offered, say
from broker.usecases.consent.at_desk import require_desk
from broker.usecases.consent.show_receipt import show_receipts
from broker.usecases.signing_in.drafts import get_draft, keep_draft
from broker.web.site import Site, Visit

RECEIPT: Final = "agreement-receipt"
EXPLAINED: Final = "/agreement-explained"
HERE: Final = "/agreement-desk/receipt"
_PARTS: Final = (
    (SheetWord.WHAT_IS_IT, (SheetWord.WHAT_IS_IT_1, SheetWord.WHAT_IS_IT_2)),
    (SheetWord.YOUR_CHOICE, (SheetWord.YOUR_CHOICE_1, SheetWord.YOUR_CHOICE_2)),
    (SheetWord.CHILDREN, (SheetWord.CHILDREN_1, SheetWord.CHILDREN_2)),
    (SheetWord.WITHOUT, (SheetWord.WITHOUT_1,)),
    (SheetWord.WITHDRAWING, (SheetWord.WITHDRAWING_1, SheetWord.WITHDRAWING_2, SheetWord.WITHDRAWING_3)),
    (SheetWord.KNOWING, (SheetWord.KNOWING_1, SheetWord.KNOWING_2)),
)


def agreement_receipt_routes(site: Site) -> APIRouter:
    """`/agreement-desk/receipt/…` and `/agreement-explained`."""
    routes = APIRouter()

    def at_desk(visit: Visit = Depends(site.visit)) -> Visit:
        require_desk(site.world, visit.acting, Verb.CONSENT_WITHDRAW)
        return visit

    @routes.get(f"{HERE}/{{draft_id}}")
    def receipt(draft_id: str, visit: Visit = Depends(at_desk)) -> Response:
        kept = get_draft(site.world, visit.staff_id, RECEIPT, draft_id)
        language = find_language(visit.request.query_params.get("in", kept["language"]))
        sheet = _sheet(site, visit, kept["references"], language)
        return site.page(
            visit,
            "agreement-receipt.html",
            draft_id=draft_id,
            sheet=sheet,
            reference=say(SheetWord.REFERENCE, language, reference=sheet.references[0]),
            full_list=say(SheetWord.FULL_LIST, language),
            explained=say(SheetWord.EXPLAINED_AT, language),
            address=explained_address(site, visit.request, language),
            code=qr_path(explained_address(site, visit.request, language)),
            languages=offered(),
            language=language,
            note=kept["note"],
            new=kept["new"],
            again="again" in visit.request.query_params,
            doubt=kept.get("doubt"),
        )

    @routes.get(f"{HERE}/{{draft_id}}/paper")
    def paper(draft_id: str, visit: Visit = Depends(at_desk)) -> Response:
        kept = get_draft(site.world, visit.staff_id, RECEIPT, draft_id)
        language = find_language(visit.request.query_params.get("in", kept["language"]))
        sheet = _sheet(site, visit, kept["references"], language)
        pdf = typeset(
            Template.RECEIPT,
            paper_data(sheet, explained_address(site, visit.request, language)),
            site.world.clock.now(),
        )
        headers = {"content-type": "application/pdf", "content-disposition": 'attachment; filename="receipt.pdf"'}
        return Response(pdf, headers=headers)

    @routes.get(EXPLAINED)
    def explained(request: Request) -> Response:
        language = find_language(request.query_params.get("in", ""))
        parts = [(say(heading, language), [say(one, language) for one in lines]) for heading, lines in _PARTS]
        return site.page(
            site.find_visit(request) or request,
            "agreement-explained.html",
            title=say(SheetWord.EXPLAINED, language),
            parts=parts,
            language=language,
            languages=offered(),
        )

    return routes


def keep_receipt(
    site: Site,
    visit: Visit,
    references: Sequence[str],
    language: SheetLanguage,
    note: str = "",
    *,
    new: bool = False,
    doubt: Mapping[str, str] | None = None,
) -> str:
    """The address of the sheet of these decisions; `note` is for the worker's screen alone, and so is `doubt`,
    shut away until it is opened (None: there is nothing to open): its words, and where to ask again; empty without
    a doubt, so that nobody who looks on sees a difference."""
    body = {
        "references": list(references),
        "language": language.code,
        "note": note,
        "new": new,
        "doubt": dict(doubt) if doubt is not None else None,
    }
    return f"{HERE}/{keep_draft(site.world, visit.staff_id, RECEIPT, body)}"


def explained_address(site: Site, request: Request, language: SheetLanguage) -> str:
    """Where the explanation is read, from anywhere; it names nobody."""
    name = site.authority or request.url.netloc
    scheme = "https" if site.secure else "http"
    return f"{scheme}://{name}{EXPLAINED}?in={language.code}"


def qr_path(address: str) -> dict[str, object]:
    """A QR code as rows of dark squares: its size in squares, and an SVG path."""
    matrix = segno.make(address, error="m", micro=False).matrix
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return {"size": len(matrix), "path": path}


def paper_data(sheet: ReceiptSheet, address: str) -> dict[str, object]:
    """What the template of the paper is filled with."""
    return {
        "language": sheet.language.tag,
        "title": sheet.title,
        "about": sheet.about,
        "day": sheet.day,
        "reference": say(SheetWord.REFERENCE, sheet.language, reference=sheet.references[0]),
        "parts": _plain(sheet.parts),
        "list": say(SheetWord.FULL_LIST, sheet.language),
        "lists": _plain(sheet.lists),
        "explained": say(SheetWord.EXPLAINED_AT, sheet.language),
        "address": address,
        "code": [[bool(dark) for dark in row] for row in segno.make(address, error="m", micro=False).matrix],
    }


def _plain(parts: Sequence[Part]) -> list[dict[str, object]]:
    return [
        {"heading": part.heading, "points": list(part.points), "sentences": list(part.sentences)} for part in parts
    ]


def _sheet(site: Site, visit: Visit, references: Sequence[str], language: SheetLanguage) -> ReceiptSheet:
    receipts = show_receipts(site.world, visit.acting, references)
    member = visit.session.member
    return make_sheet(receipts, language, Contact(member.name, member.phone))
