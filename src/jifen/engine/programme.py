"""A programme: a document's rules and numbers, typed and immutable."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.examples import Example, Reading
from jifen.engine.joining import JoinRule
from jifen.engine.kinds import PointKind
from jifen.engine.message import Message
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
from jifen.engine.rules.agency import Agency
from jifen.engine.rules.airdrop import Airdrop
from jifen.engine.rules.card_reward import CardReward
from jifen.engine.rules.center_income import CenterIncome
from jifen.engine.rules.concession_grant import ConcessionGrant
from jifen.engine.rules.convert import Convert
from jifen.engine.rules.daily_amount import UNIT, DailyAmount
from jifen.engine.rules.freeze import Freeze
from jifen.engine.rules.generation_share import GenerationShare
from jifen.engine.rules.grant_locked import GrantLocked
from jifen.engine.rules.grant_units import GrantUnits
from jifen.engine.rules.join_grant import JoinGrant
from jifen.engine.rules.monthly_release import MonthlyRelease
from jifen.engine.rules.network_volume import NetworkVolume
from jifen.engine.rules.new_user_reward import NewUserReward
from jifen.engine.rules.operation_center import OperationCenter
from jifen.engine.rules.order_split import OrderSplit
from jifen.engine.rules.pack_grant import PackGrant
from jifen.engine.rules.partner_income import PartnerIncome
from jifen.engine.rules.partner_rank import PartnerRank
from jifen.engine.rules.peer_bonus import PeerBonus
from jifen.engine.rules.profit_pool import ProfitPool
from jifen.engine.rules.rank_differential import RankDifferential
from jifen.engine.rules.rank_review import RankReview
from jifen.engine.rules.referral_bonus import ReferralBonus
from jifen.engine.rules.referrer_rebate import ReferrerRebate
from jifen.engine.rules.refund import Refund
from jifen.engine.rules.repurchase import Repurchase
from jifen.engine.rules.reserve import Reserve
from jifen.engine.rules.sales_ranking import SalesRanking
from jifen.engine.rules.scheduled_release import ScheduledRelease
from jifen.engine.rules.second_leg_rank import SecondLegRank
from jifen.engine.rules.share_income import ShareIncome
from jifen.engine.rules.shopping_grant import ShoppingGrant
from jifen.engine.rules.sourced_goods import SourcedGoods
from jifen.engine.rules.spend import Spend
from jifen.engine.rules.sport_limits import STEPS_MAX, SportLimits
from jifen.engine.rules.sport_task import SportTask
from jifen.engine.rules.step_ladder import StepLadder
from jifen.engine.rules.store_partners import StorePartners
from jifen.engine.rules.store_rebate import StoreRebate
from jifen.engine.rules.store_referral_bonus import StoreReferralBonus
from jifen.engine.rules.store_shares import StoreShares
from jifen.engine.rules.store_takings import StoreTakings
from jifen.engine.rules.territory import Territory
from jifen.engine.rules.ticket import Ticket
from jifen.engine.rules.top_up import TopUp
from jifen.engine.rules.unit_differential import UnitDifferential
from jifen.engine.rules.unit_peer import UnitPeer
from jifen.engine.rules.unit_rank import UnitRank
from jifen.engine.rules.unlock import Unlock
from jifen.engine.rules.weighted_dividend import WeightedDividend
from jifen.engine.rules.withdrawal import Withdrawal

INCOMES = (ShareIncome, PartnerIncome, CenterIncome)
SALE_REWARDS = (StoreReferralBonus, Territory, StoreRebate, ReferrerRebate, *INCOMES)
REWARDS = (GenerationShare, RankDifferential, PeerBonus, UnitDifferential, UnitPeer, *SALE_REWARDS)
MONTH_REWARDS = (WeightedDividend, SalesRanking)
SCHEDULED = (ScheduledRelease, MonthlyRelease, DailyAmount)
PAYING = (*REWARDS, *MONTH_REWARDS, *SCHEDULED, ReferralBonus)
_KIND_FIELDS = ("kind", "second_kind")

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
    def grant(self) -> GrantLocked | GrantUnits | None:
        """What orders grant."""
        return self.rule(GrantLocked) or self.rule(GrantUnits)

    @cached_property
    def grant_locked(self) -> GrantLocked | None:
        """What orders grant by their amount."""
        return self.rule(GrantLocked)

    @cached_property
    def units(self) -> GrantUnits | None:
        """What orders of units, such as devices, grant by their number."""
        return self.rule(GrantUnits)

    @property
    def counts_units(self) -> bool:
        """Whether units are sold."""
        return self.units is not None

    @cached_property
    def bonus(self) -> ReferralBonus | None:
        """What an order pays its buyer's referrer."""
        return self.rule(ReferralBonus)

    @cached_property
    def repurchase(self) -> Repurchase | None:
        """How orders may be paid in points of the kind that lots hold."""
        return self.rule(Repurchase)

    @cached_property
    def spends(self) -> tuple[Spend, ...]:
        """Which points may pay which orders, in the order of the document."""
        return tuple(rule for rule in self.rules if isinstance(rule, Spend))

    @cached_property
    def converts(self) -> tuple[Convert, ...]:
        """What may be converted into what."""
        return tuple(rule for rule in self.rules if isinstance(rule, Convert))

    @cached_property
    def withdrawal(self) -> Withdrawal | None:
        """How points leave the programme."""
        return self.rule(Withdrawal)

    @cached_property
    def top_up(self) -> TopUp | None:
        """What is credited for money that comes by bank."""
        return self.rule(TopUp)

    @cached_property
    def agency(self) -> Agency | None:
        """How members become agents."""
        return self.rule(Agency)

    @cached_property
    def review(self) -> RankReview | None:
        """How agents are reviewed each month."""
        return self.rule(RankReview)

    @cached_property
    def ticket(self) -> Ticket | None:
        """How tickets of an exchange are released."""
        return self.rule(Ticket)

    @cached_property
    def reserve(self) -> Reserve | None:
        """What of every payment in money is kept for withdrawals."""
        return self.rule(Reserve)

    @cached_property
    def split(self) -> OrderSplit | None:
        """How the commission of an order is divided."""
        return self.rule(OrderSplit)

    @cached_property
    def pool(self) -> ProfitPool | None:
        """The points with a price, and the pool behind them."""
        return self.rule(ProfitPool)

    @cached_property
    def sourced(self) -> SourcedGoods | None:
        """Which products the platform buys cheaply."""
        return self.rule(SourcedGoods)

    @cached_property
    def shopping(self) -> ShoppingGrant | None:
        """What an order at a store grants to be spent on the platform."""
        return self.rule(ShoppingGrant)

    @cached_property
    def new_user(self) -> NewUserReward | None:
        """What a store pays for a new customer."""
        return self.rule(NewUserReward)

    @cached_property
    def card(self) -> CardReward | None:
        """What a store pays for a card that is opened."""
        return self.rule(CardReward)

    @cached_property
    def takings(self) -> StoreTakings | None:
        """Whether stores are credited what they sold."""
        return self.rule(StoreTakings)

    @cached_property
    def partners(self) -> StorePartners | None:
        """Who is a partner of a store, and what partners share."""
        return self.rule(StorePartners)

    @cached_property
    def store_shares(self) -> StoreShares | None:
        """What shareholders of a store are paid."""
        return self.rule(StoreShares)

    @cached_property
    def partner_ranks(self) -> PartnerRank | None:
        """Who is a partner of which rank."""
        return self.rule(PartnerRank)

    @cached_property
    def joins(self) -> tuple[JoinRule, ...]:
        """What joining brings, then what it unlocks, in the order of the document."""
        grants = [rule for rule in self.rules if isinstance(rule, JoinGrant)]
        return (*grants, *(rule for rule in self.rules if isinstance(rule, Unlock)))

    @cached_property
    def packs(self) -> PackGrant | None:
        """Which products activate and bring points."""
        return self.rule(PackGrant)

    @cached_property
    def concession(self) -> ConcessionGrant | None:
        """What a store's concession brings."""
        return self.rule(ConcessionGrant)

    @cached_property
    def airdrop(self) -> Airdrop | None:
        """The tokens of each day."""
        return self.rule(Airdrop)

    @property
    def token(self) -> str:
        """The kind that comes out of a reserve, "" for none."""
        return self.airdrop.kind if self.airdrop is not None else ""

    @cached_property
    def ladder(self) -> StepLadder | None:
        """What steps make free at the end of a day."""
        return self.rule(StepLadder)

    @cached_property
    def tasks(self) -> tuple[SportTask, ...]:
        """What steps make free at once."""
        return tuple(rule for rule in self.rules if isinstance(rule, SportTask))

    @cached_property
    def limits(self) -> SportLimits | None:
        """What of reported steps can be true."""
        return self.rule(SportLimits)

    @property
    def steps_max(self) -> int:
        """How many steps of a day are counted, of walking and of running each."""
        return self.limits.steps_max if self.limits is not None else STEPS_MAX

    @cached_property
    def centers(self) -> OperationCenter | None:
        """Who may open an operation centre."""
        return self.rule(OperationCenter)

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
        """Rules by the action they answer; the first of several."""
        rules = [rule for rule in self.rules if isinstance(rule, ActionRule)]
        return {action: rule for rule in reversed(rules) for action in rule.actions}

    def answer(self, action: ActionFact) -> ActionRule | None:
        """Return the rule that answers an action: of several conversions the one between its two kinds."""
        for rule in self.converts if action.action == "convert" else ():
            if (rule.kind, rule.into) == (action.kind, action.to_kind):
                return rule
        return self.actions.get(action.action)

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
