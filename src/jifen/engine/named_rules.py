"""The rules of a programme by name: those of which a document has one at most."""

from functools import cached_property
from typing import TypeVar

from jifen.engine.rule import Rule
from jifen.engine.rules.agency import Agency
from jifen.engine.rules.airdrop import Airdrop
from jifen.engine.rules.card_reward import CardReward
from jifen.engine.rules.concession_grant import ConcessionGrant
from jifen.engine.rules.credit_line import CreditLine
from jifen.engine.rules.freeze import Freeze
from jifen.engine.rules.grant_locked import GrantLocked
from jifen.engine.rules.grant_units import GrantUnits
from jifen.engine.rules.member_card import MemberCard
from jifen.engine.rules.network_volume import NetworkVolume
from jifen.engine.rules.new_user_reward import NewUserReward
from jifen.engine.rules.operation_center import OperationCenter
from jifen.engine.rules.order_split import OrderSplit
from jifen.engine.rules.pack_grant import PackGrant
from jifen.engine.rules.partner_rank import PartnerRank
from jifen.engine.rules.period_settlement import PeriodSettlement
from jifen.engine.rules.point_sale import PointSale
from jifen.engine.rules.profit_pool import ProfitPool
from jifen.engine.rules.rank_review import RankReview
from jifen.engine.rules.referral_bonus import ReferralBonus
from jifen.engine.rules.refund import Refund
from jifen.engine.rules.repurchase import Repurchase
from jifen.engine.rules.reserve import Reserve
from jifen.engine.rules.shareholder_income import ShareholderIncome
from jifen.engine.rules.shopping_grant import ShoppingGrant
from jifen.engine.rules.sourced_goods import SourcedGoods
from jifen.engine.rules.sport_limits import SportLimits
from jifen.engine.rules.step_ladder import StepLadder
from jifen.engine.rules.store_grant import StoreGrant
from jifen.engine.rules.store_partners import StorePartners
from jifen.engine.rules.store_shares import StoreShares
from jifen.engine.rules.store_takings import StoreTakings
from jifen.engine.rules.ticket import Ticket
from jifen.engine.rules.top_up import TopUp
from jifen.engine.rules.withdrawal import Withdrawal

R = TypeVar("R", bound=Rule)


class NamedRules:
    """Names for the rules of a document; None where it has no such rule."""

    rules: tuple[Rule, ...]

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

    @cached_property
    def bonus(self) -> ReferralBonus | None:
        """What an order pays its buyer's referrer."""
        return self.rule(ReferralBonus)

    @cached_property
    def repurchase(self) -> Repurchase | None:
        """How orders may be paid in points of the kind that lots hold."""
        return self.rule(Repurchase)

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

    @cached_property
    def ladder(self) -> StepLadder | None:
        """What steps make free at the end of a day."""
        return self.rule(StepLadder)

    @cached_property
    def limits(self) -> SportLimits | None:
        """What of reported steps can be true."""
        return self.rule(SportLimits)

    @cached_property
    def centers(self) -> OperationCenter | None:
        """Who may open an operation centre."""
        return self.rule(OperationCenter)

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
    def store_grant(self) -> StoreGrant | None:
        """What sales at stores bring out of the stores' floats."""
        return self.rule(StoreGrant)

    @cached_property
    def point_sale(self) -> PointSale | None:
        """What points cost stores and branches."""
        return self.rule(PointSale)

    @cached_property
    def shareholders(self) -> ShareholderIncome | None:
        """What those are paid who bring stores."""
        return self.rule(ShareholderIncome)

    @cached_property
    def periods(self) -> PeriodSettlement | None:
        """What stores pay head office of their sales."""
        return self.rule(PeriodSettlement)

    @cached_property
    def credit_line(self) -> CreditLine | None:
        """How far floats may be below nothing."""
        return self.rule(CreditLine)

    @cached_property
    def member_cards(self) -> MemberCard | None:
        """What cards cost stores, and how their numbers look."""
        return self.rule(MemberCard)
