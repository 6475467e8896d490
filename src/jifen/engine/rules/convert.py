"""convert: free points become another kind, at a declared price or a fixed rate."""

from fractions import Fraction
from typing import Annotated, ClassVar

from pydantic import Field
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Rate, Share
from jifen.engine.declared import CNY, DeclaredName
from jifen.engine.lines import CONVERTED, FREE, FROZEN, ISSUED
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Name, Rule, Switch, Whole

_MICROSECONDS = 60 * 1_000_000


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Convert(Rule):
    """Convert free points into another kind; it may stand several times, and there is no way back (S0-23, S0-24).

    With `price`, into a token of equal value at the price of the moment, one point being worth 1 CNY (S4-28): the
    price in CNY is the declared value of the name given. It is declared by hand, or fed in real time: then
    `price_age_minutes_max` refuses a conversion when the feed has fallen silent (S4-29). Without, at a fixed `rate`.
    """

    use: ClassVar[str] = "convert"
    section: ClassVar[str] = "on_convert"
    repeats: ClassVar[bool] = True
    actions: ClassVar[tuple[str, ...]] = ("convert",)

    kind: Name
    into: Name
    price: Annotated[str, Field(max_length=60)] = ""  # the name of a declared value; "": at a fixed rate
    price_age_minutes_max: Annotated[Whole, Field(ge=0)] = 0  # 0: a price stands until another is declared
    rate: Share = Field(default=Rate(1, 1))  # points of `into` for one point; with a price always 1 CNY a point
    held: Switch = False  # what is bought stays frozen until it is released

    def declared_values(self) -> tuple[DeclaredName, ...]:
        """Return the price, which is read at the moment of a conversion."""
        if not self.price:
            return ()
        return (DeclaredName(self.price, None, None, None, CNY, by_day=False, is_price=True),)

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Post the conversion, or return why not."""
        if (action.kind, action.to_kind) != (self.kind, self.into):
            return say("{kind} cannot be converted into {into}", kind=action.kind, into=action.to_kind)
        value = self.rate_at(posting, action)
        if isinstance(value, Message):
            return value
        if action.amount > posting.free(action.member, action.kind):
            return say("too few free points")
        into_unit, kind_unit = (10 ** posting.kinds[kind].decimals for kind in (self.into, self.kind))
        bought = action.amount * into_unit * value.numerator // (kind_unit * value.denominator)
        if bought == 0:
            return say("worth less than the smallest unit of {kind}", kind=self.into)
        rows = (
            Row(action.member, self.kind, FREE, -action.amount),
            Row(CONVERTED, self.kind, FREE, action.amount),
            Row(ISSUED, self.into, FREE, -bought),
            Row(action.member, self.into, FROZEN if self.held else FREE, bought),
        )
        posting.transfer(key="convert", rule="convert", rows=rows)
        return None

    def rate_at(self, posting: Posting, action: ActionFact) -> Fraction | Message:
        """Return how much of `into` one point buys at the moment of the action, or why nothing can be bought."""
        if not self.price:
            return Fraction(self.rate.num, self.rate.den)
        declared = posting.declared.at(self.price, action.at)
        if declared is None or declared.value <= 0:
            return say("no {name} is declared for this moment", name=self.price)
        if self.price_age_minutes_max and action.at - declared.starts_at > self.price_age_minutes_max * _MICROSECONDS:
            return say(
                "the last {name} is older than {minutes} minutes",
                name=self.price,
                minutes=self.price_age_minutes_max,
            )
        return Fraction(declared.value.denominator, declared.value.numerator)
