"""The command line: jifen run, why, programmes, sample."""

import signal
import sys
from collections.abc import Sequence
from types import FrameType

INTERRUPTED = 130  # what shells expect after Ctrl-C


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code. Ctrl-C and a request to end stop it cleanly at any moment."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        from jifen.cli.main import run_command  # noqa: PLC0415 - takes a second or two, in which Ctrl-C is no accident

        return run_command(argv)
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return INTERRUPTED


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
