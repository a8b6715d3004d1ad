"""The signatures that RFC 9421 prints, judged by the broker's own base builder and algorithms.

The base of each is built by `broker.http_signatures.base` from the message where the standard prints one, and must
equal the printed base byte for byte. Ed25519 and ECDSA signatures are verified by `broker.http_signatures`; RSA
and HMAC ones, which the broker never takes, by the cryptography library over the broker's base.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from broker.http_signatures import MessageRefused
from broker.http_signatures.algorithms import require_signature
from broker.http_signatures.base import signature_base

OURS: Final = {"ed25519": Ed25519PublicKey, "ecdsa-p256-sha256": EllipticCurvePublicKey}
_ID: Final = re.compile(r'"([^"]+)"((?:;[a-z]+(?:="[^"]*")?)*)')
_SALT: Final = 64


def cases(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every printed signature."""
    return [*data["cases"], *data["extra"]]


def faults(data: Mapping[str, Any], case: Mapping[str, Any]) -> list[str]:
    """What is wrong with our reading of it; empty is right."""
    found = []
    printed = case["signature_base"].encode("ascii")
    lines = [line.split(": ", 1) for line in case["signature_base"].split("\n")]
    parameters = lines.pop()[1]
    values = {name.replace('"', "", 2): value for name, value in lines}
    read = _values(data, case, [name + flags for name, flags in _ID.findall(parameters.partition(")")[0])])
    if read is not None and read != values:
        found.append("the message was read otherwise")
    base = signature_base(read or values, parameters)
    if base != printed:
        found.append("the base differs")
    signature = base64.b64decode(case["signature_base64"])
    if not _verifies(data, case, signature, base):
        found.append("the signature does not verify")
    found.extend(
        f"a base changed at {at} verifies"
        for at in range(0, len(base), 17)
        if _verifies(data, case, signature, base[:at] + bytes([base[at] ^ 1]) + base[at + 1 :])
    )
    return found


def _verifies(data: Mapping[str, Any], case: Mapping[str, Any], signature: bytes, base: bytes) -> bool:
    algorithm, name = case["alg"], case["keyid"]
    if algorithm == "hmac-sha256":
        key = base64.b64decode(data["keys"][name]["secret_base64"])
        return hmac.compare_digest(hmac.digest(key, base, "sha256"), signature)
    public = load_pem_public_key(data["keys"][name]["public_pem"].encode())
    try:
        if algorithm in OURS:
            assert isinstance(public, Ed25519PublicKey | EllipticCurvePublicKey)
            assert isinstance(public, OURS[algorithm])
            require_signature(public, signature, base)
        else:
            assert isinstance(public, RSAPublicKey)
            if algorithm == "rsa-pss-sha512":
                public.verify(signature, base, PSS(MGF1(SHA512()), _SALT), SHA512())
            else:
                public.verify(signature, base, PKCS1v15(), SHA256())
    except (MessageRefused, InvalidSignature):
        return False
    return True


def _values(data: Mapping[str, Any], case: Mapping[str, Any], ids: list[str]) -> dict[str, str] | None:
    """Each component's value in the message; None where the standard prints no message."""
    if case.get("message") == "request":
        request, response = data["test_request"]["text"], None
    elif case.get("message") == "response":
        request, response = None, _written(data["test_response"])
    elif "request_message" in case:
        request, response = case["request_message"], case.get("response_message")
    else:
        return None
    return {
        one: _value(one.replace(";req", ""), request if response is None or ";req" in one else response)
        for one in ids
    }


def _written(response: Mapping[str, Any]) -> str:
    headers = "".join(f"{name}: {value}\n" for name, value in response["headers"])
    return f"HTTP/1.1 {response['status']} OK\n{headers}\n{response['body']}"


def _value(component: str, message: str) -> str:
    """Of one component in a message (RFC 9421 sections 2.1 and 2.2)."""
    first, *rest = message.replace("\r\n", "\n").partition("\n\n")[0].split("\n")
    headers: dict[str, list[str]] = {}
    for line in rest:
        name, _, value = line.partition(":")
        headers.setdefault(name.lower(), []).append(value.strip())
    one, two, _ = first.split(" ", 2)
    path, _, query = two.partition("?")
    if component.startswith("@query-param"):
        wanted = component.partition('name="')[2].rstrip('"')
        return dict(part.split("=") for part in query.split("&"))[wanted]
    derived = {
        "@method": one,
        "@path": path,
        "@query": f"?{query}",
        "@status": two,
        "@authority": headers.get("host", [""])[0],
    }
    return derived[component] if component in derived else ", ".join(headers[component])
