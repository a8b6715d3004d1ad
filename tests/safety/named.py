"""What a document names in the repository: whether the file, the folder or the test is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

PLACES: Final = ("broker/", "tests/", "policies/", "agreements/", "deploy/", "docs/")
_CODE: Final = re.compile(r"`([^`\n]+)`")
_BLOCK: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def is_there(root: Path, name: str) -> bool:
    """Whether `path` is there, or in the file `path` the test of `path::test`."""
    path, _, test = name.partition("::")
    found = root / path
    return found.exists() if not test else found.is_file() and test in _tests_of(found)


@cache
def _tests_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(name for name in names if name.startswith("test_"))


def places_in(text: str) -> Iterator[str]:
    """Every place of the repository that a document names between backticks, outside its blocks."""
    for found in _CODE.findall(_BLOCK.sub("", text)):
        if found.startswith(PLACES) and " " not in found:
            yield found
