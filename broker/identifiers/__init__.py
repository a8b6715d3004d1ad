"""Identifiers: their shapes, check digits, canonical forms, and refusals that never echo a value."""

from broker.identifiers.canonical_column import CanonicalColumn, RowRefusal, canonicalise_column
from broker.identifiers.chi import Chi
from broker.identifiers.email_address import EmailAddress
from broker.identifiers.establishment import Laestab, Urn
from broker.identifiers.identifier import Identifier, IdentifierRefusal, IdentifierRefused, RefusalReason
from broker.identifiers.name_and_birth_date import NameAndBirthDate
from broker.identifiers.nhs_number import NhsNumber
from broker.identifiers.nhs_number_column import nhs_numbers_as_text
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
from broker.identifiers.text_column import TextColumn
from broker.identifiers.uln import Uln
from broker.identifiers.upn import Upn
from broker.identifiers.uprn import Uprn

__all__ = [
    "IDENTIFIER_TYPES",
    "CanonicalColumn",
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
    "RowRefusal",
    "TextColumn",
    "Uln",
    "Upn",
    "Uprn",
    "Urn",
    "canonicalise_column",
    "get_identifier_type",
    "nhs_numbers_as_text",
    "normal_name",
    "read_identifier",
]
