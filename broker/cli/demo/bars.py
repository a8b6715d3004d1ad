"""Progress of the long parts, on a terminal only and on stderr, so that `--json` and a file stay clean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, TaskID

Moved = Callable[[str, int, int | None], None]
"""What is being done, how much of it is done, and how much there is (None: not known)."""


@contextmanager
def bars(*, silent: bool) -> Iterator[Moved]:
    """Shows a bar for everything that is told to move, and takes them away at the end."""
    screen = Console(stderr=True)
    with Progress(console=screen, transient=True, disable=silent or not screen.is_terminal) as progress:
        tasks: dict[str, TaskID] = {}

        def moved(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield moved
