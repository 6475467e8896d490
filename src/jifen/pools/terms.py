"""What a programme's document says of its profit pool (S1-02 … S1-09)."""

from dataclasses import dataclass

from jifen.engine.amounts import Rate
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.profit_pool import ProfitPool


@dataclass(frozen=True)
class PoolTerms:
    """The numbers of a pool that pages reckon with."""

    kind: str
    decimals: int
    minted: Rate  # of a share of the pool, in points at the price before it
    kept: Rate  # of what is sold
    exit_multiple: Rate  # of the consumption; 0 where nobody is made to sell
    first_price: tuple[int, int]  # before anything was ever minted: fen for minor units
    minimum_supply: int = 0  # minor units
    mint_after_days: int = 0


def pool_terms(terms: Terms) -> PoolTerms | None:
    """Return how the pool works, None for a programme without one."""
    rule = terms.rule(ProfitPool)
    if rule is None:
        return None
    decimals = terms.kinds[rule.kind].decimals
    return PoolTerms(
        kind=rule.kind,
        decimals=decimals,
        minted=rule.minted,
        kept=rule.kept,
        exit_multiple=rule.exit_multiple,
        first_price=rule.open(decimals).price,
        minimum_supply=rule.minimum_supply * int(10**decimals),
        mint_after_days=rule.mint_after_days,
    )
