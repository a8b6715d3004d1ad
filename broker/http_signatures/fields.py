"""The three header fields, read so strictly that one value has one spelling.

Decides the grammar of `Signature-Input`, `Signature` and `Content-Digest`: the subset of RFC 8941 that the profile
needs. What was read is written again and must equal, byte for byte, what came: a second spelling (padding, a
double space, a tab, an escape) is refused, because some reader somewhere takes it for another value.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final

from broker.http_signatures.profile import MessageRefused, Step

_KEY: Final = r"[a-z*][a-z0-9_\-.*]{0,31}"
_STRING: Final = r"[ !#-\[\]-~]*"  # no quotation mark and no backslash: nothing to escape
_COMPONENT: Final = re.compile(rf'"({_STRING})"((?:;{_KEY})*)')
_PARAMETER: Final = re.compile(rf';({_KEY})=(?:"({_STRING})"|(0|[1-9][0-9]{{0,14}}))')
_MEMBER: Final = re.compile(rf"({_KEY})=\(([^()]*)\)(.*)")
_SIGNATURE: Final = re.compile(rf"({_KEY})=:([A-Za-z0-9+/=]*):")
_DIGEST: Final = re.compile(r"sha-256=:([A-Za-z0-9+/=]{44}):")

Value = str | int


@dataclass(frozen=True, slots=True)
class SignatureInput:
    """One member of `Signature-Input`: its label, the covered components as written (`"name"` or `"name";req`
    without quotation marks), and the parameters in their order."""

    label: str
    components: tuple[str, ...]
    parameters: dict[str, Value]

    @property
    def inner(self) -> str:
        """The value of `@signature-params` (RFC 9421 section 2.3)."""
        return write_parameters(self.components, self.parameters)

    def __str__(self) -> str:
        return f"{self.label}={self.inner}"


def write_parameters(components: tuple[str, ...], parameters: dict[str, Value]) -> str:
    """Components and parameters in their one spelling."""
    names = " ".join(component_id(one) for one in components)
    return f"({names})" + "".join(
        f";{name}={value}" if isinstance(value, int) else f';{name}="{value}"'
        for name, value in parameters.items()
    )


def component_id(component: str) -> str:
    """`content-type` as `"content-type"`, `@path;req` as `"@path";req`."""
    name, semicolon, flag = component.partition(";")
    return f'"{name}"{semicolon}{flag}'


def read_signature_input(text: str) -> SignatureInput:
    """Exactly one member. Raises MessageRefused."""
    found = _MEMBER.fullmatch(text)
    if found is None:
        raise MessageRefused(Step.PARSE)
    label, inner, rest = found.groups()
    components = tuple(name + flags for name, flags in _COMPONENT.findall(inner))
    parameters: dict[str, Value] = {}
    at = 0
    while at < len(rest):
        parameter = _PARAMETER.match(rest, at)
        if parameter is None or parameter[1] in parameters:
            raise MessageRefused(Step.PARSE)
        name, word, number = parameter.groups()
        parameters[name] = int(number) if number is not None else word
        at = parameter.end()
    read = SignatureInput(label, components, parameters)
    if str(read) != text:
        raise MessageRefused(Step.CANONICAL)
    return read


def read_signature(text: str, label: str) -> bytes:
    """The bytes of exactly one signature, with this label. Raises MessageRefused."""
    found = _SIGNATURE.fullmatch(text)
    if found is None or found[1] != label:
        raise MessageRefused(Step.PARSE)
    return _bytes(found[2])


def write_signature(label: str, signature: bytes) -> str:
    """The value of `Signature`."""
    return f"{label}=:{base64.b64encode(signature).decode('ascii')}:"


def content_digest(body: bytes) -> str:
    """The value of `Content-Digest` over these bytes; of nothing where there is no body."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode('ascii')}:"


def read_digest(text: str) -> bytes:
    """The 32 bytes of exactly one digest, `sha-256`. Raises MessageRefused."""
    found = _DIGEST.fullmatch(text)
    if found is None:
        raise MessageRefused(Step.PARSE)
    return _bytes(found[1])


def require_digest(claimed: str, body: bytes) -> None:
    """Raises MessageRefused unless the field is the digest of the body; compared in constant time."""
    if not hmac.compare_digest(read_digest(claimed), hashlib.sha256(body).digest()):
        raise MessageRefused(Step.DIGEST)


def _bytes(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MessageRefused(Step.PARSE) from None
    if base64.b64encode(data).decode("ascii") != text:
        raise MessageRefused(Step.CANONICAL)
    return data
