"""Takes a county in and kills itself, with no chance to tidy up, at the given write: run by test_killed.py.

python -m tests.functional.ingest.killed DATA COUNTY WRITE
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from broker.store.session import Act
from broker.usecases.intake import ingest
from tests.functional.ingest.loading import broker_in, load


def main() -> None:
    """Loads in small parts; ends by SIGKILL in the middle of a transaction, or says `done`."""
    data, county, deadly = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    written = 0
    write_rows = Act.write_rows

    def counted(act: Act, entry: Any, table: Any, rows: Sequence[Any], *, unless_there: bool = False) -> None:
        nonlocal written
        written += 1
        write_rows(act, entry, table, rows, unless_there=unless_there)
        if written == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    Act.write_rows = counted  # type: ignore[method-assign]  # the process dies with it
    ingest.ROWS_AT_A_TIME = 20  # type: ignore[misc]  # more parts, more places to die in
    with broker_in(data) as broker:
        load(broker, county)
    print("done")


if __name__ == "__main__":
    main()
