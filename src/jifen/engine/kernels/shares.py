"""Exact shares of one quantity by weight (S2-17)."""

from jifen.engine.facts import Int64s
from jifen.engine.kernels import kernel

TOTAL_MAX = 2**50  # so that a float of 53 bits is never off by more than one
WHOLE_MAX = 2**60  # so that what is left over fits 63 bits


@kernel
def share_by_weight(weight: Int64s, total: int, whole: int, share: Int64s) -> int:
    """Fill share with floor(total × weight ÷ whole) and return their sum.

    The product does not fit 64 bits: a float guesses the quotient, and the remainder of the guess, which does fit when
    the product is taken modulo 2⁶⁴, puts it right.
    """
    given = 0
    for i in range(len(weight)):
        guess = int(float(total) * float(weight[i]) / float(whole))
        rest = total * weight[i] - guess * whole
        while rest < 0:
            guess -= 1
            rest += whole
        while rest >= whole:
            guess += 1
            rest -= whole
        share[i] = guess
        given += guess
    return given
