"""The pictures of docs/casework.md, made from the transitions and moves themselves: Mermaid text."""

from __future__ import annotations

from collections.abc import Iterator

from broker.casework.front_door import TRANSITIONS
from broker.casework.moves import MOVES


def front_door_diagram() -> str:
    """A Mermaid state diagram. States are their codes, and every arrow is a transition there is."""
    return "\n".join(["stateDiagram-v2", *_arrows()])


def moves_diagram() -> str:
    """A Mermaid state diagram of the kinds of case and the moves between them."""
    arrows = [f"    {one.before.value} --> {one.after.value}: {one.direction.value}" for one in MOVES]
    return "\n".join(["stateDiagram-v2", *arrows])


def _arrows() -> Iterator[str]:
    for one in TRANSITIONS:
        before = one.before.value if one.before is not None else "[*]"
        says = f" ({one.says})" if one.says else ""
        yield f"    {before} --> {one.after.value}: {one.step.value}{says}"
    for state in sorted({one.after for one in TRANSITIONS} - {one.before for one in TRANSITIONS}):
        yield f"    {state.value} --> [*]"
