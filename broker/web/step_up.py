"""The register of what needs somebody to prove again who they are, within ten minutes before it.

A page whose form does one of these takes `Depends(site.proved)` in place of `Depends(site.visit)`. What they had
typed is kept and shown again afterwards. From docs/security.md sections 5 and 6 ("Web").
"""

from __future__ import annotations

from typing import Final

from broker.access import Verb

STEP_UP: Final = frozenset(
    {
        Verb.AGREEMENT_AUTHORISE,
        Verb.AGREEMENT_END,
        Verb.AGREEMENT_SIGN,
        Verb.AUDIT_EVIDENCE,
        Verb.DISCLOSURE_RECALL,
        Verb.KEYS_APPROVE,
        Verb.KEYS_ENROL,
        Verb.KEYS_REVOKE,
        Verb.LINK_UNMERGE,
        Verb.OVERRIDE_APPROVE,
        Verb.OVERRIDE_REQUEST,
        Verb.POLICIES_APPROVE,
        Verb.WEBHOOKS_APPROVE,
        Verb.WEBHOOKS_REGISTER,
        Verb.WEBHOOKS_STOP,
    }
)
"""Verbs: every form that is for nobody without one of them needs the proof too. A marker of protection is set and
lifted by a verb that does other things as well, so those addresses say it for themselves: `again` in
tests/functional/web/pages.csv."""
