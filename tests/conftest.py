"""What all tests share: a cache of compiled kernels for each test process."""

import os
from pathlib import Path

# Two processes that compile one kernel for different types may overwrite each other's file in a
# shared Numba cache. pytest-xdist names its processes in the environment; Numba reads its directory
# when it is first imported.
CACHES = Path(__file__).parent.parent / ".numba_cache"
os.environ["NUMBA_CACHE_DIR"] = str(CACHES / os.environ.get("PYTEST_XDIST_WORKER", "main"))
