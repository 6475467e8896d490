"""A process that ends with the one that started it."""

import os
import signal
import threading
import time

STANDARD_INPUT = 0
LAST_SECONDS = 15  # a parent that was killed took the database along; nobody waits for longer than this
ENDED_BY_TERM = 128 + signal.SIGTERM


def end_with_parent() -> None:
    """Ask ourselves to end as soon as nobody holds our standard input open any more."""
    threading.Thread(target=_wait_for_the_end, name="follow", daemon=True).start()


def _wait_for_the_end() -> None:
    while os.read(STANDARD_INPUT, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST_SECONDS)
    os._exit(ENDED_BY_TERM)
