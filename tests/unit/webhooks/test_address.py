"""Which addresses are taken, and to which machines a connection is made: the table that keeps the broker from
being sent to what only it can reach."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.errors import CallWrong
from broker.webhooks.address import may_connect, require_address

HOOK = require_address("https://hooks.example.org/broker")


@pytest.mark.parametrize(
    ("text", "authority", "path"),
    [
        ("https://hooks.example.org/broker", "hooks.example.org", "/broker"),
        ("https://hooks.example.org:443/", "hooks.example.org", "/"),
        ("https://hooks.example.org:8443/a/b-c_d.e~f", "hooks.example.org:8443", "/a/b-c_d.e~f"),
    ],
)
def test_an_address_that_is_taken(text: str, authority: str, path: str) -> None:
    found = require_address(text)
    assert (found.authority, found.path) == (authority, path)


@pytest.mark.parametrize(
    "text",
    [
        "http://hooks.example.org/",
        "http://127.0.0.1:8000/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://[::1]/",
        "https://localhost/",
        "https://user@hooks.example.org/",
        "https://user:secret@hooks.example.org/",
        "https://hooks.example.org/?token=secret",
        "https://hooks.example.org/#part",
        "https://hooks.example.org",
        "https://hooks.example.org/%2e%2e/",
        "https://hooks.example.org/a/../b",
        "https://hooks.example.org:0/",
        "https://hooks.example.org:65536/",
        "https://hooks.example.org\\@127.0.0.1/",
        "https://hooks.example.org/\n",
        "https://hooks..example.org/",
        "https://-a.example.org/",
        "https://HOOKS.example.org/",
        "https://höoks.example.org/",
        "ftp://hooks.example.org/",
        "https://hooks.example.org/" + "a" * 500,
    ],
)
def test_an_address_that_is_not_taken(text: str) -> None:
    with pytest.raises(CallWrong):
        require_address(text)


def test_this_machine_is_told_only_where_the_deployment_switched_it_on() -> None:
    found = require_address("http://127.0.0.1:8000/hook", loopback=True)
    assert may_connect(found, "127.0.0.1", (), loopback=True)
    assert not may_connect(found, "127.0.0.1", ())
    assert not may_connect(found, "10.0.0.1", (), loopback=True)
    for other in ("http://127.0.0.2:8000/", "http://localhost:8000/", "http://127.0.0.1/"):
        with pytest.raises(CallWrong):
            require_address(other, loopback=True)


@pytest.mark.parametrize("machine", ["81.2.69.142", "2a00:1450:4009:815::200e"])
def test_a_public_machine_is_connected_to(machine: str) -> None:
    assert may_connect(HOOK, machine, ())


REFUSED = (
    "127.0.0.1", "127.8.8.8", "0.0.0.1", "169.254.169.254", "224.0.0.1", "255.255.255.255", "240.0.0.1",
    "192.0.2.1",
    "::1", "::", "fe80::1", "fe80::1%eth0", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
    "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:0:7f00:1::", "",
)  # fmt: skip
"""What no deployment is connected to, listed or not."""
PRIVATE = ("10.1.2.3", "172.16.0.1", "192.168.0.1", "100.64.0.1", "fd00::1", "::ffff:10.0.0.1")
"""What is connected to only where the host is listed."""


@pytest.mark.parametrize("machine", REFUSED)
def test_this_machine_its_link_and_what_stands_for_them_are_never_connected_to(machine: str) -> None:
    assert not may_connect(HOOK, machine, ())
    assert not may_connect(HOOK, machine, {"hooks.example.org"})
    assert not may_connect(HOOK, machine, (), loopback=True)


@pytest.mark.parametrize("machine", PRIVATE)
def test_a_private_network_is_connected_to_only_for_a_listed_host(machine: str) -> None:
    assert not may_connect(HOOK, machine, ())
    assert may_connect(HOOK, machine, {"hooks.example.org"})
    assert not may_connect(HOOK, machine, {"other.example.org"})


def test_where_hosts_are_listed_no_other_is_told() -> None:
    assert not may_connect(HOOK, "81.2.69.142", {"other.example.org"})


@given(st.ip_addresses())
def test_what_is_connected_to_without_a_list_is_public(machine: Any) -> None:
    if may_connect(HOOK, str(machine), ()):
        found = getattr(machine, "ipv4_mapped", None) or machine
        assert found.is_global
