"""The register of what needs somebody to prove again who they are, within ten minutes before it.

A page whose form does one of these takes `Depends(site.proved)` in place of `Depends(site.visit)`, or calls
`visit.require_step_up()` once it has looked whether the form is whole. What they had typed is kept and shown again
afterwards. From docs/security.md sections 5 and 6 ("Web").
"""

from __future__ import annotations

from typing import Final

from broker.access import Verb

STEP_UP: Final = frozenset(
    {
        Verb.ACCESS_CHECK_WATCH,
        Verb.AGREEMENT_AUTHORISE,
        Verb.AGREEMENT_END,
        Verb.AGREEMENT_SIGN,
        Verb.AUDIT_EVIDENCE,
        Verb.BREACH_DECIDE,
        Verb.CASE_AUTHORISE,
        Verb.DISCLOSURE_RECALL,
        Verb.HARM_ASSESS,
        Verb.HOLDER_DECIDE,
        Verb.KEYS_APPROVE,
        Verb.KEYS_ENROL,
        Verb.KEYS_REVOKE,
        Verb.LEAD_APPOINT,
        Verb.LINK_UNMERGE,
        Verb.OVERRIDE_APPROVE,
        Verb.OVERRIDE_REQUEST,
        Verb.OVERRIDE_REVIEW,
        Verb.POLICIES_APPROVE,
        Verb.POST_END,
        Verb.RIGHTS_ANSWER,
        Verb.RIGHTS_REVIEW,
        Verb.WEBHOOKS_APPROVE,
        Verb.WEBHOOKS_REGISTER,
        Verb.WEBHOOKS_STOP,
    }
)
"""Verbs: every form that is for nobody without one of them needs the proof too. They decide over what leaves the
partnership or stays in it, over agreements, keys and posts, or answer for somebody's use of it. The front door's
and a team's own work, day by day, is not among them. Where a verb does both, and where a page shows all that is
held of somebody, the address says it for itself: `again` in tests/functional/web/pages.csv; `none` where something
only ends somebody's access at once."""
