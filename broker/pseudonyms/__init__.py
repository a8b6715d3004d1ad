"""Pseudonyms: domains and their keys, one identifier at a time, and whole columns at once."""

from broker.pseudonyms.batch import (
    PseudonymColumn,
    pseudonymise_canonical,
    pseudonymise_canonical_column,
    pseudonymise_column,
    pseudonymise_texts_canonical,
)
from broker.pseudonyms.construction import digest_of, pseudonymise
from broker.pseudonyms.domains import (
    MATCHING_DOMAIN,
    EpochWindow,
    MacAlgorithm,
    PseudonymDomain,
    PseudonymKey,
    PseudonymRoot,
)
from broker.pseudonyms.pseudonym import Pseudonym, PseudonymRefused

__all__ = [
    "MATCHING_DOMAIN",
    "EpochWindow",
    "MacAlgorithm",
    "Pseudonym",
    "PseudonymColumn",
    "PseudonymDomain",
    "PseudonymKey",
    "PseudonymRefused",
    "PseudonymRoot",
    "digest_of",
    "pseudonymise",
    "pseudonymise_canonical",
    "pseudonymise_canonical_column",
    "pseudonymise_column",
    "pseudonymise_texts_canonical",
]
