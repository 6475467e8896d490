"""Numba loops that forest, book and rules call; each has a plain-Python twin in the tests.

All tree passes share one shape (ADR 0003). Members lie in pre-order with each member's largest subtree last. A pass
goes from the last position to the first, so it meets everybody below a member before the member. A stack of rows holds
the sums of subtrees whose parent is still to come: a member with children finds their sums in the top row, turns that
row into its own contribution, and leaves it there (last child) or adds it to the row of its later siblings. Only a
path's light edges keep rows open, so ROWS_MAX rows serve any forest that fits in memory.

Helpers called inside a hot loop take and return scalars only: an array argument costs an atomic reference count each
call. Large arrays are made by NumPy outside the kernels, which asks the kernel of the machine for huge pages; Numba
does not.
"""

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.uint8]
Ranks = NDArray[np.int8]
Rests = NDArray[np.int32]
Rows = NDArray[np.int64]  # two dimensions

HAS_CHILDREN, LAST_CHILD, ROOT = 1, 2, 4
ROWS_MAX = 34  # 2 + log2 of the most members (2^31) an int32 position can name
