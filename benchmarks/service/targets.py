"""What is wanted, beside what was measured."""

from benchmarks.report import seconds, times
from benchmarks.tables import Target, judged

__all__ = ["Target", "at_least", "at_most", "judged"]


def at_least(name: str, wanted: float, ratio: float) -> Target:
    """Return a row for a ratio that should not be lower."""
    return judged(name, f"≥ {wanted:g} ×", times(ratio), ratio >= wanted)


def at_most(name: str, wanted: float, measured: float) -> Target:
    """Return a row for a time that should not be longer."""
    return judged(name, f"< {seconds(wanted)}", seconds(measured), measured < wanted)
