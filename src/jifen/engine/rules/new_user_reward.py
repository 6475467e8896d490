"""new_user_reward: a store rewards a partner who brings it a new customer."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.rule import STRICT
from jifen.engine.store_reward import StoreReward


@dataclass(frozen=True, kw_only=True, config=STRICT)
class NewUserReward(StoreReward):
    """Pay a member's referrer, if a partner of the store, a share of the first order there, out of takings (S1-31)."""

    use: ClassVar[str] = "new_user_reward"
