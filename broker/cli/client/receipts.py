"""`broker client receipts`: the broker's promises redeemed for proofs that each act is in the log."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.client.arguments import DEFAULT_CONFIG, AsJson, Config, read_config
from broker.cli.screen import console, plain, print_json
from broker.client.receipts import FileReceipts
from broker.client.redeem import RedeemedFile


def register(group: typer.Typer) -> None:
    """Adds the verbs."""
    receipts = typer.Typer(no_args_is_help=True, help="The receipts that were kept.")
    receipts.command("redeem", help=_REDEEM)(redeem)
    group.add_typer(receipts, name="receipts")


_REDEEM = """Ask for the proof that the entry of each receipt is in the log, check it with the log's key, and keep
it beside the receipts. Exit code 1 where one could not be redeemed, or the log is not what it was: that is
evidence, keep it.

Example: broker client receipts redeem
"""


def redeem(
    everything: Annotated[bool, typer.Option("--all", help="also those that were redeemed before")] = False,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Redeems."""
    found = read_config(config)
    beside = RedeemedFile(found.receipts)
    before = frozenset() if everything else beside.leaves()
    with found.open() as client:
        kept = [one for one in FileReceipts(found.receipts).all() if one.leaf_hash not in before]
        done = client.redeem_receipts(found.log_key, kept, beside.last(found.log_key))
    beside.keep(done)
    if as_json:
        print_json({
            "redeemed": len(done.redeemed),
            "redeemed_before": len(before),
            "unredeemed": [{**one.receipt.as_mapping(), "why": one.why} for one in done.unredeemed],
            "size": done.newest.checkpoint.size,
        })  # fmt: skip
    else:
        out = console()
        size = f"{done.newest.checkpoint.size:,}"
        out.print(plain(f"{len(done.redeemed)} redeemed, in a log of {size} entries that the log's key signed."))
        for one in done.unredeemed:
            out.print(plain(f"Not redeemed: {one.receipt.leaf_hash} of {one.receipt.at}: {one.why}"))
    if done.unredeemed:
        raise typer.Exit(1)
