"""Exact shares of one quantity by weight (S2-17)."""

import numpy as np

from jifen.engine.facts import Int64s
from jifen.engine.kernels import kernel

HALF, LOW = np.uint64(32), np.uint64(2**32 - 1)  # of 64 bits
ONE = np.uint64(1)
SUM_MAX = 2**62  # twice as much fits 64 bits


def sum_of(column: Int64s) -> int:
    """Return the sum of a column, which may be more than 63 bits hold."""
    return int((column >> 32).sum()) * 2**32 + int((column & (2**32 - 1)).sum())


@kernel
def high_half(a: np.uint64, b: np.uint64) -> np.uint64:
    """Return floor(a × b ÷ 2⁶⁴)."""
    a_low, a_high, b_low, b_high = a & LOW, a >> HALF, b & LOW, b >> HALF
    first = a_high * b_low + (a_low * b_low >> HALF)
    second = a_low * b_high + (first & LOW)
    return a_high * b_high + (first >> HALF) + (second >> HALF)


@kernel
def share_by_weight(weight: Int64s, parts: tuple[np.uint64, ...], share: Int64s) -> int:
    """Fill share with floor(total × weight ÷ whole) and return their sum; `parts` are parts_of(total, whole).

    The product does not fit 64 bits: the quotient is guessed by the high half of a product with a reciprocal, which is
    at most two too small, and the remainder of the guess, taken modulo 2⁶⁴, puts it right.
    """
    whole, each, more, reciprocal = parts
    given = 0
    for i in range(len(weight)):
        one = np.uint64(weight[i])
        guess = high_half(one, reciprocal)
        rest = more * one - guess * whole
        while rest >= whole:
            guess += ONE
            rest -= whole
        share[i] = np.int64(each * one + guess)
        given += share[i]
    return given


def parts_of(total: int, whole: int) -> tuple[np.uint64, ...]:
    """Return whole, total ÷ whole and its remainder, and remainder × 2⁶⁴ ÷ whole; both below 2⁶², whole above 0."""
    each, more = divmod(total, whole)
    return np.uint64(whole), np.uint64(each), np.uint64(more), np.uint64((more << 64) // whole)
