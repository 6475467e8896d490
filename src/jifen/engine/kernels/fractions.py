"""One rate of one amount, exactly, for the loops of kernels: scalars in, scalars out."""

from jifen.engine.facts import FOR_EVER
from jifen.engine.kernels import kernel


@kernel
def simple_up_to(num: int) -> int:
    """Return the largest amount whose product with `num` fits 63 bits; kernels ask once, before their loop."""
    return FOR_EVER // max(num, 1)


@kernel
def portion(amount: int, num: int, den: int, simple: int) -> tuple[int, int]:
    """Return floor(amount × num ÷ den) and the remainder, for any amount of 63 bits, den ≤ 10^9 and num ≤ 9 × den.

    `simple` is simple_up_to(num), or that of a larger num.
    """
    if amount <= simple:
        product = amount * num
        whole = product // den
        return whole, product - whole * den
    units = amount // den
    part = (amount - units * den) * num
    more = part // den
    return units * num + more, part - more * den
