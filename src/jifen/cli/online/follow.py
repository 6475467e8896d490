"""A process that ends with the one that started it."""

import os
import signal
import threading

STANDARD_INPUT = 0


def end_with_parent() -> None:
    """Ask ourselves to end as soon as nobody holds our standard input open any more."""
    threading.Thread(target=_wait_for_the_end, name="follow", daemon=True).start()


def _wait_for_the_end() -> None:
    while os.read(STANDARD_INPUT, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
