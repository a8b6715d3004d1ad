"""Where the public test vectors are, for the tests that read them.

They are not part of the project: a checkout beside a `shared/vectors` folder, or with BROKER_VECTORS set to one,
runs these tests; elsewhere they are skipped and say so.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "vectors"


def load(name: str) -> Any:
    """The parsed vector file `name`; skips the calling test, with the reason, where there is none."""
    folder = Path(os.environ.get("BROKER_VECTORS", BESIDE))
    if not (folder / name).is_file():
        pytest.skip(f"public vectors: {name} is not here; set BROKER_VECTORS to the folder that has it")
    return json.loads((folder / name).read_text(encoding="utf-8"))
