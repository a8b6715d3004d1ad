"""`broker demo`: a synthetic county, a front-door morning, and proof of what was promised. One story a file.

Decides nothing a real deployment would not: every act goes through the use cases that a real one goes through,
with a clock that stands still between scenes and seeded ids, so that the same seed tells the same story.
"""

from broker.cli.demo.verb import register

__all__ = ["register"]
