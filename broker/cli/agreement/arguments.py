"""The options that the verbs about agreements share, and how a version is named on the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.who import AS_HELP, BY_HELP
from broker.errors import CallWrong

By = Annotated[str, typer.Option("--by", help=BY_HELP)]
As = Annotated[str, typer.Option("--as", help=AS_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-agreement.md)")]
Name = Annotated[str, typer.Argument(help="reference and version, such as family-support@2", show_default=False)]


def named(name: str) -> tuple[str, int]:
    """`family-support@2` as its two parts. Raises CallWrong."""
    reference, _, number = name.partition("@")
    if not reference or not number.isascii() or not number.isdigit():
        raise CallWrong("agreement", f"`{name}` is no reference and version; write it as `family-support@2`")
    return reference, int(number)
