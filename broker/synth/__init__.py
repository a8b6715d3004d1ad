"""A seeded county of invented families with known truth, and the files their agencies would send."""

from broker.synth.county import DEFAULT_AS_OF, County, county
from broker.synth.export import write_county

__all__ = ["DEFAULT_AS_OF", "County", "county", "write_county"]
