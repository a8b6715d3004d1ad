"""Who may use which verb, and every way in which a broken policy could have said yes."""

from __future__ import annotations

import re
from importlib.metadata import packages_distributions
from pathlib import Path

import casbin
import pytest

from broker.access import Access, Verb
from broker.access.model import MODEL_TEXT, check_model
from broker.access.rules import Rules, read_rules
from broker.agreements.partnership import load_partnership
from broker.errors import DocumentsRefused, NotAllowed, SystemFailed

BROKER = Path(__file__).parents[3] / "broker"
NOT_ASKED_YET = frozenset({Verb.AGREEMENT_APPROVE, Verb.AGREEMENT_IMPACT, Verb.AGREEMENT_RENEW, Verb.LINK_RUN})
"""Verbs that rules may name and that no use case asks for yet."""
NOBODYS = frozenset({Verb.AGREEMENT_DIFF, Verb.AGREEMENT_DRAFT, Verb.SHARE_ASK, Verb.DATABASE_MIGRATE})
"""Verbs of commands that touch no data of anybody's, or belong to whoever holds the keys: nothing asks."""

POLICIES = Path(__file__).parents[3] / "policies"
ROLES = frozenset(re.findall(r"code: ([a-z-]+), title", (POLICIES / "roles.yaml").read_text(encoding="utf-8")))
RULES = "p, practitioner, profile.request\np, auditor, audit.read\ng, triage, practitioner\n"
SMALL_ROLES = frozenset({"triage", "auditor", "administrator"})


def write(folder: Path, rules: str = RULES, model: str = MODEL_TEXT) -> Path:
    """The two files of a small partnership."""
    (folder / "policy.csv").write_text(rules, encoding="utf-8")
    (folder / "model.conf").write_text(model, encoding="utf-8")
    return folder


def problems(folder: Path) -> str:
    """What is found wrong with the files."""
    with pytest.raises(DocumentsRefused) as caught:
        Access.load(folder, SMALL_ROLES, "policies/access")
    return str(caught.value)


def test_a_role_may_what_its_group_may_and_nothing_else(tmp_path: Path) -> None:
    access = Access.load(write(tmp_path), SMALL_ROLES)
    assert access.require(["auditor", "triage"], Verb.PROFILE_REQUEST).role == "triage"
    assert access.require(["auditor"], Verb.AUDIT_READ).verb is Verb.AUDIT_READ
    for roles, verb in (
        (["auditor"], Verb.PROFILE_REQUEST),
        (["administrator"], Verb.AUDIT_READ),
        ([], Verb.AUDIT_READ),
        (["audit"], Verb.AUDIT_READ),
        (["auditors"], Verb.AUDIT_READ),
        ([".*"], Verb.AUDIT_READ),
        (["*"], Verb.AUDIT_READ),
        ([""], Verb.AUDIT_READ),
    ):
        with pytest.raises(NotAllowed) as caught:
            access.require(roles, verb)
        assert caught.value.exit_code == 1
        assert access.find_role(roles, verb) is None


def test_verbs_are_compared_whole(tmp_path: Path) -> None:
    """`regexMatch("readwrite", "read")` is True: no pattern may ever be in the matcher."""
    access = Access.load(write(tmp_path), SMALL_ROLES)
    allowed = {verb for verb in Verb if access.find_role(["auditor"], verb)}
    assert allowed == {Verb.AUDIT_READ}


def test_an_empty_policy_refuses_to_start(tmp_path: Path) -> None:
    assert "holds no rule" in problems(write(tmp_path, "# nothing\n"))


def test_an_empty_policy_would_deny_even_if_it_were_let_in() -> None:
    access = Access(Rules((), ()))
    assert not any(access.find_role(ROLES, verb) for verb in Verb)


def test_casbin_itself_says_yes_to_a_deny_only_effect_with_no_rules() -> None:
    """The trap this package exists for; when casbin changes, this test says so."""
    model = casbin.Model()
    model.load_model_from_text(MODEL_TEXT.replace("some(where (p.eft == allow))", "!some(where (p.eft == deny))"))
    assert casbin.Enforcer(model).enforce("nobody", "profile.request") is True


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("some(where (p.eft == allow))", "!some(where (p.eft == deny))"),
        ("some(where (p.eft == allow))", "some(where (p.eft == alow))"),
        ("some(where (p.eft == allow))", "some(where (p.eft == allow)) && !some(where (p.eft == deny))"),
        ("some(where (p.eft == allow))", "priority(p.eft) || deny"),
        ("r.verb == p.verb", "regexMatch(r.verb, p.verb)"),
        ("r.verb == p.verb", "keyMatch(r.verb, p.verb)"),
        ("&&", "||"),
        ("g(r.role, p.role)", "true"),
        ("p = role, verb", "p = role, verb, eft"),
        ("r = role, verb", "r = verb, role"),
        ("g = _, _", "g = _, _, _"),
        ("[matchers]", "[matcher]"),
        ("e = some", "e2 = some"),
    ],
)
def test_any_other_model_refuses_to_start(tmp_path: Path, old: str, new: str) -> None:
    assert old in MODEL_TEXT
    assert "model.conf:" in problems(write(tmp_path, model=MODEL_TEXT.replace(old, new)))


@pytest.mark.parametrize("missing", range(1, len(MODEL_TEXT.splitlines()), 2))
def test_no_line_of_the_model_may_be_missing_or_stand_twice(tmp_path: Path, missing: int) -> None:
    lines = MODEL_TEXT.splitlines()
    without = "\n".join(lines[:missing] + lines[missing + 1 :])
    assert "is missing" in problems(write(tmp_path, model=without))
    twice = "\n".join([*lines[: missing + 1], lines[missing], *lines[missing + 1 :]])
    assert "twice" in problems(write(tmp_path, model=twice))


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (RULES + "p, auditor\n", "expected `p, role, verb`"),
        (RULES + "p, auditor, audit.read, deny\n", "expected `p, role, verb`"),
        (RULES + "p, auditor, \n", "expected `p, role, verb`"),
        (RULES + "P, auditor, audit.prove\n", "expected `p, role, verb`"),
        (RULES + "p2, auditor, audit.prove\n", "expected `p, role, verb`"),
        (RULES + "allow, auditor, audit.prove\n", "expected `p, role, verb`"),
        (RULES + "p, auditor, audit.reed\n", "did you mean `audit.read`"),
        (RULES + "p, auditor, .*\n", "`.*` is not a verb"),
        (RULES + "p, auditr, audit.prove\n", "did you mean `auditor`"),
        (RULES + "p, *, audit.prove\n", "neither a role nor a group"),
        (RULES + "g, triag, practitioner\n", "did you mean `triage`"),
        (RULES + "g, triage, auditor\n", "cannot be a group"),
        (RULES + "g, practitioner, auditor\n", "is not a role"),
        (RULES + "g, triage, empty-group\n", "may do nothing"),
        (RULES + "p, auditor, audit.read\n", "says again"),
        (RULES + 'p, "auditor", audit.prove\n', "quotation mark"),
        (RULES + "p, auditor, audit.prove\u2028p, triage, audit.prove\n", "control character"),
    ],
)
def test_a_rule_that_is_not_understood_refuses_the_whole_file(tmp_path: Path, rules: str, said: str) -> None:
    found = problems(write(tmp_path, rules))
    assert said in found
    assert found.startswith("policies/access/policy.csv:")


def test_missing_large_and_unreadable_files_refuse_to_start(tmp_path: Path) -> None:
    assert problems(tmp_path).count("cannot be read") == 2
    write(tmp_path, "#" * (1 << 20) + "\n" + RULES)
    assert "1 MiB" in problems(tmp_path)
    write(tmp_path)
    (tmp_path / "policy.csv").write_bytes(RULES.encode("utf-16"))
    assert "UTF-8" in problems(tmp_path)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    found = problems(write(tmp_path, "p, x, y\np, z\n", MODEL_TEXT.replace("&&", "||")))
    assert len(found.splitlines()) == 4


def test_an_enforcer_that_answers_wrongly_refuses_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(casbin.Enforcer, "enforce", lambda *_: True)
    with pytest.raises(SystemFailed, match="does not answer"):
        Access(Rules((("auditor", "audit.read"),), ()))
    monkeypatch.setattr(casbin.Enforcer, "enforce", lambda *_: "yes")
    with pytest.raises(SystemFailed, match="does not answer"):
        Access(Rules((("auditor", "audit.read"),), ()))


def test_the_partnerships_own_rules_are_accepted_and_mean_what_they_say() -> None:
    access = Access.load(POLICIES / "access", ROLES)
    rules, findings = read_rules((POLICIES / "access/policy.csv").read_text(encoding="utf-8"), "policy.csv", ROLES)
    assert findings == []
    assert not list(check_model((POLICIES / "access/model.conf").read_text(encoding="utf-8"), "model.conf"))
    for role in sorted(ROLES):
        for verb in Verb:
            assert (access.find_role([role], verb) is not None) == rules.permits(role, verb.value), (role, verb)


def test_every_verb_is_somebodys() -> None:
    access = Access.load(POLICIES / "access", ROLES)
    assert [verb for verb in Verb if access.find_role(ROLES, verb) is None] == []


def test_whoever_may_approve_emergency_access_holds_a_role_that_may_ask_for_something() -> None:
    """Whoever approves must be able to ask for the purpose themselves: to a role without purposes it is no use."""
    roles = load_partnership(POLICIES).vocabulary.roles
    access = Access.load(POLICIES / "access", ROLES)
    approving = {role for role in ROLES if access.find_role([role], Verb.OVERRIDE_APPROVE) is not None}
    assert approving
    assert {role for role in approving if not roles[role].purposes} == set()


def test_nobody_who_runs_or_checks_the_system_sees_a_profile() -> None:
    access = Access.load(POLICIES / "access", ROLES)
    for role in ("administrator", "auditor", "ig-officer", "caldicott-guardian", "siro"):
        assert access.find_role([role], Verb.PROFILE_REQUEST) is None


def test_one_distribution_owns_casbin() -> None:
    """PyPI's `casbin` is the frozen name, and an adapter package installs it over the maintained one."""
    assert packages_distributions()["casbin"] == ["pycasbin"]


def test_every_verb_is_asked_for_by_the_code_or_stands_in_a_list_that_says_why_not() -> None:
    """A rule about a verb that nothing asks for protects nothing, and whoever wrote it would not know."""
    asked = {
        name
        for path in sorted(BROKER.rglob("*.py"))
        if path.parent.name != "access"
        for name in re.findall(r"\bVerb\.([A-Z_]+)", path.read_text(encoding="utf-8"))
    }
    assert {verb.name for verb in Verb} - asked == {verb.name for verb in NOT_ASKED_YET | NOBODYS}
