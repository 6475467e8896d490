"""Tables of steps: each row holds from its amount to the next row's."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from pydantic_core import PydanticCustomError


class Step(NamedTuple):
    """A row of a table of steps: from where it holds, and where it is said to end."""

    name: str
    start: Decimal | int
    below: Decimal | int | None


def check_steps(steps: Sequence[Step]) -> None:
    """Raise PydanticCustomError unless the steps ascend, have names of their own, and leave no gap and no overlap.

    A step's `below`, where it is written, must be the next step's start; the last step has no end.
    """
    for step, after in pairwise(steps):
        context = {"row": step.name, "next": after.name, "start": str(step.start), "next_start": str(after.start)}
        if after.start <= step.start:
            raise PydanticCustomError("steps_order", "rows do not ascend", context)
        if step.below is not None and step.below < after.start:
            raise PydanticCustomError("steps_gap", "a gap", {**context, "below": str(step.below)})
        if step.below is not None and step.below > after.start:
            raise PydanticCustomError("steps_overlap", "an overlap", {**context, "below": str(step.below)})
    if steps[-1].below is not None:
        raise PydanticCustomError("steps_end", "an end", {"row": steps[-1].name})
    names = [step.name for step in steps]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise PydanticCustomError("steps_names", "a name twice", {"row": twice})
