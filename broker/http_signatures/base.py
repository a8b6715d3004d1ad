"""The signature base: the text that is signed, one line a component (RFC 9421 section 2.5)."""

from __future__ import annotations

from collections.abc import Mapping

from broker.http_signatures.fields import component_id


def signature_base(components: Mapping[str, str], parameters: str) -> bytes:
    """The bytes to sign: each component's name and value in the order given, then `@signature-params`.

    INVARIANT: no value holds a line feed, so that no value can pass for a line; whoever reads headers refuses
    whatever is not printable ASCII.
    """
    lines = [f"{component_id(name)}: {value}" for name, value in components.items()]
    lines.append(f'"@signature-params": {parameters}')
    return "\n".join(lines).encode("ascii")
