"""How much of a file is read before it is refused: named limits against CSV bombs.

Decides sizes only. Source: security profile, section 6 ("zip and CSV bombs … limits"); the length of a cell is
what a spreadsheet can hold, so nothing that a sender could open and check is refused.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of a file, of a physical line and of a row that runs over several lines; characters of a cell;
    counts of columns, rows and physical lines in one row."""

    file_bytes: int = 512 * 1024 * 1024
    line_bytes: int = 64 * 1024
    row_bytes: int = 128 * 1024
    cell_characters: int = 32_767
    columns: int = 200
    rows: int = 1_048_576
    lines_in_row: int = 500


STANDARD = Limits()
"""One worksheet's worth of rows; 128 KiB a row is also where Python's csv module stops by itself."""
