"""The options that the verbs of a partner's system share, and how its client is opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from broker.cli.who import AS_HELP, BY_HELP
from broker.client import BrokerClient
from broker.client.config import FILE, PREFIX, ClientConfig

By = Annotated[str, typer.Option("--by", help=f"{BY_HELP}, in your organisation")]
As = Annotated[str, typer.Option("--as", help=AS_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="print the broker's answer as JSON (docs/how-to-connect.md)")]
Config = Annotated[
    Path, typer.Option("--config", envvar=f"{PREFIX}CONFIG", help="the file that `broker client init` wrote")
]
Again = Annotated[
    str | None,
    typer.Option("--idempotency-key", help="your own; the same again does nothing twice; left out: a new one"),
]
DEFAULT_CONFIG = Path(FILE)


def read_config(path: Path) -> ClientConfig:
    """The settings of the file and the environment. Raises CallWrong."""
    return ClientConfig.read(path, os.environ)


@contextmanager
def opened(path: Path) -> Iterator[BrokerClient]:
    """The client. Raises CallWrong, SystemFailed."""
    with read_config(path).open() as client:
        yield client
