"""What the demo claims and whether it held: each claim is checked on the spot, and one that fails fails it all."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence about one part of the demo, and whether it held."""

    story: str
    says: str
    holds: bool


@dataclass(slots=True)
class Checks:
    """Every claim so far."""

    claims: list[Claim] = field(default_factory=list)

    def claim(self, story: str, says: str, holds: bool) -> Claim:
        """Notes the claim; the demo goes on whatever came of it."""
        made = Claim(story, says, bool(holds))
        self.claims.append(made)
        return made

    @property
    def failed(self) -> tuple[Claim, ...]:
        """Those that did not hold."""
        return tuple(claim for claim in self.claims if not claim.holds)
