"""Where servers of the tests keep their files: in memory, where there is room.

A test that commits gets a database of its own, and that is a thousand files: on a disk it takes seconds, in memory a
tenth of one.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev") / "shm"
ROOM_BYTES = 4 * 2**30


def server_folder(prefix: str) -> Path:
    """Make a folder with a short path that the server's account reaches."""
    in_memory = _is_of_use()
    if in_memory:
        _remove_what_the_dead_left(prefix)
    folder = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=MEMORY if in_memory else None))
    folder.chmod(0o755)
    return folder


def _is_of_use() -> bool:
    """Whether there is room, and programs may run: those of the embedded server are copied beside its files."""
    if not os.access(MEMORY, os.W_OK):
        return False
    return shutil.disk_usage(MEMORY).free >= ROOM_BYTES and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC


def _remove_what_the_dead_left(prefix: str) -> None:
    for left in MEMORY.glob(f"{prefix}*-*"):
        pid = left.name.removeprefix(prefix).partition("-")[0]
        if pid.isdigit() and not Path("/proc", pid).exists():
            shutil.rmtree(left, ignore_errors=True)
