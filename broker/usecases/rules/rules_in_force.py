"""The version of the standing rules in force as it is stored, and the world as it decides who may do what.

Decides that whoever changes the rules is judged by those in force, never by those they would bring: the folder a
broker was started with may be the very proposal. From docs/how-to-policies.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from broker.access import Access
from broker.agreements.partnership import Partnership, partnership_of_bytes
from broker.clock import Clock
from broker.errors import DocumentsRefused
from broker.settings import Settings
from broker.store.rules_versions import RulesInForce, find_rules_files, find_rules_in_force
from broker.store.session import Store, View
from broker.usecases.world import World

ACCESS: Final = "access/"
"""How the names of the access rules' files begin where they are kept with the others."""


@dataclass(frozen=True, slots=True)
class RulesRead:
    """A version's standing rules and access rules, read and checked."""

    partnership: Partnership
    access: Access


@dataclass(frozen=True, slots=True)
class WorldInForce:
    """A working broker by the rules in force. Satisfies `World`."""

    settings: Settings
    clock: Clock
    partnership: Partnership
    access: Access
    store: Store


def read_files(files: Mapping[str, bytes], shown: str) -> RulesRead:
    """The rules in these files, by name as they are kept. Raises DocumentsRefused with every problem."""
    rules = {name: data for name, data in files.items() if not name.startswith(ACCESS)}
    access = {name.removeprefix(ACCESS): data for name, data in files.items() if name.startswith(ACCESS)}
    partnership = partnership_of_bytes(rules, shown).require()
    return RulesRead(partnership, Access.read(access, partnership.vocabulary.roles.keys(), f"{shown}/access"))


def kept_files(rules: Mapping[str, bytes], access: Mapping[str, str]) -> dict[str, str]:
    """All files of a version as they are kept: the access rules' names begin with `access/`."""
    return {
        **{name: data.decode("utf-8") for name, data in rules.items()},
        **{f"{ACCESS}{name}": text for name, text in access.items()},
    }


def read_in_force(view: View) -> tuple[RulesInForce, RulesRead] | None:
    """The version in force, read from where it is kept; None before there was any.

    Raises DocumentsRefused where this release of the broker cannot read it any more.
    """
    in_force = find_rules_in_force(view)
    files = None if in_force is None else find_rules_files(view, in_force.version)
    if in_force is None or files is None:
        return None
    return in_force, read_files(files, f"version {in_force.version}")


def world_in_force(world: World) -> World:
    """The world by the rules in force; as it is where none are, or where this release cannot read them."""
    with world.store.look() as view:
        try:
            found = read_in_force(view)
        except DocumentsRefused:
            # The release changed what a file must hold. The deployed access rules decide: somebody must be able to
            # bring readable rules into force, and those who may are named there.
            found = None
    if found is None:
        return world
    return WorldInForce(world.settings, world.clock, found[1].partnership, found[1].access, world.store)
