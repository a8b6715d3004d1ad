"""The public register of agreements, and each organisation's record of processing, as pages and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from fastapi import APIRouter, Depends, Request, Response

from broker.agencies.rejects import escape_formula
from broker.errors import CallWrong, did_you_mean
from broker.release.article_30 import Processing
from broker.usecases.agreements.register import Registered, read_processing, read_register
from broker.web.language import _
from broker.web.pages.library import clauses_read
from broker.web.rendering import day
from broker.web.site import Site, Visit


def register_routes(site: Site) -> APIRouter:
    """`/register` for everybody, `/record-of-processing` for officers; `.csv` of both."""
    routes = APIRouter()

    def whose(visit: Visit, organisation: str | None) -> str:
        code = organisation or visit.organisation
        if code not in site.world.partnership.vocabulary.organisations:
            raise CallWrong(
                "organisation",
                f"`{code}` is not known{did_you_mean(code, site.world.partnership.vocabulary.organisations)}",
            )
        return code

    @routes.get("/register")
    def register(request: Request) -> Response:
        rows = read_register(site.world)
        return site.page(site.find_visit(request) or request, "register.html", rows=rows)

    @routes.get("/register.csv")
    def register_csv() -> Response:
        return csv_of("agreements.csv", _register_rows(site, read_register(site.world)))

    @routes.get("/register/{reference}")
    def registered(reference: str, request: Request) -> Response:
        rows = {one.agreement.reference: one for one in read_register(site.world)}
        if reference not in rows:
            raise CallWrong("address", _("names no agreement that counts now; choose one from the register"))
        found = rows[reference]
        return site.page(
            site.find_visit(request) or request,
            "registered.html",
            one=found,
            clauses=clauses_read(found.agreement, site.world.partnership.vocabulary),
        )

    @routes.get("/record-of-processing")
    def record(visit: Visit = Depends(site.visit), organisation: str | None = None) -> Response:
        code = whose(visit, organisation)
        return site.page(
            visit, "record-of-processing.html", code=code, rows=read_processing(site.world, visit.acting, code)
        )

    @routes.get("/record-of-processing.csv")
    def record_csv(visit: Visit = Depends(site.visit), organisation: str | None = None) -> Response:
        rows = _processing_rows(site, read_processing(site.world, visit.acting, whose(visit, organisation)))
        return csv_of("record-of-processing.csv", rows)

    return routes


def _register_rows(site: Site, rows: Iterable[Registered]) -> Iterable[Sequence[str]]:
    organisations = site.world.partnership.vocabulary.organisations
    yield ("reference", "version", "title", "owner", "state", "signed", "published", "parties", "digest")
    for one in rows:
        agreement = one.agreement
        yield (
            agreement.reference,
            str(agreement.version),
            agreement.title,
            organisations[agreement.owner].name,
            one.state,
            one.signed,
            day(one.published_at),
            "; ".join(organisations[code].name for code in agreement.parties),
            one.document_digest,
        )


def _processing_rows(site: Site, rows: Iterable[Processing]) -> Iterable[Sequence[str]]:
    vocabulary = site.world.partnership.vocabulary
    yield (
        "purpose",
        "about",
        "kind of information",
        "kept for",
        "special or offence",
        "given to",
        "had from",
        "clauses",
    )
    for one in rows:
        about = " and ".join(word for word, there in (("children", one.children), ("adults", one.adults)) if there)
        for code in sorted(one.keeps):
            yield (
                vocabulary.purposes[one.purpose].title,
                about,
                vocabulary.categories[code].title,
                one.keeps[code],
                "special category" if code in one.special else "offences" if code in one.offence else "",
                "; ".join(sorted(vocabulary.organisations[other].name for other in one.given_to)),
                "; ".join(sorted(vocabulary.organisations[other].name for other in one.had_from)),
                ", ".join(one.clauses),
            )


def csv_of(name: str, rows: Iterable[Sequence[str]]) -> Response:
    """A file for a spreadsheet; a cell that a spreadsheet would run as a formula is told as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([escape_formula(cell) for cell in row])
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response("﻿" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
