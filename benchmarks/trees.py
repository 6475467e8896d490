"""Shapes of referral forests: the referrer of each member, always an earlier one; the same for the same size."""

from collections.abc import Iterator

import numpy as np

from jifen.engine.facts import NOBODY, Int32s

CHUNK = 1_000_000  # members made at a time, so that making them needs little memory
DEEP = 300_000
SEED = 20240301


def tree(shape: str, members: int) -> Int32s:
    """Return the referrers of a forest of the shape: uniform, power-law, star, chain or deep."""
    referrer = SHAPES[shape](members)
    referrer[0] = NOBODY
    return referrer


def chunks(size: int) -> Iterator[slice]:
    """Yield slices that together cover `size` elements."""
    for first in range(0, size, CHUNK):
        yield slice(first, min(first + CHUNK, size))


def uniform(members: int) -> Int32s:
    """Everybody is referred by any earlier member, all equally likely (a random recursive tree)."""
    random = np.random.default_rng(SEED)
    referrer = np.zeros(members, np.int32)
    for part in chunks(members):
        later = np.arange(max(part.start, 1), part.stop)
        referrer[later[:1].sum() : part.stop] = random.integers(0, later)
    return referrer


def power_law(members: int) -> Int32s:
    """Half of all are referred by any earlier member, half by whoever referred a random earlier member.

    The second half meets a referrer in proportion to how many it referred already, so a few refer very many.
    """
    picked, own = uniform(members), np.random.default_rng(SEED + 1).integers(0, 2, members, np.int8).astype(bool)
    own[:2] = True
    origin = np.arange(members, dtype=np.int32)
    borrowed = np.flatnonzero(~own)
    while len(borrowed) > 0:
        origin[borrowed] = picked[origin[borrowed]]
        borrowed = borrowed[~own[origin[borrowed]]]
    return picked[origin]


def star(members: int) -> Int32s:
    """The first member referred everybody else."""
    return np.zeros(members, np.int32)


def chain(members: int) -> Int32s:
    """Everybody referred the next."""
    return np.arange(-1, members - 1, dtype=np.int32)


def deep(members: int) -> Int32s:
    """A chain of DEEP members with all others below them and each other at random."""
    referrer = uniform(members)
    referrer[:DEEP] = chain(min(DEEP, members))
    return referrer


SHAPES = {"uniform": uniform, "power-law": power_law, "star": star, "chain": chain, "deep": deep}
