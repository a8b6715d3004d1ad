"""The decision: may this cell flow, at what detail, and why. Pure: no clock, database, randomness or network."""
