"""How often each outcome occurs in the random worlds, according to the reference evaluator.

Shows that the worlds are worth comparing: nothing that can happen is at zero. Run it with a number of worlds:
`python -m tests.generative.worlds_census 2000`.
"""

from __future__ import annotations

import sys
from collections import Counter

from tests.generative.worlds import random_world
from tests.reference.evaluate import decide

EXPECTED: dict[str, tuple[str, ...]] = {
    "effect": ("permit", "refer", "deny"),
    "cell detail": ("flag", "summary", "full"),
    "reason": (
        "hard-stop",
        "prohibited",
        "opt-out",
        "holder-withheld",
        "no-clause",
        "agreement-not-in-force",
        "party-not-signed",
        "gateway-not-in-force",
        "condition-not-met",
        "consent-unsafe",
        "consent-disputed",
        "consent-withdrawn",
        "consent-refused",
        "consent-expired",
        "consent-best-interests",
        "consent-lapsed",
        "consent-no-standing",
        "consent-absent",
        "objection-stops",
        "objection",
        "holder-decides",
        "override",
    ),
    "refusal": (
        "not-authorised",
        "post-ended",
        "training-lapsed",
        "case-required",
        "case-closed",
        "purpose-not-in-case",
        "not-in-team",
        "subject-not-in-case",
        "conflict-of-interest",
    ),
    "refusal told": ("not-available",),
    "record": ("flag", "summary", "full", "withheld"),
    "record reason": ("beyond-look-back", "beyond-retention", "third-party", "consent-absent", "no-clause"),
    "told": (
        "consent-needed",
        "consent-not-given",
        "holder-decides",
        "condition-not-met",
        "gateway-not-in-force",
        "party-not-signed",
        "agreement-not-in-force",
        "prohibited",
        "opt-out",
    ),
    "coverage": (
        "covered",
        "late",
        "ask-the-holder",
        "agreement-not-in-force",
        "party-not-signed",
        "prohibited",
        "gateway-not-in-force",
    ),
}
Census = dict[str, Counter[str]]


def count(census: Census, seed: int) -> None:
    """Add the world of a seed to a census."""
    world = random_world(seed)
    officer = decide(world["scenario"], world["policies"], world["agreements"], "officer")
    requester = decide(world["scenario"], world["policies"], world["agreements"], "requester")
    census["outcome"][officer["outcome"]] += 1
    census["refusal"][str(officer["refused_because"])] += 1
    census["refusal told"][str(requester["refused_because"])] += 1
    for cell in officer["cells"]:
        census["effect"][cell["effect"]] += 1
        census["cell detail"][str(cell["detail"])] += 1
        census["reason"].update(cell["reasons"])
    for record in officer["records"]:
        census["record"][record["detail"]] += 1
        census["record reason"].update(record.get("reasons", []))
        census["masked"][str("another person" in record["fields"].values())] += 1
    census["joint"].update(
        str(len(shown["about"]) < len(next(r for r in officer["records"] if r["id"] == shown["id"])["about"]))
        for shown in requester["records"]
    )
    census["told"].update(item["reason"] for item in requester["not_shared"])
    census["coverage"].update(line["state"] for line in requester["coverage"])


def census(worlds: int, first_seed: int = 0) -> Census:
    """Count what happens in so many worlds."""
    heads = ("outcome", "effect", "cell detail", "reason", "refusal", "refusal told", "record", "record reason")
    counted: Census = {head: Counter() for head in (*heads, "masked", "joint", "told", "coverage")}
    for seed in range(first_seed, first_seed + worlds):
        count(counted, seed)
    return counted


def never_seen(counted: Census) -> list[str]:
    """What should occur and did not."""
    return [f"{head}: {code}" for head, codes in EXPECTED.items() for code in codes if not counted[head][code]]


def print_census(worlds: int) -> None:
    """Print the census as a table."""
    counted = census(worlds)
    for head, counter in counted.items():
        print(head)
        for code, number in counter.most_common():
            print(f"  {number:>9,}  {code}")
    print("never seen:", ", ".join(never_seen(counted)) or "nothing")


if __name__ == "__main__":
    print_census(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
