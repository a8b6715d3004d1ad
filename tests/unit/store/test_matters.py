"""What an officer has open: versions and never edits, found by whose it is and by whom it is about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from broker.errors import SystemFailed
from broker.people import DataSubject
from broker.store.kinds import MatterKind
from broker.store.matters import (
    NewMatter,
    append_matter,
    find_matter,
    find_matter_content,
    find_matters,
    find_matters_about,
    open_matter,
    put_matter_content,
)
from broker.store.people import add_people, erase_person
from tests.unit.store.small_store import NOON, SmallStore, entry


def opened(small: SmallStore, organisation: str = "ecc", days: int = 3) -> str:
    due_at = NOON + timedelta(days=days)
    new = NewMatter(MatterKind.BREACH, organisation, "open", due_at, ("mum",), {"kind": "confidentiality"})
    with small.act() as act:
        return open_matter(act, new, entry=entry())


def test_a_matter_is_as_its_latest_version_leaves_it(small: SmallStore) -> None:
    matter_id = opened(small)
    with small.act() as act:
        before = find_matter(act, matter_id)
        assert before is not None
        append_matter(act, before, "closed", None, {"kind": "integrity"}, entry=entry())
    with small.store.look() as view:
        found = find_matter(view, matter_id)
        assert find_matter(view, "m-never") is None
    assert found is not None
    assert (found.number, found.state, found.due_at, found.body) == (2, "closed", None, {"kind": "integrity"})
    assert (found.organisation, found.about, found.kind) == ("ecc", ("mum",), MatterKind.BREACH)
    assert found.opened_at == before.opened_at
    assert found.at > before.at


def test_two_who_start_from_one_version_are_never_both_kept(small: SmallStore) -> None:
    matter_id = opened(small)
    with small.store.look() as view:
        before = find_matter(view, matter_id)
    assert before is not None
    with small.act() as act:
        append_matter(act, before, "closed", None, {}, entry=entry())
    with pytest.raises(SystemFailed), small.act() as act:
        append_matter(act, before, "open", None, {}, entry=entry())


def test_matters_are_found_by_organisation_kind_and_state_the_soonest_due_first(small: SmallStore) -> None:
    later, sooner, theirs = opened(small, days=5), opened(small, days=1), opened(small, "southend")
    with small.store.look() as view:
        assert [one.id for one in find_matters(view, "ecc", [MatterKind.BREACH])] == [sooner, later]
        assert [one.id for one in find_matters(view, None, [MatterKind.BREACH])] == [sooner, theirs, later]
        assert find_matters(view, "ecc", [MatterKind.RECALL]) == ()
        assert find_matters(view, "ecc", [MatterKind.BREACH], ["closed"]) == ()
        about = find_matters_about(view, ["mum", "nobody"], [MatterKind.BREACH])
        assert {one.id for one in about} == {later, sooner, theirs}
        assert find_matters_about(view, ["nobody"], [MatterKind.BREACH]) == ()


def test_words_about_somebody_are_erased_with_them(small: SmallStore) -> None:
    with small.act() as act:
        add_people(act, [DataSubject("mum", date(1988, 5, 1))], entry=entry())
    matter_id = opened(small)
    with small.act() as act:
        put_matter_content(act, matter_id, 1, "mum", {"pack": [1]}, entry=entry())
        put_matter_content(act, matter_id, 2, "nobody", {"pack": [1]}, entry=entry())
    with small.store.look() as view:
        assert find_matter_content(view, matter_id, 1, "mum") == {"pack": [1]}
        assert find_matter_content(view, matter_id, 2, "nobody") is None
    with small.act() as act:
        erase_person(act, "mum", entry=entry())
    with small.store.look() as view:
        assert find_matter_content(view, matter_id, 1, "mum") is None
