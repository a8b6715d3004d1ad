"""The answer as JSON-compatible data, for the verb (docs/how-to-can-share.md). Decides nothing."""

from __future__ import annotations

from broker.sharing.answer import Answer, Line
from broker.sharing.words import LineSaid, Said


def as_mapping(answer: Answer, said: Said) -> dict[str, object]:
    """The answer as JSON-compatible data (docs/how-to-can-share.md)."""
    question = answer.question
    return {
        "from": question.controller,
        "to": question.recipient,
        "role": question.role,
        "purpose": question.purpose,
        "category": question.category,
        "answer": answer.verdict.value,
        "refused_because": answer.refusal.value if answer.refusal is not None else None,
        "lines": [_line_mapping(line, words) for line, words in zip(answer.lines, said.lines, strict=True)],
        "always": list(said.always),
        "ask": list(said.ask),
        "emergency": answer.emergency.code if answer.emergency is not None else None,
        "rules_digest": answer.rules_digest,
    }


def _line_mapping(line: Line, words: LineSaid) -> dict[str, object]:
    return {
        "answer": line.verdict.value,
        "says": words.headline,
        "ages": [{"from": age.from_age, "under": age.under} for age in line.ages],
        "detail": line.detail.code if line.detail is not None else None,
        "consents": sorted(line.consents),
        "who_can_agree": sorted(line.deciders),
        "holder_decides": line.holder,
        "not_signed": [
            {
                "agreement": one.agreement,
                "version": one.version,
                "parties": list(one.parties),
                "renew": one.to_renew,
            }
            for one in line.missing
        ],
        "reasons": [reason.value for reason in line.reasons],
        "clauses": [
            {
                "clause": one.code,
                "text": one.text,
                "basis": list(one.basis),
                "detail": one.detail,
                "conditions": list(one.conditions),
            }
            for one in words.clauses
        ],
        "prohibitions": [{"clause": one.code, "text": one.text} for one in words.bans],
    }
