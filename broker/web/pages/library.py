"""The officers' library: what each agreement lets happen, whether it is alive, and signing it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.agreements.document import Agreement
from broker.agreements.understood import Line, understood_grant, understood_prohibition
from broker.errors import CallWrong, NotAllowed
from broker.usecases.acting import require_may
from broker.usecases.agreements.depending_cases import count_depending_cases
from broker.usecases.agreements.due_agreements import due_agreements
from broker.usecases.agreements.list_agreements import list_agreements
from broker.usecases.agreements.rehearsed import BeingRun, rehearse_published
from broker.usecases.agreements.show_agreement import AgreementShown, show_agreement
from broker.usecases.agreements.sign_agreement import Signing, sign_agreement, withdraw_signature
from broker.vocabulary.codes import Vocabulary
from broker.web.forms import Form, problem_beside
from broker.web.language import _
from broker.web.site import Site, Visit

DUE_WITHIN: Final = timedelta(days=90)


def library_routes(site: Site) -> APIRouter:
    """`/agreements`, one version of one, signing it and taking a signature back."""
    routes = APIRouter()

    def may(visit: Visit, verb: Verb) -> bool:
        return site.world.access.find_role([visit.role], verb) is not None

    @routes.get("/agreements")
    def library(visit: Visit = Depends(site.visit), past: bool = False) -> Response:
        found = list_agreements(site.world, visit.acting)
        return site.page(
            visit,
            "library.html",
            rows=[one for one in found if past or one.superseded is None],
            hidden=sum(1 for one in found if one.superseded is not None) if not past else 0,
            due=due_agreements(site.world, visit.acting, DUE_WITHIN.days),
            depending=count_depending_cases(site.world, visit.acting),
        )

    @routes.get("/agreements/{reference}/{version}")
    def agreement(reference: str, version: int, visit: Visit = Depends(site.visit)) -> Response:
        shown = show_agreement(site.world, visit.acting, reference, version)
        rehearsed = (
            rehearse_published(site.world, visit.acting, reference, version)
            if may(visit, Verb.AGREEMENT_TEST)
            else None
        )
        depending = count_depending_cases(site.world, visit.acting)
        being_run = isinstance(rehearsed, BeingRun)
        return site.page(
            visit,
            "agreement.html",
            being_run=being_run,
            shown=shown,
            clauses=clauses_read(shown.agreement, site.world.partnership.vocabulary),
            rehearsed=None if being_run else rehearsed,
            may_test=may(visit, Verb.AGREEMENT_TEST),
            depends=depending.get(shown.agreement.name, 0),
            may_sign=may(visit, Verb.AGREEMENT_SIGN),
            can_sign=may(visit, Verb.AGREEMENT_SIGN) and bool(shown.unsigned) and shown.ended_at is None,
        )

    def signing_page(visit: Visit, shown: AgreementShown, **more: Any) -> Response:
        own = visit.organisation if visit.organisation in shown.unsigned else ""
        choices = [
            {"value": code, "text": site.world.partnership.vocabulary.organisations[code].name}
            for code in sorted(
                shown.unsigned,
                key=lambda code: (code != own, site.world.partnership.vocabulary.organisations[code].name),
            )
        ]
        return site.page(visit, "agreement-sign.html", shown=shown, choices=choices, own=own, **more)

    @routes.get("/agreements/{reference}/{version}/sign")
    def ask_to_sign(reference: str, version: int, visit: Visit = Depends(site.visit)) -> Response:
        require_may(site.world, visit.acting, Verb.AGREEMENT_SIGN)
        visit.require_step_up()
        return signing_page(visit, show_agreement(site.world, visit.acting, reference, version))

    @routes.post("/agreements/{reference}/{version}/sign")
    def sign(
        reference: str, version: int, visit: Visit = Depends(site.proved), form: Form = Depends(site.form)
    ) -> Response:
        try:
            if not form.text("party"):
                raise CallWrong("party", _("is missing: choose for whom you sign"))
            if not form.ticked("read"):
                raise CallWrong("read", _("is missing: say that you have read it"))
            signing = Signing(
                reference,
                version,
                form.text("party"),
                form.text("signatory"),
                form.text("post"),
                form.text("authority"),
                form.text("digest"),
            )
            sign_agreement(site.world, visit.acting, signing)
        except (CallWrong, NotAllowed) as error:
            shown = show_agreement(site.world, visit.acting, reference, version)
            return signing_page(visit, shown, form=form, problems=[problem_beside(error)])
        return site.go(f"/agreements/{reference}/{version}#signatures")

    @routes.get("/agreements/{reference}/{version}/unsign/{party}")
    def ask_to_unsign(reference: str, version: int, party: str, visit: Visit = Depends(site.visit)) -> Response:
        require_may(site.world, visit.acting, Verb.AGREEMENT_SIGN)
        visit.require_step_up()
        shown = show_agreement(site.world, visit.acting, reference, version)
        return site.page(visit, "agreement-unsign.html", shown=shown, party=party)

    @routes.post("/agreements/{reference}/{version}/unsign/{party}")
    def unsign(
        reference: str,
        version: int,
        party: str,
        visit: Visit = Depends(site.proved),
        form: Form = Depends(site.form),
    ) -> Response:
        try:
            if not form.text("reason"):
                raise CallWrong("reason", _("is missing: say why"))
            withdraw_signature(site.world, visit.acting, reference, version, party, form.text("reason"))
        except (CallWrong, NotAllowed) as error:
            shown = show_agreement(site.world, visit.acting, reference, version)
            return site.again(visit, "agreement-unsign.html", form, error, shown=shown, party=party)
        return site.go(f"/agreements/{reference}/{version}#signatures")

    return routes


def clauses_read(agreement: Agreement, vocabulary: Vocabulary) -> list[tuple[str, str, bool, tuple[Line, ...]]]:
    """Each clause in the order of the document: its number, its text, whether it forbids, and what the broker does
    because of it."""
    clauses = agreement.clauses
    found = [(one.clause, one.text, False, understood_grant(one, vocabulary)) for one in clauses.grants]
    found += [
        (one.clause, one.text, True, understood_prohibition(one, vocabulary)) for one in clauses.prohibitions
    ]
    return sorted(found, key=lambda one: [int(part) if part.isdigit() else 0 for part in one[0].split(".")])
