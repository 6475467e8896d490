"""The name that was probably meant."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cached_property

NEIGHBOURS = 100


def nearest(text: str, names: Iterable[str]) -> str:
    """Return the one of a few names that is most like the text, or "" when none is."""
    folded = {name.casefold(): name for name in names}
    found = get_close_matches(text.casefold(), folded, n=1)
    return folded[found[0]] if found else ""


class IdIndex:
    """Finds the id that was probably meant among very many; builds its index at the first question."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = ids

    def nearest(self, text: str) -> str:
        """Return an id that differs only in case, spaces, signs or leading zeros, else one spelled alike, else ""."""
        same = self._plain.get(_plain(text))
        if same is not None:
            return same
        place = bisect_left(self._sorted, text)
        around = self._sorted[max(0, place - NEIGHBOURS) : place + NEIGHBOURS]
        return nearest(text, reversed(around))

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._ids)

    @cached_property
    def _plain(self) -> dict[str, str]:
        return {_plain(name): name for name in self._ids if name}


def _plain(text: str) -> str:
    """Return the text in one case, without spaces, signs and leading zeros of numbers."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", re.sub(r"[\W_]", "", text.casefold()))
