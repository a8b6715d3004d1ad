"""Writing a contact down once it has ended, in the act that ends it.

Decides that it is a record like any other of the organisation whose front door it is: the same keys, the same log,
the same release rules. Nothing is written down of a restricted contact, of one about somebody protected, or where
the standing rules do not know the kind of information. From docs/casework.md.
"""

from __future__ import annotations

from broker.audit.events import Event
from broker.casework import Case, Staff
from broker.casework.front_door import Contact
from broker.casework.written_down import category_of, fields_of
from broker.dates import london_day
from broker.store.people import find_people, get_keys
from broker.store.records import NewRecord, put_records
from broker.store.session import Act
from broker.usecases.acting import entry_of
from broker.usecases.casework.front_door import is_about_protected
from broker.usecases.world import World


def write_down(world: World, act: Act, staff: Staff, case: Case, contact: Contact) -> None:
    """Puts the record of a contact that ended, with its entry in the log."""
    category = world.partnership.vocabulary.categories.get(category_of(contact))
    # Nobody erased has a key left, and what is about them only is not written down.
    about = frozenset(get_keys(act, case.about))
    if category is None or not about or case.restricted or is_about_protected(case, find_people(act, case.about)):
        return
    declared = {spec.name for spec in category.fields}
    record = NewRecord(
        f"broker-contact/{case.id}",
        category.code,
        about,
        frozenset(),
        london_day(contact.received_at),
        {name: value for name, value in fields_of(contact).items() if name in declared},
    )
    details = {
        "batch": act.new_id("b-"),
        "controller": contact.organisation,
        "accepted": 1,
        "refused": 0,
        "categories": [category.code],
    }
    entry = entry_of(act, staff, Event.RECORDS_INGESTED, details)
    put_records(act, contact.organisation, [record], entry=entry)
