"""What a programme's document says of its profit pool (S1-02 … S1-09)."""

from dataclasses import dataclass

from jifen.engine.amounts import MONEY_DECIMALS, Rate
from jifen.engine.programme import Programme as Terms

PROFIT_POOL = "profit_pool"


@dataclass(frozen=True)
class PoolTerms:
    """The numbers of a pool that pages reckon with."""

    kind: str
    decimals: int
    minted: Rate  # of a share of the pool, in points at the price before it
    kept: Rate  # of what is sold
    exit_multiple: Rate  # of the consumption
    start_price: Rate  # CNY for a point
    minimum_supply: int = 0  # minor units
    mint_after_days: int = 0

    @property
    def first_price(self) -> tuple[int, int]:
        """The price before anything was ever minted: fen for minor units."""
        return self.start_price.num * 10**MONEY_DECIMALS, self.start_price.den * 10**self.decimals


def pool_terms(terms: Terms) -> PoolTerms | None:
    """Return how the pool works, None for a programme without one."""
    rule = next((rule for rule in terms.rules if rule.use == PROFIT_POOL), None)
    if rule is None:
        return None
    kind: str = rule.kind
    return PoolTerms(
        kind=kind,
        decimals=terms.kinds[kind].decimals,
        minted=rule.minted,
        kept=rule.kept,
        exit_multiple=rule.exit_multiple,
        start_price=Rate.parse(str(rule.start_price)),
        minimum_supply=rule.minimum_supply,
        mint_after_days=rule.mint_after_days,
    )
