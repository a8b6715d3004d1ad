"""No way to change a table without an audit entry: every mutator there is, by reflection and by its source."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import broker
import broker.store
from broker.store.housekeeping import Housekeeping
from broker.store.session import Act, Store, View

WRITES = {"write", "write_rows", "bump"}
LOCKS_ONLY = {"lock_facts", "gather_locked", "find_stale"}
"""Functions that take an act because they lock; a test sees to it that they write nothing."""
HOUSEKEEPERS = {
    "integrate_entries",
    "note_attempt",
    "forget_door",
    "forget_web",
    "put_draft",
    "drop_stored_draft",
    "take_stored_draft",
    "touch_session",
    "claim_delivery",
    "note_failure",
    "put_published",
}
OWN_SQL = {
    "store/view.py",
    "store/housekeeping.py",
    "store/log_search.py",
    "store/session.py",
    "store/locks.py",
    "store/grants.py",
    "store/dialect.py",
    "store/schema.py",
    "store/together.py",
    "store/inserts.py",
    "store/migrations/env.py",
}
"""Where statements are executed and transactions begun."""


def _functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for info in pkgutil.iter_modules(broker.store.__path__):
        if not info.ispkg:
            module = importlib.import_module(f"broker.store.{info.name}")
            for name, found in vars(module).items():
                if inspect.isfunction(found) and found.__module__ == module.__name__:
                    yield f"{info.name}.{name}", found


FUNCTIONS = dict(_functions())
TAKE_AN_ACT = {
    name: found
    for name, found in FUNCTIONS.items()
    if any(parameter.annotation == "Act" for parameter in inspect.signature(found).parameters.values())
}
MUTATORS = {
    name: found
    for name, found in TAKE_AN_ACT.items()
    if not name.split(".")[1].startswith("_") and found.__name__ not in LOCKS_ONLY
}


def _calls(found: Callable[..., Any]) -> set[str]:
    tree = ast.parse(inspect.getsource(found))
    return {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def test_there_are_mutators_to_walk() -> None:
    assert len(MUTATORS) >= 20


@pytest.mark.parametrize("name", sorted(MUTATORS))
def test_every_mutator_demands_the_entry(name: str) -> None:
    entry = inspect.signature(MUTATORS[name]).parameters.get("entry")
    assert entry is not None
    assert entry.annotation == "AuditEntry"
    assert entry.default is inspect.Parameter.empty
    assert entry.kind is inspect.Parameter.KEYWORD_ONLY


@pytest.mark.parametrize("name", sorted(name for name in TAKE_AN_ACT if TAKE_AN_ACT[name].__name__ in LOCKS_ONLY))
def test_what_only_locks_writes_nothing(name: str) -> None:
    assert not _calls(TAKE_AN_ACT[name]) & WRITES


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - set(TAKE_AN_ACT)))
def test_nothing_else_writes(name: str) -> None:
    if FUNCTIONS[name].__name__ not in HOUSEKEEPERS and not name.startswith("session."):
        assert not _calls(FUNCTIONS[name]) & WRITES


def test_the_doors_of_an_act_all_demand_the_entry() -> None:
    for name in sorted(WRITES):
        parameters = list(inspect.signature(getattr(Act, name)).parameters.values())
        assert parameters[1].name == "entry"
        assert parameters[1].default is inspect.Parameter.empty
    public = {name for name, found in vars(Act).items() if inspect.isfunction(found) and not name.startswith("_")}
    others = {"record", "lock", "settle", "share", "sharing", "new_id", "new_row", "insert_unless_there"}
    assert public == WRITES | others
    assert not WRITES & set(vars(View))
    assert issubclass(Housekeeping, View)


def test_only_the_store_executes_and_commits() -> None:
    root = Path(broker.__file__).parent
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root).as_posix()
        if place in OWN_SQL or place.startswith("store/migrations/versions/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in {"exec_driver_sql", "begin_nested", "executescript"}, place
                if place.startswith(("store/", "usecases/", "api/", "ui/")):
                    assert node.func.attr not in {"execute", "commit", "rollback"}, place


def test_the_store_hands_out_no_connection() -> None:
    public = {name for name in vars(Store) if not name.startswith("_")}
    assert public == {"perform", "act", "attended", "rehearse", "look", "glance", "keep_house", "close"}
