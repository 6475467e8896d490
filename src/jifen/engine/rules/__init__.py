"""The rules: one file a rule. The name in a document's `use` is the file's name."""

from jifen.engine.rule import Rule
from jifen.engine.rules.adjustment import Adjustment
from jifen.engine.rules.agency import Agency
from jifen.engine.rules.airdrop import Airdrop
from jifen.engine.rules.branch_grant import BranchGrant
from jifen.engine.rules.branch_transfer import BranchTransfer
from jifen.engine.rules.card_grant import CardGrant
from jifen.engine.rules.card_reward import CardReward
from jifen.engine.rules.center_income import CenterIncome
from jifen.engine.rules.concession_grant import ConcessionGrant
from jifen.engine.rules.convert import Convert
from jifen.engine.rules.credit_line import CreditLine
from jifen.engine.rules.daily_amount import DailyAmount
from jifen.engine.rules.freeze import Freeze
from jifen.engine.rules.generation_share import GenerationShare
from jifen.engine.rules.grant_locked import GrantLocked
from jifen.engine.rules.grant_units import GrantUnits
from jifen.engine.rules.join_grant import JoinGrant
from jifen.engine.rules.member_card import MemberCard
from jifen.engine.rules.member_transfer import MemberTransfer
from jifen.engine.rules.monthly_release import MonthlyRelease
from jifen.engine.rules.network_volume import NetworkVolume
from jifen.engine.rules.new_user_reward import NewUserReward
from jifen.engine.rules.opening_balance import OpeningBalance
from jifen.engine.rules.operation_center import OperationCenter
from jifen.engine.rules.order_split import OrderSplit
from jifen.engine.rules.pack_grant import PackGrant
from jifen.engine.rules.partner_income import PartnerIncome
from jifen.engine.rules.partner_rank import PartnerRank
from jifen.engine.rules.peer_bonus import PeerBonus
from jifen.engine.rules.period_settlement import PeriodSettlement
from jifen.engine.rules.point_sale import PointSale
from jifen.engine.rules.profit_pool import ProfitPool
from jifen.engine.rules.rank_differential import RankDifferential
from jifen.engine.rules.rank_review import RankReview
from jifen.engine.rules.referral_bonus import ReferralBonus
from jifen.engine.rules.referrer_rebate import ReferrerRebate
from jifen.engine.rules.refund import Refund
from jifen.engine.rules.repurchase import Repurchase
from jifen.engine.rules.reserve import Reserve
from jifen.engine.rules.review_grant import ReviewGrant
from jifen.engine.rules.sales_ranking import SalesRanking
from jifen.engine.rules.scheduled_release import ScheduledRelease
from jifen.engine.rules.second_leg_rank import SecondLegRank
from jifen.engine.rules.share_income import ShareIncome
from jifen.engine.rules.shareholder_income import ShareholderIncome
from jifen.engine.rules.shopping_grant import ShoppingGrant
from jifen.engine.rules.sourced_goods import SourcedGoods
from jifen.engine.rules.spend import Spend
from jifen.engine.rules.sport_limits import SportLimits
from jifen.engine.rules.sport_task import SportTask
from jifen.engine.rules.step_ladder import StepLadder
from jifen.engine.rules.store_grant import StoreGrant
from jifen.engine.rules.store_partners import StorePartners
from jifen.engine.rules.store_rebate import StoreRebate
from jifen.engine.rules.store_referral_bonus import StoreReferralBonus
from jifen.engine.rules.store_shares import StoreShares
from jifen.engine.rules.store_takings import StoreTakings
from jifen.engine.rules.store_transfer import StoreTransfer
from jifen.engine.rules.subsidy import Subsidy
from jifen.engine.rules.territory import Territory
from jifen.engine.rules.ticket import Ticket
from jifen.engine.rules.top_up import TopUp
from jifen.engine.rules.unit_differential import UnitDifferential
from jifen.engine.rules.unit_peer import UnitPeer
from jifen.engine.rules.unit_rank import UnitRank
from jifen.engine.rules.unlock import Unlock
from jifen.engine.rules.weighted_dividend import WeightedDividend
from jifen.engine.rules.withdrawal import Withdrawal

RULES: dict[str, type[Rule]] = {
    rule.use: rule
    for rule in (
        JoinGrant,
        Unlock,
        Repurchase,
        Spend,
        PackGrant,
        ConcessionGrant,
        GrantLocked,
        GrantUnits,
        ReferralBonus,
        OrderSplit,
        ProfitPool,
        ShoppingGrant,
        SourcedGoods,
        NewUserReward,
        CardReward,
        StoreGrant,
        PointSale,
        BranchGrant,
        BranchTransfer,
        StoreTransfer,
        CreditLine,
        ShareholderIncome,
        PeriodSettlement,
        MemberCard,
        OpeningBalance,
        Reserve,
        TopUp,
        Subsidy,
        CardGrant,
        Agency,
        SecondLegRank,
        UnitRank,
        PartnerRank,
        ScheduledRelease,
        DailyAmount,
        GenerationShare,
        RankDifferential,
        PeerBonus,
        UnitDifferential,
        UnitPeer,
        StoreReferralBonus,
        Territory,
        StoreRebate,
        ReferrerRebate,
        ShareIncome,
        PartnerIncome,
        CenterIncome,
        Airdrop,
        StepLadder,
        SportTask,
        SportLimits,
        OperationCenter,
        ReviewGrant,
        StoreTakings,
        StorePartners,
        StoreShares,
        MonthlyRelease,
        WeightedDividend,
        SalesRanking,
        RankReview,
        MemberTransfer,
        Convert,
        Withdrawal,
        Ticket,
        Adjustment,
        Freeze,
        Refund,
        NetworkVolume,
    )
}
