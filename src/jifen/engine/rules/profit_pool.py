"""profit_pool: points with a price that a pool of money stands behind."""

from collections.abc import Iterable
from typing import Annotated, ClassVar

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import MONEY, MONEY_DECIMALS, Rate, Share
from jifen.engine.lines import CONVERTED, FREE, ISSUED, POOL, POOL_RESERVE, Exit
from jifen.engine.message import Message, say
from jifen.engine.pool import Pool
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Name, Rule, Whole


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ProfitPool(Rule):
    """Feed a pool from orders and grant their buyers points at its price (S1-01 … S1-12).

    The price is pool ÷ points in circulation. Points worth `minted` of what enters are granted at the price before, so
    it does not fall; a sale is paid less `kept`, so it does not fall either. Whose points are worth `exit_multiple`
    times what was spent since the last exit is made to sell all of them (S1-09, S1-Q2); 0 makes nobody sell. With
    `mint_after_days` points are granted once an order can no longer be returned. The exact meaning is on the
    settlement page, section Growth.
    """

    use: ClassVar[str] = "profit_pool"
    section: ClassVar[str] = "on_order"
    actions: ClassVar[tuple[str, ...]] = ("sell", "inject")

    kind: Name
    minted: Rate
    kept: Rate
    start_price: Share = Field(default=Rate(1, 1))
    exit_multiple: Rate
    minimum_supply: Annotated[Whole, Field(ge=0, le=10**9)] = 0
    mint_after_days: Annotated[Whole, Field(ge=0, le=365)] = 0

    @model_validator(mode="after")
    def _price_never_falls(self) -> "ProfitPool":
        if self.minted.num > self.minted.den or self.kept.num > self.kept.den:
            raise PydanticCustomError("share_of_pool", "a share is at most 1, or the price would fall")
        if not self.start_price.num:
            raise PydanticCustomError("start_price", "the first price is more than 0")
        return self

    def open(self, decimals: int) -> Pool:
        """Return the pool before its first order; `decimals` are those of its kind."""
        return Pool(self.start_price.num * 10**MONEY_DECIMALS, self.start_price.den * 10**decimals)

    def take_in(self, posting: Posting, share: int) -> tuple[int, int]:
        """Let `share` fen enter the pool; return (the account that takes it, the points to be granted for it).

        While nothing circulates, what buys not even the smallest unit waits in the reserve for the next order.
        """
        pool = _pool(posting)
        minted = pool.mintable(share, self.minted)
        if not pool.supply and not minted:
            pool.waiting += share
            return POOL_RESERVE, 0
        pool.money += share
        return POOL, minted

    def grant(self, posting: Posting, member: int, minted: int, path: str = "") -> None:
        """Grant points that were minted, and let what waited for them join the pool."""
        pool = _pool(posting)
        if not pool.supply and minted:
            rows = (Row(POOL_RESERVE, MONEY, FREE, -pool.waiting), Row(POOL, MONEY, FREE, pool.waiting))
            posting.transfer(key=f"{path}waiting", rule=self.use, rows=rows)
            pool.money += pool.waiting
            pool.waiting = 0
        pool.supply += minted
        rows = (Row(ISSUED, self.kind, FREE, -minted), Row(member, self.kind, FREE, minted))
        posting.transfer(key=f"{path}mint", rule=self.use, rows=rows)

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Sell a member's points, or let outside money into the pool; or return why not."""
        if action.action == "inject":
            self.inject(posting, action.amount, ISSUED, "inject", "inject")
            return None
        pool = _pool(posting)
        if action.kind != self.kind:
            return say("{kind} cannot be sold", kind=action.kind)
        if action.amount > posting.free(action.member, self.kind):
            return say("too few free points")
        if pool.supply - action.amount < self._least(posting):
            return say("so many points have to stay in circulation: {points}", points=self.minimum_supply)
        if not pool.supply or not pool.proceeds(action.amount, self.kept):
            return say("worth less than one fen")
        self._sell(posting, action.member, action.amount, ("sell", "sell"))
        posting.pay_debts(action.member)
        return None

    def inject(self, posting: Posting, amount: int, source: int, key: str, rule: str) -> None:
        """Let money of another account into the pool; while nothing circulates it waits in the reserve (S1-12)."""
        pool = _pool(posting)
        if pool.supply:
            pool.money += amount
        else:
            pool.waiting += amount
        into = POOL if pool.supply else POOL_RESERVE
        rows = (Row(source, MONEY, FREE, -amount), Row(into, MONEY, FREE, amount))
        posting.transfer(key=key, rule=rule, rows=rows)

    def look_for_exits(self, posting: Posting, changed: Iterable[int] = ()) -> None:
        """Make everybody sell who has reached the cap, the lowest exit price first, until nobody has.

        `changed` are the members whose points or consumption a fact has changed.
        """
        pool, book = _pool(posting), posting.book
        for one in changed:
            book.file_holding(one, self.kind, posting.at)
        while pool.supply and self.exit_multiple.num:
            member = pool.queue.lowest()
            if member is None:
                return
            holding, consumption = posting.free(member, self.kind), int(book.consumption[book.at(member)])
            reaches = pool.reaches(holding, consumption, self.exit_multiple)
            if not reaches or pool.supply - holding < self._least(posting):
                return
            self._exit(posting, member, holding, consumption)

    def burn(self, posting: Posting, member: int, due: int) -> None:
        """Take back points that a refunded order had been granted, as far as they are there; note what is missing."""
        burnt = min(due, posting.free(member, self.kind))
        rows = (Row(member, self.kind, FREE, -burnt), Row(ISSUED, self.kind, FREE, burnt))
        posting.transfer(key="burn", rule="refund", rows=rows)
        posting.block(member, "burn", due - burnt, self.kind)
        _pool(posting).supply -= burnt

    def _exit(self, posting: Posting, member: int, holding: int, consumption: int) -> None:
        pool, book, key = _pool(posting), posting.book, f"exit/{posting.member_codes[member]}"
        money, supply = pool.price
        paid = self._sell(posting, member, holding, (key, "forced_exit"))
        position = book.at(member)
        book.consumption[position] = 0
        book.exits[position] += 1
        book.file_holding(member, self.kind, posting.at)
        posting.exits.append(Exit(posting.key(key), member, holding, paid, money, supply, consumption))

    def _sell(self, posting: Posting, member: int, points: int, name: tuple[str, str]) -> int:
        """Pay for points out of the pool; `name` is the key and the rule of the transfer. Return what was paid."""
        pool, before = _pool(posting), _pool(posting).price
        paid = pool.proceeds(points, self.kept)
        pool.money -= paid
        pool.supply -= points
        rows = [
            Row(member, self.kind, FREE, -points),
            Row(CONVERTED, self.kind, FREE, points),
            Row(POOL, MONEY, FREE, -paid),
            Row(member, MONEY, FREE, paid),
            *emptied(pool, before),
        ]
        posting.transfer(key=name[0], rule=name[1], rows=rows)
        return paid

    def _least(self, posting: Posting) -> int:
        return int(self.minimum_supply * 10 ** posting.kinds[self.kind].decimals)


def emptied(pool: Pool, before: tuple[int, int]) -> list[Row]:
    """Return the rows that move a pool's rest to the reserve when nothing circulates any more (S1-Q6).

    `before` is the price that counts from now on.
    """
    if pool.supply:
        return []
    rest, pool.money = pool.money, 0
    pool.last_money, pool.last_supply = before
    return [Row(POOL, MONEY, FREE, -rest), Row(POOL_RESERVE, MONEY, FREE, rest)]


def _pool(posting: Posting) -> Pool:
    assert posting.book.pool is not None
    return posting.book.pool
