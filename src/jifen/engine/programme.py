"""A programme: a document's rules and numbers, typed and immutable."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.examples import Example, Reading
from jifen.engine.facts import NOBODY
from jifen.engine.joining import JoinRule
from jifen.engine.kinds import PointKind
from jifen.engine.message import Message
from jifen.engine.named_rules import NamedRules
from jifen.engine.rule import (
    ActionFact,
    ActionRule,
    MonthRewardRule,
    OrderFact,
    RankRule,
    RewardRule,
    Rule,
    ScheduledRule,
)
from jifen.engine.rules.center_income import CenterIncome
from jifen.engine.rules.convert import Convert
from jifen.engine.rules.daily_amount import UNIT, DailyAmount
from jifen.engine.rules.generation_share import GenerationShare
from jifen.engine.rules.join_grant import JoinGrant
from jifen.engine.rules.monthly_release import MonthlyRelease
from jifen.engine.rules.partner_income import PartnerIncome
from jifen.engine.rules.partner_rank import PartnerRank
from jifen.engine.rules.peer_bonus import PeerBonus
from jifen.engine.rules.rank_differential import RankDifferential
from jifen.engine.rules.referral_bonus import ReferralBonus
from jifen.engine.rules.referrer_rebate import ReferrerRebate
from jifen.engine.rules.sales_ranking import SalesRanking
from jifen.engine.rules.scheduled_release import ScheduledRelease
from jifen.engine.rules.second_leg_rank import SecondLegRank
from jifen.engine.rules.share_income import ShareIncome
from jifen.engine.rules.spend import Spend
from jifen.engine.rules.sport_limits import STEPS_MAX
from jifen.engine.rules.sport_task import SportTask
from jifen.engine.rules.store_rebate import StoreRebate
from jifen.engine.rules.store_referral_bonus import StoreReferralBonus
from jifen.engine.rules.territory import Territory
from jifen.engine.rules.unit_differential import UnitDifferential
from jifen.engine.rules.unit_peer import UnitPeer
from jifen.engine.rules.unit_rank import UnitRank
from jifen.engine.rules.unlock import Unlock
from jifen.engine.rules.weighted_dividend import WeightedDividend

INCOMES = (ShareIncome, PartnerIncome, CenterIncome)
SALE_REWARDS = (StoreReferralBonus, Territory, StoreRebate, ReferrerRebate, *INCOMES)
REWARDS = (GenerationShare, RankDifferential, PeerBonus, UnitDifferential, UnitPeer, *SALE_REWARDS)
MONTH_REWARDS = (WeightedDividend, SalesRanking)
SCHEDULED = (ScheduledRelease, MonthlyRelease, DailyAmount)
PAYING = (*REWARDS, *MONTH_REWARDS, *SCHEDULED, ReferralBonus)
_KIND_FIELDS = ("kind", "second_kind")


@dataclass(frozen=True)
class Programme(NamedRules):
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
    kept_token: str = ""  # the kind that comes out of a reserve by another version, where this one has no airdrop

    @property
    def counts_units(self) -> bool:
        """Whether units are sold."""
        return self.units is not None

    @cached_property
    def spends(self) -> tuple[Spend, ...]:
        """Which points may pay which orders, in the order of the document."""
        return tuple(rule for rule in self.rules if isinstance(rule, Spend))

    @cached_property
    def converts(self) -> tuple[Convert, ...]:
        """What may be converted into what."""
        return tuple(rule for rule in self.rules if isinstance(rule, Convert))

    @cached_property
    def joins(self) -> tuple[JoinRule, ...]:
        """What joining brings, then what it unlocks, in the order of the document."""
        grants = [rule for rule in self.rules if isinstance(rule, JoinGrant)]
        return (*grants, *(rule for rule in self.rules if isinstance(rule, Unlock)))

    @property
    def token(self) -> str:
        """The kind that comes out of a reserve, "" for none."""
        return self.airdrop.kind if self.airdrop is not None else self.kept_token

    @cached_property
    def tasks(self) -> tuple[SportTask, ...]:
        """What steps make free at once."""
        return tuple(rule for rule in self.rules if isinstance(rule, SportTask))

    @property
    def float_kind(self) -> str:
        """The kind of points that stores hold and give away, "" where they hold none."""
        return self.point_sale.kind if self.point_sale is not None else ""

    @property
    def steps_max(self) -> int:
        """How many steps of a day are counted, of walking and of running each."""
        return self.limits.steps_max if self.limits is not None else STEPS_MAX

    @property
    def center_pack(self) -> str:
        """The pack of which a centre takes one, "" for none."""
        return self.centers.pack if self.centers is not None else ""

    @cached_property
    def counts_sales(self) -> bool:
        """Whether rewards share in the orders of a day one by one."""
        return self.split is not None or any(isinstance(rule, INCOMES) for rule in self.rules)

    @cached_property
    def scheduled(self) -> ScheduledRule | None:
        """What time releases."""
        return next((rule for rule in self.rules if isinstance(rule, SCHEDULED)), None)

    @cached_property
    def ranks(self) -> RankRule | None:
        """The one rank table."""
        return self.rule(SecondLegRank) or self.rule(UnitRank) or self.rule(PartnerRank)

    @cached_property
    def rank_names(self) -> tuple[str, ...]:
        """The names of the rank table's rows."""
        return tuple(row.name for row in self.ranks.table) if self.ranks is not None else ()

    @cached_property
    def rewards(self) -> tuple[RewardRule, ...]:
        """The rewards of every day that are computed, in the order of payment."""
        return tuple(rule for rule in self.rules if isinstance(rule, REWARDS) and rule.payout != "none")

    @cached_property
    def month_rewards(self) -> tuple[MonthRewardRule, ...]:
        """The rewards of a month's end, in the order of payment."""
        return tuple(rule for rule in self.rules if isinstance(rule, MONTH_REWARDS))

    @property
    def title_passes(self) -> bool:
        """Whether units become the company's when their lease has returned the price (S0-12)."""
        return self.units is not None and isinstance(self.scheduled, MonthlyRelease)

    @property
    def has_months(self) -> bool:
        """Whether anything besides releases happens at a month's end."""
        return bool(self.month_rewards) or self.review is not None or self.counts_units

    @property
    def agents_only(self) -> bool:
        """Whether only agents have ranks."""
        return isinstance(self.ranks, UnitRank) and self.ranks.agents_only

    @cached_property
    def paid_kinds(self) -> tuple[str, ...]:
        """The kinds that rules pay members in: that of the lots, then the others in the order of the document."""
        named = {getattr(rule, name, None) for rule in self.rules if isinstance(rule, PAYING) for name in _KIND_FIELDS}
        return (self.lot_kind, *(kind for kind in self.kinds if kind in named and kind != self.lot_kind))

    @cached_property
    def actions(self) -> dict[str, ActionRule]:
        """Rules by the action they answer; the first of several."""
        rules = [rule for rule in self.rules if isinstance(rule, ActionRule)]
        return {action: rule for rule in reversed(rules) for action in rule.actions}

    def answer(self, action: ActionFact) -> ActionRule | None:
        """Return the rule that answers an action: of several conversions the one between its two kinds."""
        for rule in self.converts if action.action == "convert" else ():
            if (rule.kind, rule.into) == (action.kind, action.to_kind):
                return rule
        return self.actions.get(action.action)

    def redeems(self, order: OrderFact) -> bool:
        """Return whether an order is one of goods that points alone buy: its amount is no money (S3-16)."""
        return order.store == NOBODY and any(spend.pays == "redemption" for spend in self.spends)

    def base_of(self, order: OrderFact, refunded: int = 0) -> int:
        """Return what periodic releases of an order's lot are computed from, in the lot's unit, after refunds."""
        left = order.amount - refunded
        if self.scheduled is not None and self.scheduled.takes == "units":
            return order.quantity * UNIT * left // order.amount
        return left * self.points_per_money

    def warnings(self) -> list[Message]:
        """Return what the document may say and is worth a second look (S0-Q2)."""
        return [message for rule in self.rules for message in rule.warnings()]

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
