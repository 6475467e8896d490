"""unlock: bringing a member or a store makes frozen points free."""

from decimal import Decimal
from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.amounts import to_minor
from jifen.engine.joining import Event, free_frozen
from jifen.engine.joining import Name as Key
from jifen.engine.posting import Posting
from jifen.engine.rule import STRICT, Name, Points, Rule, Slug


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Unlock(Rule):
    """Let the referrer's frozen points become free, up to an amount, when a member or store joins (S2-38, S2-40)."""

    use: ClassVar[str] = "unlock"
    section: ClassVar[str] = "on_join"
    repeats: ClassVar[bool] = True

    name: Slug
    event: Event
    kind: Name
    amount: Points

    def on_join(self, posting: Posting, newcomer: int, referrer: int, token: str) -> None:  # noqa: ARG002 - of all rules
        """Post what becomes free."""
        amount = to_minor(Decimal(self.amount), posting.kinds[self.kind].decimals)
        free_frozen(posting, Key(self.name, self.use), referrer, self.kind, amount)
