"""Partner systems in front of an office at work."""

from __future__ import annotations

import pytest

from tests.functional.api.door import Partner, partner
from tests.functional.usecases.office import Office


@pytest.fixture
def council(office: Office) -> Partner:
    """The council's case system."""
    return partner(office)
