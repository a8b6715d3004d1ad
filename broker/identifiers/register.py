"""The closed register of identifier types: one home, so that adding one is one class and one line here.

Decides which type codes exist. Does not decide which an agency may send: that is its adapter's.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from broker.errors import CallWrong, did_you_mean
from broker.identifiers.chi import Chi
from broker.identifiers.email_address import EmailAddress
from broker.identifiers.establishment import Laestab, Urn
from broker.identifiers.identifier import Identifier, IdentifierRefusal, IdentifierRefused, RefusalReason
from broker.identifiers.name_and_birth_date import NameAndBirthDate
from broker.identifiers.nhs_number import NhsNumber
from broker.identifiers.nino import Nino
from broker.identifiers.phone_number import PhoneNumber
from broker.identifiers.postcode import Postcode
from broker.identifiers.uln import Uln
from broker.identifiers.upn import Upn
from broker.identifiers.uprn import Uprn

_ALL: tuple[type[Identifier], ...] = (
    NhsNumber,
    Chi,
    Upn,
    Uln,
    Nino,
    Uprn,
    Urn,
    Laestab,
    Postcode,
    EmailAddress,
    PhoneNumber,
    NameAndBirthDate,
)

IDENTIFIER_TYPES: Mapping[str, type[Identifier]] = MappingProxyType({kind.type_code: kind for kind in _ALL})
"""Every identifier type by its code."""


class IdentifierTypeUnknown(CallWrong):
    """A type code that is not in the register."""

    def __init__(self, type_code: str) -> None:
        super().__init__(
            "identifier type",
            f"`{type_code}` is not an identifier type{did_you_mean(type_code, IDENTIFIER_TYPES)}",
        )


def get_identifier_type(type_code: str) -> type[Identifier]:
    """The class of a type code. Raises `IdentifierTypeUnknown`."""
    kind = IDENTIFIER_TYPES.get(type_code)
    if kind is None:
        raise IdentifierTypeUnknown(type_code)
    return kind


def read_identifier(type_code: str, text: str | None) -> Identifier | IdentifierRefusal:
    """What `text` says, or why it is refused: for callers that keep a bad value as reported and go on.

    Raises `IdentifierTypeUnknown` only; a bad value is a result here, not an error.
    """
    kind = get_identifier_type(type_code)
    if text is None:
        return IdentifierRefusal(type_code, RefusalReason.MISSING)
    try:
        return kind.parse(text)
    except IdentifierRefused as refused:
        return IdentifierRefusal(type_code, refused.reason)
