"""card_reward: a store rewards a shareholder for a card that somebody brought by him opens."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.rule import STRICT, Name
from jifen.engine.store_reward import StoreReward


@dataclass(frozen=True, kw_only=True, config=STRICT)
class CardReward(StoreReward):
    """Pay the buyer's referrer, if a shareholder of the store, a share of a card's price, out of takings (S1-32)."""

    use: ClassVar[str] = "card_reward"

    product: Name
