"""Why a provider's answer was not taken: a closed list for the log, and one sentence for whoever signs in.

INVARIANT: whoever signs in is told the same whatever was wrong with the answer, so that nobody who tries learns
what to try next; the log has the reason.
"""

from __future__ import annotations

from enum import StrEnum, unique

from broker.errors import NotAllowed


@unique
class Cause(StrEnum):
    """What was wrong."""

    ATTEMPT = "attempt"
    """Not begun in this browser, begun too long ago, or changed."""
    STATE = "state"
    ISSUER = "issuer"
    PROVIDER_REFUSED = "provider-refused"
    """The provider itself said no: its user stepped back, or may not."""
    CODE = "code"
    UNREACHABLE = "unreachable"
    """It could not be reached, did not say in time what it is, or was found to be away a moment ago."""
    NOT_ANSWERED = "not-answered"
    """It took what this browser came back with and did not answer, or not in time: that may be what was sent."""
    BUSY = "busy"
    """As many wait for it already as may, or as many from there."""
    METADATA = "metadata"
    KEYS = "keys"
    TOKEN = "token"  # noqa: S105 - the name of a cause
    SIGNATURE = "signature"
    ALGORITHM = "algorithm"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    NOT_YET = "not-yet"
    NONCE = "nonce"
    CLAIMS = "claims"
    UNVERIFIED = "unverified"
    """The claim that names the account is one that the provider did not verify."""
    NOT_PROVED = "not-proved"
    """Asked to prove again who they are, the provider did not have them do so."""
    SOMEBODY_ELSE = "somebody-else"
    """Asked to prove again who they are, somebody else did."""


class SignInRefused(NotAllowed):
    """A provider's answer that is not taken. `cause` is for the log."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(
            "sign-in", "did not work; try once more, and if it fails again tell whoever runs this service"
        )
        self.cause = cause
