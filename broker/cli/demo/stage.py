"""Where the demo plays: a folder of its own, a clock of its own, and ids that follow from the seed.

Decides that nothing but an earlier demo is ever deleted, and that everything but the keys follows from the seed.
Seeded ids and nonces are for a stage only: in earnest they are unpredictable.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from broker.clock import FrozenClock
from broker.errors import CallWrong, SystemFailed
from broker.settings import Settings
from broker.store.dialect import open_engine
from broker.store.session import Store
from broker.wiring import Broker, migrate, open_broker

DEFAULT_FOLDER: Final = Path(".broker") / "demo"
MARK: Final = ".made-by-broker-demo"
CURTAIN: Final = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
"""The morning on which the demo begins: a Monday, the day the synthetic county is looked at."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The broker, the clock, the folder, and the settings of the broker in it."""

    broker: Broker
    clock: FrozenClock
    folder: Path
    settings: Settings

    def later(self, minutes: int = 5) -> None:
        """Time passes between two scenes."""
        self.clock.advance(timedelta(minutes=minutes))

    def until(self, at: datetime) -> None:
        """Time passes until then. Raises ValueError for an instant that is over: no clock goes back."""
        if at < self.clock.at:
            raise ValueError(f"the demo's clock stands at {self.clock.at.isoformat()} already")
        self.clock.at = at


def prepare_folder(folder: Path) -> Path:
    """The folder, empty but for its mark. Raises CallWrong where something lies there that no demo made."""
    try:
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise CallWrong(str(folder), "is not a folder; name one that is new, or that an earlier demo made")
        if folder.exists() and any(folder.iterdir()):
            if not (folder / MARK).is_file():
                raise CallWrong(
                    str(folder), "holds something that no demo made, so it is left alone; name another folder"
                )
            shutil.rmtree(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / MARK).write_text("Made by `broker demo`, which replaces this folder each time.\n", "utf-8")
    except OSError as error:
        raise SystemFailed(
            str(folder), f"cannot be made: {error.strerror}; check the disk and its rights"
        ) from None
    return folder


def settings_in(folder: Path, base: Settings) -> Settings:
    """The settings of a broker whose database and keys lie in `folder`; rules and agreements as in `base`."""
    return Settings(
        data_dir=folder,
        database_url=None,
        keys_dir=folder / "keys",
        policies_dir=base.policies_dir,
        agreements_dir=base.agreements_dir,
        log_origin="broker.demo/log",
        pseudonym_epoch=base.pseudonym_epoch,
        log_level="error",
    )


@contextmanager
def raised(folder: Path, settings: Settings, seed: int, at: datetime = CURTAIN) -> Iterator[Stage]:
    """A stage over the broker in `settings`, whose database and keys are made where there are none."""
    migrate(settings)
    clock = FrozenClock(at)
    with open_broker(settings, clock) as broker:
        engine = open_engine(settings.database())
        try:
            store = Store(engine, broker.keyring, Random(f"{seed}/{at.isoformat()}").randbytes)  # noqa: S311 - a stage
            yield Stage(replace(broker, store=store), clock, folder, settings)
        finally:
            engine.dispose()


def copy_world(stage: Stage, folder: Path) -> Settings:
    """Database and keys as they are now, copied by SQLite itself so that nothing is torn; the copy's settings."""
    folder.mkdir(mode=0o700, parents=True)
    shutil.copytree(stage.settings.keys(), folder / "keys")
    source = stage.settings.data_dir / "broker.db"
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(folder / "broker.db")) as there:
        here.backup(there)
    return settings_in(folder, stage.settings)
