"""Numba loops that forest, book and rules call; each has a plain-Python twin in the tests.

Members lie in pre-order (ADR 0003): behind a member stand all those below it, without a gap. So a subtree is an
interval, what it adds up to is a difference of two running sums, and going backward everybody below is met before the
member.

Helpers called inside a hot loop take and return scalars only: an array argument costs an atomic reference count each
call. Large arrays are made by NumPy outside the kernels, which asks the operating system for huge pages; Numba does
not. Indices that cannot be negative are unsigned where it is hot: a signed one costs a test each.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

# No test for a zero divisor at each division: rates have none.
kernel = njit(cache=True, nogil=True, error_model="numpy")

Ranks = NDArray[np.int8]
Rests = NDArray[np.int32]
Rows = NDArray[np.int64]  # two dimensions

BLOCK = 1024  # positions sorted out at a time, so that they stay in the nearest cache
