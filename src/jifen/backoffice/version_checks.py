"""What is worth a second look in a version: the document's own warnings, and whether its examples come out (S0-Q2).

Examples run for a few seconds of a request; the next request goes on. The text of a version never changes, so what came
out is kept by its digest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from django.core.cache import cache

from jifen.engine.example_run import failures_of
from jifen.engine.message import Message
from jifen.engine.programme import Programme as Terms

SECONDS = 4
KEPT_SECONDS = 24 * 3600
HUNDRED = 100


@dataclass(frozen=True)
class Checked:
    """What was found so far: which examples fail and how, and how many of them have run."""

    warnings: list[Message]
    failing: list[tuple[str, list[Message]]]
    done: int
    total: int

    @property
    def running(self) -> bool:
        """Whether there are examples still to run."""
        return self.done < self.total

    @property
    def percent(self) -> int:
        """How much of them has run."""
        return HUNDRED * self.done // self.total if self.total else HUNDRED

    @property
    def held(self) -> int:
        """How many came out."""
        return self.done - len(self.failing)


def check(terms: Terms, clock: Callable[[], float] = monotonic) -> Checked:
    """Run examples that have not run yet, until the time is up; at least one."""
    key, ends = f"examples:{terms.digest}", clock() + SECONDS
    found: list[list[Message]] = cache.get(key, [])
    for example in terms.examples[len(found) :]:
        found.append(failures_of(terms, example))
        if clock() > ends:
            break
    cache.set(key, found, KEPT_SECONDS)
    failing = [(one.name, messages) for one, messages in zip(terms.examples, found, strict=False) if messages]
    return Checked(terms.warnings(), failing, len(found), len(terms.examples))
