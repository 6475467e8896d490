"""Trouble that a person can mend: what is wrong, where, and what would be right."""

from collections.abc import Sequence
from dataclasses import dataclass

from jifen.engine.message import Message


@dataclass(frozen=True)
class Place:
    """One problem and where it lies, such as ("orders.csv", "line 12", "amount")."""

    where: tuple[str, ...]
    message: Message


class TroubleError(Exception):
    """A command cannot do what was asked; `places` lists problems in a file, `more` counts those not shown."""

    def __init__(self, message: Message, places: Sequence[Place] = (), more: int = 0) -> None:
        super().__init__(str(message))
        self.message = message
        self.places = places
        self.more = more
