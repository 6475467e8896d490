"""One rate of one amount, exactly, for the loops of kernels: scalars in, scalars out."""

from jifen.engine.facts import FOR_EVER
from jifen.engine.kernels import kernel


@kernel
def portion(amount: int, num: int, den: int) -> tuple[int, int]:
    """Return floor(amount × num ÷ den) and the remainder, for any amount of 63 bits and num, den up to 10^9 × 9."""
    if amount <= FOR_EVER // max(num, 1):
        product = amount * num
        whole = product // den
        return whole, product - whole * den
    units = amount // den
    part = (amount - units * den) * num
    more = part // den
    return units * num + more, part - more * den
