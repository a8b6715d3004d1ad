"""Writes the pictures of docs/casework.md from the transitions: `python -m broker.cli.diagrams docs/casework.md`.

Decides only where a picture stands: between a line that names it and the end of the block after it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from broker.casework.diagram import front_door_diagram, moves_diagram

DIAGRAMS: Final[Mapping[str, Callable[[], str]]] = {
    "front-door": front_door_diagram,
    "moves": moves_diagram,
}
"""Every picture by the name in its `<!-- diagram: name -->` line."""

_BLOCK: Final = re.compile(r"(<!-- diagram: ([a-z-]+) -->\n+```mermaid\n).*?(\n```)", re.DOTALL)


def with_diagrams(text: str) -> str:
    """The text with every picture as it is now. Raises KeyError for a picture nobody makes."""
    return _BLOCK.sub(lambda found: f"{found[1]}{DIAGRAMS[found[2]]()}{found[3]}", text)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("diagrams: name the document, as in `python -m broker.cli.diagrams docs/casework.md`")
    document = Path(sys.argv[1])
    document.write_text(with_diagrams(document.read_text(encoding="utf-8")), encoding="utf-8")
