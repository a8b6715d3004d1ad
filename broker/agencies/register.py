"""The closed register of adapters: a new agency format is one module, one folder of samples and one line here.

Decides nothing else. `tests/agencies` walks it.
"""

from __future__ import annotations

from collections.abc import Mapping

from broker.agencies.adapters.annex_a import AnnexAContacts, AnnexAEarlyHelp
from broker.agencies.adapters.annex_a_looked_after import AnnexALookedAfter
from broker.agencies.adapters.annex_a_plans import AnnexAChildProtection, AnnexAChildrenInNeed
from broker.agencies.adapters.annex_a_referrals import AnnexAAssessments, AnnexAReferrals, AnnexASection47
from broker.agencies.adapters.benefit_status import BenefitStatus
from broker.agencies.adapters.child_index import ChildIndex
from broker.agencies.adapters.family_links import FamilyLinks
from broker.agencies.adapters.health_visiting import HealthVisiting
from broker.agencies.adapters.housing_options import HousingOptions
from broker.agencies.adapters.mental_health_referrals import MentalHealthReferrals
from broker.agencies.adapters.police_incidents import PoliceIncidents
from broker.agencies.adapters.probation_caseload import ProbationCaseload
from broker.agencies.adapters.school_attendance import SchoolAttendance
from broker.agencies.adapters.school_exclusions import SchoolExclusions
from broker.agencies.adapters.tenancies import Tenancies
from broker.agencies.contract import Adapter
from broker.errors import CallWrong, did_you_mean

ADAPTERS: Mapping[str, Adapter] = {
    adapter.code: adapter
    for adapter in (
        ChildIndex(),
        FamilyLinks(),
        AnnexAContacts(),
        AnnexAEarlyHelp(),
        AnnexAReferrals(),
        AnnexAAssessments(),
        AnnexASection47(),
        AnnexAChildrenInNeed(),
        AnnexAChildProtection(),
        AnnexALookedAfter(),
        SchoolAttendance(),
        SchoolExclusions(),
        PoliceIncidents(),
        ProbationCaseload(),
        HealthVisiting(),
        MentalHealthReferrals(),
        Tenancies(),
        HousingOptions(),
        BenefitStatus(),
    )
}
"""By code, in the order in which one agency's files are best taken: who people are before what happened."""


def get_adapter(code: str) -> Adapter:
    """The adapter with that code. Raises CallWrong with the nearest one when there is none."""
    adapter = ADAPTERS.get(code)
    if adapter is None:
        raise CallWrong("adapter", f"`{code}` is not an adapter{did_you_mean(code, ADAPTERS)}")
    return adapter
