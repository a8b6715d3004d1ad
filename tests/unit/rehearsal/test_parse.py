"""What a scenario file becomes: every value where a decision looks for it, and nothing when anything is wrong."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from broker.agreements.partnership import packaged_policies
from broker.consent.record import ConsentKind
from broker.dates import ALWAYS, Interval
from broker.decision.facts import HolderRuling
from broker.decision.request import Override
from broker.documents.files import documents_of
from broker.documents.findings import Findings
from broker.documents.nodes import plain
from broker.errors import CallWrong, DocumentsRefused
from broker.people import ProtectionMarker, RelationshipKind
from broker.rehearsal import parse
from broker.rehearsal.parse import (
    default_policies,
    find_scenario_files,
    load_scenario_file,
    load_scenarios,
    scenario_from_documents,
)
from tests.generative.worlds import random_world
from tests.unit.agreements.small_partnership import AGREEMENT, POLICIES, SCENARIO, spoil, write_partnership


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_partnership(tmp_path)
    (tmp_path / "family-support.yaml").write_text(AGREEMENT, encoding="utf-8")
    (tmp_path / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path


def value_of(text: str) -> dict[str, object]:
    (document,) = documents_of(text.encode(), "f.yaml", Findings())
    value = plain(document.root)
    assert isinstance(value, dict)
    return value


def test_a_scenario_is_complete(folder: Path) -> None:
    (scenario,) = load_scenarios(folder / "scenario.yaml")
    assert scenario.name == "Mum agrees"
    assert scenario.why == "Each person decides for themselves."
    assert scenario.where == f"{folder / 'scenario.yaml'}:1"
    assert scenario.request.at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert scenario.request.role == "lead"
    assert scenario.request.about == ("mum", "child", "nobody")
    assert scenario.request.case == "t1"
    assert scenario.duties.parties is None
    assert scenario.duties.signatures is None
    (terms,) = scenario.terms
    assert terms.signatures == {
        "ecc": (Interval(datetime(2026, 1, 5, tzinfo=UTC)),),
        "academy": (Interval(datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)),),
    }
    assert terms.begins_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert terms.ends_at == datetime(2028, 1, 1, tzinfo=UTC)
    # 1 April 2027 is in summer time, so its day begins an hour earlier in UTC.
    assert terms.lapses_at == datetime(2027, 3, 31, 23, tzinfo=UTC)
    assert scenario.contents == {"r1": {"percentage": 81, "since": "2026-01-01", "with": "mum", "note": "Late"}}


def test_the_facts_of_a_scenario(folder: Path) -> None:
    facts = load_scenarios(folder / "scenario.yaml")[0].facts
    assert facts.people["mum"].born == date(1988, 5, 1)
    child = facts.people["child"]
    assert child.born is None
    assert child.markers == {ProtectionMarker.ADDRESS_PROTECTED}
    assert child.competences[0].categories == {"health"}
    mother, council = facts.relationships
    assert mother.parental_responsibility
    assert mother.interval == Interval(datetime(2015, 5, 31, 23, tzinfo=UTC))
    assert (council.from_id, council.kind, council.interval) == ("ecc", RelationshipKind.CARE_ORDER, ALWAYS)
    assert facts.households[0].members == {"mum", "child"}
    assert facts.staff["kim"].links == {"mum"}
    assert facts.cases["t1"].members[0].interval == Interval(datetime(2026, 2, 1, tzinfo=UTC))
    first, second = facts.consents
    assert first.kind is ConsentKind.ENGAGEMENT
    assert (second.signatory, second.categories, second.purposes) == ("ecc", None, None)
    assert facts.holder_decisions[0].ruling is HolderRuling.WITHHOLD
    assert facts.feeds[0].categories is None
    record = facts.records[0]
    assert record.recorded_at == datetime(2026, 1, 20, tzinfo=UTC)
    assert record.mentions == frozenset()


def test_what_is_expected(folder: Path) -> None:
    expected = load_scenarios(folder / "scenario.yaml")[0].expect
    assert expected is not None
    assert (expected.outcome, expected.states_refusal, expected.refused_because) == ("answered", True, None)
    assert expected.records == {"r1": "withheld"}
    assert expected.reasons == {("mum", "attendance", "academy"): {"condition-not-met"}}
    assert expected.told == {("nobody", "attendance", "academy"): "nothing"}


def test_what_may_be_left_out(folder: Path) -> None:
    text = SCENARIO[: SCENARIO.index("expect:")]
    start, end = text.index("relationships:"), text.index("staff:")
    text = text[:start] + text[end:]
    start, end = text.index("consents:"), text.index("records:")
    text = text[:start] + text[end:]
    start, end = text.index("signed:"), text.index("people:")
    text = text[:start] + text[end:]
    text = spoil(text, "    mentions: []\n", "")
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    (scenario,) = load_scenarios(folder / "scenario.yaml")
    assert scenario.expect is None
    assert scenario.terms[0].signatures == {}
    assert scenario.facts.consents == ()
    assert scenario.facts.records[0].mentions is None


def test_signed_by_all_means_every_party_since_always(folder: Path) -> None:
    start, end = SCENARIO.index("signed:"), SCENARIO.index("people:")
    text = SCENARIO[:start] + "signed: all\n" + SCENARIO[end:]
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    (scenario,) = load_scenarios(folder / "scenario.yaml")
    assert scenario.terms[0].signatures == {"ecc": (ALWAYS,), "academy": (ALWAYS,)}


def test_two_versions_of_one_agreement_are_signed_alike(folder: Path) -> None:
    (folder / "old.yaml").write_text(spoil(AGREEMENT, "version: 2", "version: 1"), encoding="utf-8")
    text = spoil(SCENARIO, "[family-support.yaml]", "[family-support.yaml, old.yaml]")
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    (scenario,) = load_scenarios(folder / "scenario.yaml")
    assert [terms.version for terms in scenario.terms] == [2, 1]
    assert scenario.terms[0].signatures == scenario.terms[1].signatures


def test_an_override(folder: Path) -> None:
    override = "override: {reason: significant-harm, justification: Now., gateway: vital-interests, second: null}}"
    text = spoil(SCENARIO, "reason: first review}", f"reason: first review, {override}")
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    (scenario,) = load_scenarios(folder / "scenario.yaml")
    assert scenario.request.override == Override("significant-harm", "Now.", "vital-interests", None)


def test_an_instant_of_occurring_counts_as_its_day_in_london(folder: Path) -> None:
    text = spoil(SCENARIO, "occurred: 2026-01-20", "occurred: 2026-06-30T23:30:00Z")
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    record = load_scenarios(folder / "scenario.yaml")[0].facts.records[0]
    assert record.occurred_on == date(2026, 7, 1)
    assert record.recorded_at == datetime(2026, 6, 30, 23, tzinfo=UTC)


def test_any_number_of_scenarios_in_a_file(folder: Path) -> None:
    twice = SCENARIO + "---\n" + spoil(SCENARIO, "scenario: Mum agrees", "scenario: The same again")
    (folder / "scenario.yaml").write_text(twice, encoding="utf-8")
    first, second = load_scenarios(folder / "scenario.yaml")
    assert first.agreements[0] is second.agreements[0], "an agreement is read once"
    assert first.vocabulary is not None
    assert second.where.endswith(f":{SCENARIO.count(chr(10)) + 2}")


def test_the_same_name_twice_is_a_warning(folder: Path) -> None:
    (folder / "scenario.yaml").write_text(SCENARIO + "---\n" + SCENARIO, encoding="utf-8")
    read = load_scenario_file(folder / "scenario.yaml")
    assert len(read.scenarios) == 2
    assert "`Mum agrees` has the name of the one at" in str(read.warnings[0])


def test_nothing_is_loaded_when_anything_is_refused(folder: Path) -> None:
    bad = SCENARIO + "---\n" + spoil(SCENARIO, "as: lead", "as: leader")
    (folder / "scenario.yaml").write_text(bad, encoding="utf-8")
    with pytest.raises(DocumentsRefused, match=r"scenario.yaml:99: `as` names `leader`"):
        load_scenarios(folder / "scenario.yaml")


def test_every_file_with_a_mistake_is_named_at_once(folder: Path) -> None:
    write_partnership(folder, {"roles.yaml": spoil(POLICIES["roles.yaml"], "title: Clerk, ", "")})
    (folder / "family-support.yaml").write_text(spoil(AGREEMENT, "detail: full", "detail: most"), encoding="utf-8")
    (folder / "scenario.yaml").write_text(spoil(SCENARIO, "level: 2", "level: two"), encoding="utf-8")
    with pytest.raises(DocumentsRefused) as refused:
        load_scenarios(folder / "scenario.yaml")
    assert {finding.where.rpartition("/")[2] for finding in refused.value.findings} == {
        "roles.yaml:3",
        "family-support.yaml:16",
        "scenario.yaml:20",
    }


def test_json_is_a_scenario_too(folder: Path) -> None:
    (folder / "scenario.json").write_text(json.dumps(value_of(SCENARIO)), encoding="utf-8")
    (folder / "family-support.yaml").write_text(json.dumps(value_of(AGREEMENT), indent=1), encoding="utf-8")
    (from_json,) = load_scenarios(folder / "scenario.json")
    (from_yaml,) = load_scenarios(folder / "scenario.yaml")
    assert from_json.facts == from_yaml.facts
    assert from_json.terms == from_yaml.terms
    assert from_json.request == from_yaml.request


def test_the_rules_a_scenario_is_read_against(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = spoil(SCENARIO, "policies: policies\n", "")
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    (named,) = load_scenarios(folder / "scenario.yaml", folder / "policies")
    monkeypatch.chdir(folder)
    assert default_policies() == Path("policies")
    (here,) = load_scenarios(Path("scenario.yaml"))
    assert here.vocabulary == named.vocabulary


def test_elsewhere_the_rules_that_ship_are_read_against(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_policies() == packaged_policies()


def test_without_any_rules_the_call_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(parse, "packaged_policies", lambda: None)
    with pytest.raises(CallWrong, match="--policies"):
        default_policies()


def test_in_memory_and_on_disk_are_one(folder: Path) -> None:
    (on_disk,) = load_scenarios(folder / "scenario.yaml")
    inline = value_of(SCENARIO) | {"agreements": [value_of(AGREEMENT)]}
    del inline["policies"]
    in_memory = scenario_from_documents(
        inline, {name.removesuffix(".yaml"): value_of(text) for name, text in POLICIES.items()}
    )
    assert in_memory.facts == on_disk.facts
    assert in_memory.terms == on_disk.terms
    assert in_memory.duties == on_disk.duties
    assert in_memory.contents == on_disk.contents
    assert in_memory.vocabulary.organisations == on_disk.vocabulary.organisations


def test_in_memory_nothing_comes_from_a_file() -> None:
    policies = {name: value_of(text) for name, text in POLICIES.items()}
    with pytest.raises(DocumentsRefused, match="names a file, and this scenario has no folder"):
        scenario_from_documents(value_of(SCENARIO), policies)


@pytest.mark.parametrize(
    ("spoilt", "says"),
    [
        ({"at": float("nan")}, "scenario:4: write a finite number"),
        ({"why": "a\x00b"}, "scenario:3: text holds a character that cannot be seen: take it out"),
        ({"staff": [{1: 2}]}, "the key `1` is not text: make it text"),
        ({"staff": {1, 2}}, "a value of type `set` cannot stand in a document"),
        ({"why": 2**70}, "too large a whole number"),
    ],
)
def test_in_memory_the_limits_of_files_hold(spoilt: dict[str, object], says: str) -> None:
    policies = {name: value_of(text) for name, text in POLICIES.items()}
    inline = value_of(SCENARIO) | {"agreements": [value_of(AGREEMENT)]} | spoilt
    with pytest.raises(DocumentsRefused) as refused:
        scenario_from_documents(inline, policies)
    assert says in str(refused.value)


def test_random_worlds_load() -> None:
    for seed in range(60):
        world = random_world(seed)
        scenario = scenario_from_documents(world["scenario"], world["policies"])
        assert [terms.reference for terms in scenario.terms] == [
            paper["agreement"] for paper in world["scenario"]["agreements"]
        ]


def test_scenario_files_are_found_by_what_they_say(folder: Path) -> None:
    (folder / "notes.yaml").write_text("anything: else\n", encoding="utf-8")
    (folder / "broken.yaml").write_text("scenario: [\n", encoding="utf-8")
    (folder / "README.md").write_text("scenario: no\n", encoding="utf-8")
    assert find_scenario_files(folder) == [folder / "broken.yaml", folder / "scenario.yaml"]
    assert find_scenario_files(folder / "notes.yaml") == [folder / "notes.yaml"]
    with pytest.raises(CallWrong, match="no such file or folder"):
        find_scenario_files(folder / "nowhere")
