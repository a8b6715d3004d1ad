"""The command line: `broker VERB`. One file a verb; every verb has `--json` and exit codes 0 fine, 1 the answer
is no, 2 the call is wrong, 3 the system failed. Errors go to stderr, start with where, and say what to do."""

from broker.cli.application import main

__all__ = ["main"]
