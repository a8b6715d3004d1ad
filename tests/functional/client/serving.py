"""The broker behind a real socket: in a thread of this process, with the office's own clock; or `broker serve`, a
process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from broker.serving.listening import listening
from broker.serving.server import server_config
from tests.functional.usecases.office import ROOT


@contextmanager
def serving(make: Callable[[str], ASGIApp]) -> Iterator[str]:
    """Serves the application that `make` gives for an authority, and yields `127.0.0.1:port`."""
    with listening(0) as listener:
        authority = f"127.0.0.1:{listener.getsockname()[1]}"
        server = uvicorn.Server(server_config(make(authority)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield authority
        finally:
            server.should_exit = True
            thread.join(timeout=20)


@contextmanager
def serve_process(environment: Mapping[str, str]) -> Iterator[str]:
    """`broker serve` by this machine's clock; yields `127.0.0.1:port`."""
    command = [sys.executable, "-m", "broker", "serve", "--port", "0", "--private-port", "0", "--json"]
    kept = {**environment, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, env=kept, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout is not None
            said = ""
            for line in server.stdout:
                said += line
                if line.startswith("}"):
                    break
            yield json.loads(said)["address"].removeprefix("http://").rstrip("/")
        finally:
            os.kill(server.pid, signal.SIGTERM)
            server.wait(timeout=30)
