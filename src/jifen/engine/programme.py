"""A programme: a document's rules and numbers, typed and immutable."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.examples import Example, Reading
from jifen.engine.kinds import PointKind
from jifen.engine.rule import ActionRule, RewardRule, Rule
from jifen.engine.rules.freeze import Freeze
from jifen.engine.rules.generation_share import GenerationShare
from jifen.engine.rules.grant_locked import GrantLocked
from jifen.engine.rules.network_volume import NetworkVolume
from jifen.engine.rules.peer_bonus import PeerBonus
from jifen.engine.rules.rank_differential import RankDifferential
from jifen.engine.rules.refund import Refund
from jifen.engine.rules.repurchase import Repurchase
from jifen.engine.rules.reserve import Reserve
from jifen.engine.rules.scheduled_release import ScheduledRelease
from jifen.engine.rules.second_leg_rank import SecondLegRank

REWARDS = (GenerationShare, RankDifferential, PeerBonus)

R = TypeVar("R", bound=Rule)


@dataclass(frozen=True)
class Programme:
    """A programme document, loaded (see engine.document). Rules keep the order of the document."""

    code: str
    title: str
    title_en: str
    effective_from: date
    time_zone: str
    kinds: Mapping[str, PointKind]
    rules: tuple[Rule, ...]
    readings: tuple[Reading, ...]
    examples: tuple[Example, ...]
    text: str
    digest: str  # SHA-256 of the text, hexadecimal

    def rule(self, kind: type[R]) -> R | None:
        """Return the document's rule of a class, or None."""
        return next((rule for rule in self.rules if isinstance(rule, kind)), None)

    @cached_property
    def grant(self) -> GrantLocked | None:
        """What orders grant."""
        return self.rule(GrantLocked)

    @cached_property
    def repurchase(self) -> Repurchase | None:
        """How orders may be paid in points."""
        return self.rule(Repurchase)

    @cached_property
    def reserve(self) -> Reserve | None:
        """What of every payment in money is kept for withdrawals."""
        return self.rule(Reserve)

    @cached_property
    def scheduled(self) -> ScheduledRelease | None:
        """What time releases."""
        return self.rule(ScheduledRelease)

    @cached_property
    def ranks(self) -> SecondLegRank | None:
        """The one rank table."""
        return self.rule(SecondLegRank)

    @cached_property
    def rewards(self) -> tuple[RewardRule, ...]:
        """The accelerated releases, in the order of payment."""
        return tuple(rule for rule in self.rules if isinstance(rule, REWARDS))

    @cached_property
    def refund(self) -> Refund | None:
        """How refunds reverse."""
        return self.rule(Refund)

    @cached_property
    def freeze(self) -> Freeze | None:
        """What freezing stops."""
        return self.rule(Freeze)

    @cached_property
    def volumes(self) -> NetworkVolume | None:
        """The report of volumes."""
        return self.rule(NetworkVolume)

    @cached_property
    def actions(self) -> dict[str, ActionRule]:
        """Rules by the action they answer."""
        return {action: rule for rule in self.rules if isinstance(rule, ActionRule) for action in rule.actions}

    @cached_property
    def lot_kind(self) -> str:
        """The kind that lots hold; where nothing is granted, the first kind."""
        return self.grant.kind if self.grant is not None else next(iter(self.kinds))

    @property
    def lot_decimals(self) -> int:
        """The decimals of the kind that lots hold."""
        return self.kinds[self.lot_kind].decimals

    @property
    def points_per_money(self) -> int:
        """Minor units of the lot kind to one of money, one point being worth 1 CNY."""
        return int(10 ** (self.lot_decimals - MONEY_DECIMALS))

    @property
    def cash_volume(self) -> bool:
        """Whether only the part paid in money counts as volume (S4-Q6)."""
        return self.ranks is not None and self.ranks.volume == "cash"
