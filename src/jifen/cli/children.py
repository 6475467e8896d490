"""The processes of a running demo: the web server and the worker. They end with us, however we end."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from jifen.cli.processes import begin
from jifen.cli.trouble import TroubleError
from jifen.engine.message import say

READY_SECONDS, STOP_SECONDS = 60, 20
STEP_SECONDS = 0.1
LOG_LINES = 3


class Child:
    """A command of ours in a process of its own, with its log."""

    def __init__(self, words: Sequence[str], log: Path, settings: Mapping[str, str]) -> None:
        self.words = words
        self.log = log
        environment = os.environ | {"JIFEN_LOG_LEVEL": "info", "PYTHONUNBUFFERED": "1"} | dict(settings)
        with log.open("ab") as output:
            command = [sys.executable, "-m", "jifen.cli", *words, "--follow"]
            self.process = begin(command, environment=environment, output=output)

    def refuse_ended(self) -> None:
        """Raise trouble when the process has ended by itself."""
        if self.process.poll() is not None:
            last = " / ".join(self.log.read_text("utf-8", "replace").splitlines()[-LOG_LINES:])
            raise TroubleError(
                say("{command} has ended: {why}; see {log}", command=f"jifen {self.words[0]}", why=last, log=self.log)
            )


@contextmanager
def children(commands: Sequence[tuple[Sequence[str], Path]], **settings: str) -> Iterator[list[Child]]:
    """Run commands while the block runs, each with its log, and end them all together."""
    running: list[Child] = []
    try:
        running.extend(Child(words, log, settings) for words, log in commands)
        yield running
    finally:
        _end(running)


def ignore_signals() -> None:
    """One Ctrl-C is enough; a second one should not leave anything half stopped."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _end(running: Sequence[Child]) -> None:
    for child in running:
        child.process.send_signal(signal.SIGTERM)
    until = time.monotonic() + STOP_SECONDS
    for child in running:
        try:
            child.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
        if child.process.stdin is not None:
            child.process.stdin.close()


def wait_until_it_answers(host: str, port: int, running: Sequence[Child]) -> None:
    """Return when the web server answers; one that does not come up is trouble."""
    until = time.monotonic() + READY_SECONDS
    while not _answers(host, port):
        for child in running:
            child.refuse_ended()
        if time.monotonic() > until:
            raise TroubleError(say("the web server does not answer; see {log}", log=running[0].log))
        time.sleep(STEP_SECONDS)


def watch(running: Sequence[Child]) -> None:
    """Return never; a child that ends by itself is trouble."""
    while True:
        time.sleep(1)
        for child in running:
            child.refuse_ended()


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
