"""The signer as a process of its own: it is started as an operator would, and killed as no operator should."""

from __future__ import annotations

import base64
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from broker.audit.checkpoint import Checkpoint, open_checkpoint
from broker.audit.entry import entry_bytes
from broker.audit.frontier import Frontier
from broker.audit.note import NoteKey, NoteRefused
from broker.audit.tree import ProofRefused, consistency_ranges, leaf_hash, proof_from
from broker.audit.verify import Verdict
from broker.errors import BrokerError, CallWrong, SystemFailed
from broker.settings import LAST_FILE, PUBLIC_FILE
from broker.usecases.log import signer_process
from broker.usecases.log.export_log import export_to
from broker.usecases.log.log_signer import KEY_FILE, LogSigner
from broker.usecases.log.prove_entry import prove_entry
from broker.usecases.log.remote_signer import RemoteSigner
from broker.usecases.log.signer_process import serve_signer
from broker.usecases.log.verify_log import verify_live
from tests.functional.usecases.office import Office

ROOT = Path(__file__).parents[2]
ORIGIN = "broker.example/log"


class Signing:
    """A signer that may be killed and started again, and what the application sees of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.socket, self.keys = folder / "signer", folder / "socket", folder / "app"
        self.keys.mkdir()

    @contextmanager
    def process(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """The command, until it answers; killed at the end."""
        command = [sys.executable, "-m", "broker", "audit", "signer", str(self.folder), "--socket"]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BROKER_")}
        process = subprocess.Popen(
            [*command, str(self.socket), "--json", *words],
            cwd=ROOT, env=kept, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def open(self) -> RemoteSigner:
        return RemoteSigner.open(self.socket, ORIGIN, self.keys)


@pytest.fixture
def signing(tmp_path: Path) -> Signing:
    return Signing(tmp_path)


def ready(process: subprocess.Popen[str]) -> dict[str, str]:
    """What it says once it listens, which is one JSON object over several lines."""
    assert process.stdout is not None
    said = ""
    while not said.endswith("}\n"):
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        said += line
    return dict(json.loads(said))


class Growing:
    """A log that grows, and can say how it did; `salt` makes another log."""

    def __init__(self, salt: str = "") -> None:
        self.salt = salt
        self.nodes: dict[object, bytes] = {}
        self.frontiers = [Frontier()]

    def to(self, size: int) -> Frontier:
        while len(self.frontiers) <= size:
            grown = self.frontiers[-1].extend([leaf_hash(f"{self.salt}{len(self.frontiers)}".encode())])
            self.nodes.update(dict(grown.completed))
            self.frontiers.append(grown.frontier)
        return self.frontiers[size]

    def head(
        self, size: int, last: Checkpoint | None, origin: str = ORIGIN
    ) -> tuple[Checkpoint, tuple[bytes, ...]]:
        self.to(max(size, last.size if last is not None else 0))
        extends = last is not None and 0 < last.size <= size
        ranges = consistency_ranges(last.size, size) if last is not None and extends else ()
        return Checkpoint(origin, size, self.to(size).root), proof_from(ranges, self.nodes)  # type: ignore[arg-type]

    def sign(self, signer: RemoteSigner, size: int) -> str:
        return signer.sign(lambda last: self.head(size, last))


def test_it_signs_what_extends_and_refuses_what_does_not(signing: Signing) -> None:
    log, other = Growing(), Growing("rewritten ")
    with signing.process("--origin", ORIGIN) as process:
        told = ready(process)
        signer = signing.open()
        assert told["log_key"] == str(signer.public)
        for size in (3, 3, 7, 8):
            assert open_checkpoint(log.sign(signer, size), signer.public).size == size
        with pytest.raises(ProofRefused, match="two roots for one size"):
            other.sign(signer, 8)
        with pytest.raises(ProofRefused, match="leads to other roots"):
            other.sign(signer, 20)
        with pytest.raises(ProofRefused, match="there is none from 8 to 5"):
            log.sign(signer, 5)
        with pytest.raises(NoteRefused, match=r"not of `broker\.example/log`"):
            signer.sign(lambda last: log.head(9, last, "another.example/log"))
        with pytest.raises(NoteRefused, match="nothing else"):
            signer.sign(lambda last: (replace(log.head(9, last)[0], extensions=("more",)), log.head(9, last)[1]))
        assert open_checkpoint(log.sign(signer, 9), signer.public).size == 9
    # Started again it needs no name, and remembers.
    with signing.process() as process:
        ready(process)
        with pytest.raises(ProofRefused):
            other.sign(signing.open(), 9)
        assert log.sign(signing.open(), 9) == (signing.folder / LAST_FILE).read_text("utf-8")


def test_the_application_holds_a_public_key_and_nothing_else(signing: Signing) -> None:
    with signing.process("--origin", ORIGIN) as process:
        ready(process)
        Growing().sign(signing.open(), 2)
    assert {one.name for one in signing.keys.iterdir()} == {PUBLIC_FILE}
    assert signing.folder.stat().st_mode & 0o077 == 0
    assert (signing.folder / KEY_FILE).stat().st_mode & 0o077 == 0


def test_killed_at_any_moment_it_never_signs_two_checkpoints_of_one_size(signing: Signing) -> None:
    """Asked for two logs at once, whichever it takes first it keeps to, however often it is killed."""
    dice = random.Random(7)
    logs = (Growing("a"), Growing("b"))
    seen: dict[int, set[bytes]] = {}
    handed_out = killed = 0
    public: NoteKey | None = None
    for _ in range(5):
        with signing.process("--origin", ORIGIN) as process:
            ready(process)
            signer = signing.open()
            assert public in (None, signer.public)
            public = signer.public
            killer = threading.Timer(dice.uniform(0.02, 0.4), process.send_signal, (signal.SIGKILL,))
            killer.start()
            with suppress(SystemFailed):
                while True:
                    last = max(seen, default=0)
                    for log in dice.sample(logs, 2):
                        with suppress(ProofRefused, NoteRefused):
                            note = log.sign(signer, last + dice.randrange(3))
                            found = open_checkpoint(note, public)
                            seen.setdefault(found.size, set()).add(found.root)
                            handed_out += 1
            killer.join()
            process.wait()
            killed += process.returncode == -signal.SIGKILL
        # What it had written down and not handed out counts as signed.
        if (signing.folder / LAST_FILE).exists():
            found = open_checkpoint((signing.folder / LAST_FILE).read_text("utf-8"), public)
            seen.setdefault(found.size, set()).add(found.root)
            assert found.size == max(seen)
    assert killed == 5
    assert handed_out > 5
    assert all(len(roots) == 1 for roots in seen.values())


def test_the_office_works_with_a_signer_elsewhere(office: Office, signing: Signing, tmp_path: Path) -> None:
    keys = office.broker.settings.keys()
    for name in (KEY_FILE, LAST_FILE, PUBLIC_FILE):
        (keys / name).unlink(missing_ok=True)
    settings = office.broker.settings.model_copy(update={"log_signer": signing.socket})
    world = replace(office.broker, settings=settings)
    with signing.process("--origin", settings.log_origin) as process:
        ready(process)
        exported = export_to(world, tmp_path / "log")
        assert exported.agrees
        leaf = leaf_hash(entry_bytes(office.entries()[0])).hex()
        assert prove_entry(world, leaf).index == 0
        assert verify_live(world).verdict is Verdict.SOUND
        assert not (keys / KEY_FILE).exists()
    with pytest.raises(SystemFailed, match="does not answer"):
        prove_entry(world, leaf)


def test_two_keys_for_one_log_are_refused(office: Office, tmp_path: Path) -> None:
    verify_live(office.broker)
    settings = office.broker.settings.model_copy(update={"log_signer": tmp_path / "socket"})
    with pytest.raises(CallWrong, match="lies here although BROKER_LOG_SIGNER names another process"):
        verify_live(replace(office.broker, settings=settings))


# --- the dialogue, in this process ---


@contextmanager
def serving(signing: Signing, origin: str = ORIGIN) -> Iterator[None]:
    """The same signer in a thread, until the test ends with its process."""
    up = threading.Event()
    thread = threading.Thread(
        target=serve_signer, args=(signing.folder, origin, signing.socket, lambda _: up.set()), daemon=True
    )
    thread.start()
    assert up.wait(10)
    yield


def test_a_signer_with_another_key_or_for_another_log_is_not_asked(signing: Signing) -> None:
    with serving(signing):
        with pytest.raises(CallWrong, match=r"this log is called `broker\.example/log`"):
            RemoteSigner.open(signing.socket, "another.example/log", signing.keys)
        signer = signing.open()
        other = LogSigner.open(signing.keys.parent, ORIGIN)
        (signing.keys / PUBLIC_FILE).write_text(f"{other.public}\n", "ascii")
        with pytest.raises(SystemFailed, match="names another key"):
            signing.open()
        with pytest.raises(SystemFailed, match="its key is another"):
            Growing().sign(replace(signer, public=other.public), 3)


def test_two_signers_at_one_socket_are_one_too_many(signing: Signing) -> None:
    with serving(signing), pytest.raises(CallWrong, match="another signer answers there"):
        serve_signer(signing.folder, ORIGIN, signing.socket)


def test_a_folder_that_others_may_enter_is_refused(signing: Signing) -> None:
    signing.folder.mkdir(mode=0o755)
    signing.folder.chmod(0o755)
    with pytest.raises(CallWrong, match="chmod 700"):
        serve_signer(signing.folder, ORIGIN, signing.socket)


@pytest.mark.parametrize(
    "said",
    [b"", b"no json\n", b"[1]\n", b"{}\n", b'{"checkpoint": 3, "proof": []}\n',
     b'{"checkpoint": "x", "proof": 1}\n', b"x" * 70_000, b"x"],
)  # fmt: skip
def test_nonsense_is_hung_up_on_and_the_next_is_served(
    signing: Signing, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signer_process, "ANSWER_WITHIN", 0.3)
    with serving(signing):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(signing.socket))
            assert connection.recv(4096).startswith(b'{"log_key"')
            with suppress(OSError):
                connection.sendall(said)
            assert connection.recv(4096) == b""
        assert Growing().sign(signing.open(), 3)


@pytest.mark.parametrize("proof", [["zz"], [7], ["00"]])
def test_a_proof_that_is_none_is_refused(signing: Signing, proof: list[object]) -> None:
    with serving(signing):
        signer = signing.open()
        log = Growing()
        log.sign(signer, 3)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(signing.socket))
            assert connection.recv(4096)
            text = log.head(5, None)[0].text
            connection.sendall(json.dumps({"checkpoint": text, "proof": proof}).encode() + b"\n")
            assert json.loads(connection.recv(4096))["refused"] == "proof"


def test_a_note_that_is_not_of_what_was_asked_is_not_handed_on(signing: Signing) -> None:
    with serving(signing):
        signer = signing.open()
        log = Growing()
        note = log.sign(signer, 3)
        asked = log.head(4, None)[0]
        with pytest.raises(SystemFailed, match="something else"):
            signer._note({"note": note}, asked)
        with pytest.raises(BrokerError):
            signer._note({"note": note.replace("\n3\n", "\n4\n")}, asked)
        with pytest.raises(SystemFailed):
            signer._note({"refused": "failed", "where": "disk", "message": "full"}, asked)


def test_a_line_is_read_whole_or_not_at_all() -> None:
    here, there = socket.socketpair()
    with here, there:
        there.sendall(base64.b16encode(b"x" * 10))
        began = time.monotonic()
        with pytest.raises(signer_process.HungUp):
            signer_process.receive_line(here, 0.05)
        assert began <= time.monotonic()
