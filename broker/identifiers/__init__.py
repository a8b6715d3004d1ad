"""Identifiers: their shapes, check digits, canonical forms, and refusals that never echo a value.

Whole columns at once are in `canonical_column` and `text_column`, which load numpy.
"""

from broker.identifiers.chi import Chi
from broker.identifiers.email_address import EmailAddress
from broker.identifiers.establishment import Laestab, Urn
from broker.identifiers.identifier import Identifier, IdentifierRefusal, IdentifierRefused, RefusalReason
from broker.identifiers.name_and_birth_date import NameAndBirthDate
from broker.identifiers.nhs_number import NhsNumber
from broker.identifiers.nino import Nino
from broker.identifiers.person_name import PersonName, normal_name
from broker.identifiers.phone_number import PhoneNumber
from broker.identifiers.postcode import Postcode
from broker.identifiers.register import (
    IDENTIFIER_TYPES,
    IdentifierTypeUnknown,
    get_identifier_type,
    read_identifier,
)
from broker.identifiers.uln import Uln
from broker.identifiers.upn import Upn
from broker.identifiers.uprn import Uprn

__all__ = [
    "IDENTIFIER_TYPES",
    "Chi",
    "EmailAddress",
    "Identifier",
    "IdentifierRefusal",
    "IdentifierRefused",
    "IdentifierTypeUnknown",
    "Laestab",
    "NameAndBirthDate",
    "NhsNumber",
    "Nino",
    "PersonName",
    "PhoneNumber",
    "Postcode",
    "RefusalReason",
    "Uln",
    "Upn",
    "Uprn",
    "Urn",
    "get_identifier_type",
    "normal_name",
    "read_identifier",
]
