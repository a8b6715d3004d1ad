"""Pseudonyms: domains and their keys, and one identifier at a time.

Whole columns at once are in `batch`, which loads numpy.
"""

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
    "PseudonymDomain",
    "PseudonymKey",
    "PseudonymRefused",
    "PseudonymRoot",
    "digest_of",
    "pseudonymise",
]
