"""point_sale: head office sells points to its branches and direct stores, branches to their stores."""

from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import MONEY_DECIMALS, Rate, to_minor
from jifen.engine.facts import NOBODY, Stores
from jifen.engine.lines import FREE, ISSUED, store_party
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Name, Points, Rule

Buyer = Literal["direct", "branch", "branch_store"]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PointPrice:
    """What one point costs a class of buyers that buy so many at a time, in CNY."""

    buyer: Buyer
    at_least: Points = 0
    price: Rate


class Cost(NamedTuple):
    """What points cost, fen, by which price, and who buys."""

    cost: int
    price: Rate
    buyer: Buyer


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PointSale(Rule):
    """Sell points into a store's float by a price list for each class of buyers (S3-03, S3-10, S3-27, S3-Q5).

    Direct stores and branches buy from head office, and so points come into being; stores of a branch buy what it has.
    The price is that of the row with the largest `at_least` that is reached; the cost is rounded up to the fen.
    """

    use: ClassVar[str] = "point_sale"
    section: ClassVar[str] = "on_float"
    actions: ClassVar[tuple[str, ...]] = ("buy_points",)

    kind: Name
    prices: Annotated[tuple[PointPrice, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _of_each_buyer_once(self) -> "PointSale":
        steps = [(row.buyer, row.at_least) for row in self.prices]
        if len(set(steps)) < len(steps):
            raise PydanticCustomError("prices_twice", "a buyer has two prices from the same number on")
        if not all(row.price.num for row in self.prices):
            raise PydanticCustomError("price_of_nothing", "a price is above 0")
        return self

    def cost_of(self, buyer: Buyer, amount: int, decimals: int) -> Cost | Message:
        """Return what `amount` minor units cost a buyer, or why they are not sold."""
        rows = sorted(((to_minor(row.at_least, decimals), row.price) for row in self.prices if row.buyer == buyer),
                      key=lambda row: row[0])  # fmt: skip
        if not rows:
            return say("the price list has nothing for {buyer}", buyer=buyer)
        reached = [price for least, price in rows if least <= amount]
        if not reached:
            least = min(row.at_least for row in self.prices if row.buyer == buyer)
            return say("{buyer} buys at least {least} at a time", buyer=buyer, least=str(least))
        price = reached[-1]
        per_fen = price.den * 10 ** (decimals - MONEY_DECIMALS)
        return Cost(-(-amount * price.num // per_fen), price, buyer)

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Post the points that a store buys, or say why it cannot."""
        stores, store = posting.store_table, action.store
        if action.kind != self.kind:
            return say("stores buy {kind} only", kind=self.kind)
        cost = self.cost_of(buyer_of(stores, store), action.amount, posting.kinds[self.kind].decimals)
        if isinstance(cost, Message):
            return cost
        branch = stores.branch_of(store)
        if branch != NOBODY and action.amount > posting.spendable(branch, self.kind):
            return say("the branch holds less than that")
        source = ISSUED if branch == NOBODY else store_party(branch)
        rows = (Row(source, self.kind, FREE, -action.amount), Row(store_party(store), self.kind, FREE, action.amount))
        posting.transfer(key=self.use, rule=self.use, rows=rows)
        return None


def buyer_of(stores: Stores, store: int) -> Buyer:
    """Return the class of buyers that a store belongs to (S3-27)."""
    if stores.is_a_branch(store):
        return "branch"
    return "direct" if stores.branch_of(store) == NOBODY else "branch_store"
