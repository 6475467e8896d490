"""What a document must have right as a whole: rules that need each other, and rules that cannot stand together."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from jifen.engine.airdrop_checks import airdrop_problems
from jifen.engine.alliance_checks import alliance_problems
from jifen.engine.amounts import MONEY, MONEY_DECIMALS
from jifen.engine.kinds import PointKind
from jifen.engine.message import Message, say
from jifen.engine.programme import INCOMES, MONTH_REWARDS, REWARDS, SCHEDULED
from jifen.engine.rule import Rule
from jifen.engine.rules import RULES
from jifen.engine.rules.agency import Agency
from jifen.engine.rules.branch_grant import BranchGrant
from jifen.engine.rules.branch_transfer import BranchTransfer
from jifen.engine.rules.card_reward import CardReward
from jifen.engine.rules.center_income import CenterIncome
from jifen.engine.rules.convert import Convert
from jifen.engine.rules.credit_line import CreditLine
from jifen.engine.rules.daily_amount import DailyAmount
from jifen.engine.rules.grant_locked import GrantLocked
from jifen.engine.rules.grant_units import GrantUnits
from jifen.engine.rules.join_grant import JoinGrant
from jifen.engine.rules.monthly_release import MonthlyRelease
from jifen.engine.rules.new_user_reward import NewUserReward
from jifen.engine.rules.operation_center import OperationCenter
from jifen.engine.rules.order_split import OrderSplit
from jifen.engine.rules.partner_income import PartnerIncome
from jifen.engine.rules.partner_rank import PartnerRank
from jifen.engine.rules.peer_bonus import PeerBonus
from jifen.engine.rules.point_sale import PointSale
from jifen.engine.rules.profit_pool import ProfitPool
from jifen.engine.rules.rank_differential import RankDifferential
from jifen.engine.rules.rank_review import RankReview
from jifen.engine.rules.referral_bonus import ReferralBonus
from jifen.engine.rules.referrer_rebate import ReferrerRebate
from jifen.engine.rules.repurchase import Repurchase
from jifen.engine.rules.sales_ranking import SalesRanking
from jifen.engine.rules.scheduled_release import ScheduledRelease
from jifen.engine.rules.second_leg_rank import SecondLegRank
from jifen.engine.rules.shopping_grant import ShoppingGrant
from jifen.engine.rules.sourced_goods import SourcedGoods
from jifen.engine.rules.spend import Spend
from jifen.engine.rules.sport_task import SportTask
from jifen.engine.rules.store_grant import StoreGrant
from jifen.engine.rules.store_partners import StorePartners
from jifen.engine.rules.store_rebate import StoreRebate
from jifen.engine.rules.store_referral_bonus import StoreReferralBonus
from jifen.engine.rules.store_shares import StoreShares
from jifen.engine.rules.store_takings import StoreTakings
from jifen.engine.rules.store_transfer import StoreTransfer
from jifen.engine.rules.territory import Territory
from jifen.engine.rules.unit_differential import UnitDifferential
from jifen.engine.rules.unit_peer import UnitPeer
from jifen.engine.rules.unit_rank import UnitRank
from jifen.engine.rules.unlock import Unlock
from jifen.engine.rules.weighted_dividend import WeightedDividend
from jifen.engine.sale_reward import TeamReward

Kinds = Mapping[str, PointKind]
Placed = Sequence[tuple[str, Rule]]
Problem = tuple[str, Message]
GRANTS = (GrantLocked, GrantUnits)
LOT_DECIMALS_MAX = 6  # so that 9 000 billion CNY of volume fit 63 bits


def kind_problems(kinds: Kinds, placed: Placed) -> Iterator[Problem]:
    """Yield where a rule names points that there are none of."""
    for path, rule in placed:
        for field in ("kind", "into", "second_kind", "reward_kind", "frozen_kind", "weight"):
            name = getattr(rule, field, None)
            if name and name not in kinds:
                message = unknown(say("there is no points kind {name}", name=name), name, tuple(kinds))
                yield f"{path}.{field}", message
        if isinstance(rule, Convert) and rule.kind == rule.into:
            yield f"{path}.into", say("a kind cannot be converted into itself")


def whole_problems(kinds: Kinds, placed: Placed) -> Iterator[Problem]:
    """Yield what does not go together in a document whose single rules are right."""
    rules = [rule for _, rule in placed]
    yield from _several(rules)
    grants = [rule for rule in rules if isinstance(rule, GRANTS)]
    for path, rule in placed:
        yield from _missing(path, rule, rules)
        draws = isinstance(rule, (*REWARDS, *MONTH_REWARDS)) and rule.needs_lots
        if (draws or isinstance(rule, ReferralBonus)) and not grants:
            yield path, say("{rule} draws on locked points, but nothing grants any", rule=rule.use)
        if isinstance(rule, Repurchase) and grants and rule.kind != grants[0].kind:
            kind = grants[0].kind
            yield path, say("{rule} should use the kind that is granted, {kind}", rule=rule.use, kind=kind)
    yield from _not_together(placed)
    yield from airdrop_problems(kinds, placed)
    yield from alliance_problems(kinds, placed)
    yield from _of_pool(kinds, placed)
    yield from _of_lots(kinds, placed, grants[0].kind if grants else next(iter(kinds)))


def _of_lots(kinds: Kinds, placed: Placed, lot_kind: str) -> Iterator[Problem]:
    """Yield what is wrong with the decimals of kinds."""
    for path, rule in placed:
        if isinstance(rule, Spend) and kinds[rule.kind].decimals != kinds[lot_kind].decimals:
            needs = say("{kind} pays orders and needs as many decimals as {other}", kind=rule.kind, other=lot_kind)
            yield f"{path}.kind", needs
    if lot_kind in kinds and not MONEY_DECIMALS <= kinds[lot_kind].decimals <= LOT_DECIMALS_MAX:
        needs = say(
            "{kind} is held in lots and needs from {least} to {most} decimals",
            kind=lot_kind,
            least=MONEY_DECIMALS,
            most=LOT_DECIMALS_MAX,
        )
        yield f"points.{lot_kind}", needs


def _of_pool(kinds: Kinds, placed: Placed) -> Iterator[Problem]:
    """Note what does not go with orders that are divided, or with points that have a price."""
    rules = [rule for _, rule in placed]
    if any(isinstance(rule, OrderSplit) for rule in rules) and next(iter(kinds)) != MONEY:
        yield "points", say("the first kind is money where orders are divided: begin with [points.money]")
    if any(isinstance(rule, OrderSplit) for rule in rules) and any(isinstance(rule, GRANTS) for rule in rules):
        yield "on_order", say("orders that are divided grant nothing locked")
    pool = next((rule for rule in rules if isinstance(rule, ProfitPool)), None)
    if pool is None:
        return
    if kinds[pool.kind].withdrawable:
        yield f"points.{pool.kind}", say("{kind} are sold to the pool, not withdrawn", kind=pool.kind)
    for path, rule in placed:
        if rule is not pool and pool.kind in (getattr(rule, name, None) for name in ("kind", "into")):
            yield path, say("{kind} come from orders and leave by sales only", kind=pool.kind)


def _missing(path: str, rule: Rule, rules: Sequence[Rule]) -> Iterator[Problem]:
    """Note what a rule needs beside it and does not find."""
    for kinds, needed, message in (*_NEEDS, *_needs_of_team(rule)):
        if isinstance(rule, kinds) and not any(isinstance(other, needed) for other in rules):
            yield path, Message(message.template, {"rule": rule.use})
    table = next((other.table for other in rules if isinstance(other, SecondLegRank | UnitRank | PartnerRank)), ())
    named = [rule.rank] if isinstance(rule, WeightedDividend) else []
    named += list(rule.rank_rates) if isinstance(rule, ReferralBonus) else []
    named += list(rule.rates) if isinstance(rule, PartnerIncome) else []
    named += [rule.rank] if isinstance(rule, OperationCenter) and rule.rank else []
    known = tuple(row.name for row in table)
    for name in named:
        if name not in known:
            yield path, unknown(say("there is no rank {name}", name=name), name, known)


def _not_together(placed: Placed) -> Iterator[Problem]:
    """Note rules of which a document has one at most, whatever their names."""
    for kinds in _ALONE:
        several = [(path, rule) for path, rule in placed if isinstance(rule, kinds)]
        for path, rule in several[1:]:
            if rule.repeats and isinstance(several[0][1], type(rule)):
                continue
            message = say("{rule} and {other} cannot stand together", rule=rule.use, other=several[0][1].use)
            yield path, message


def _several(rules: Sequence[Rule]) -> Iterator[Problem]:
    """Yield rules that stand more often than they may."""
    names = [rule.use for rule in rules if not rule.repeats]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield RULES[name].section, say("the rule {name} stands more than once", name=name)
    joining = [rule.name for rule in rules if isinstance(rule, JoinGrant | Unlock)]
    for name in sorted({name for name in joining if joining.count(name) > 1}):
        yield "on_join", say("two rules of on_join are called {name}", name=name)
    named = (*INCOMES, SportTask)
    for rule_kind, fields in (
        *((kind, ("name",)) for kind in named),
        (Spend, ("kind", "pays", "product")),
        (Convert, ("kind", "into")),
    ):
        same = [tuple(getattr(rule, field) for field in fields) for rule in rules if isinstance(rule, rule_kind)]
        for pair in sorted({pair for pair in same if same.count(pair) > 1}):
            name = f"{rule_kind.use} ({' → '.join(part for part in pair if part)})"
            yield rule_kind.section, say("the rule {name} stands more than once", name=name)


def _needs_of_team(rule: Rule) -> tuple[tuple[tuple[type[Rule], ...], tuple[type[Rule], ...], Message], ...]:
    """Return what a team's reward needs: by what it is a share of."""
    if isinstance(rule, TeamReward) and rule.of == "amount":
        return (((TeamReward,), (OrderSplit,), say("{rule} of amounts needs order_split")),)
    return (((TeamReward,), (ScheduledRelease,), say("{rule} needs scheduled_release")),)


def unknown(message: Message, name: str, known: tuple[str, ...]) -> Message:
    near = get_close_matches(name, known, n=1)
    if near:
        return say("{problem}; did you mean {near}?", problem=message, near=near[0])
    return say("{problem}; there are {known}", problem=message, known=", ".join(known))


_ALONE = (
    (*GRANTS, StoreGrant),
    (OrderSplit, StoreGrant),
    SCHEDULED,
    (SecondLegRank, UnitRank, PartnerRank),
    (Repurchase, Spend),
)
_NEEDS = (
    ((RankDifferential, PeerBonus), (SecondLegRank,), say("{rule} needs a [ranks] table")),
    ((UnitDifferential, UnitPeer, WeightedDividend), (UnitRank,), say("{rule} needs a [ranks] table of units")),
    ((UnitRank, UnitDifferential, UnitPeer, MonthlyRelease, DailyAmount, ReferralBonus), (GrantUnits,),
     say("{rule} needs units: write a grant_units under [[on_order]]")),
    ((RankReview, SalesRanking), (Agency,), say("{rule} needs [agents]")),
    ((ProfitPool, ShoppingGrant, SourcedGoods, NewUserReward, CardReward, StoreTakings, StoreReferralBonus, Territory),
     (OrderSplit,), say("{rule} needs order_split: write one under [[on_order]]")),
    ((StorePartners, StoreShares, NewUserReward, CardReward), (StoreTakings,), say("{rule} needs store_takings")),
    ((StoreRebate, ReferrerRebate), (SourcedGoods,), say("{rule} needs sourced_goods")),
    ((NewUserReward,), (StorePartners,), say("{rule} needs store_partners")),
    ((CardReward,), (StoreShares,), say("{rule} needs store_shares")),
    ((PartnerIncome,), (PartnerRank,), say("{rule} needs a [ranks] table of partners")),
    ((CenterIncome,), (OperationCenter,), say("{rule} needs operation_center: write one under [[on_center]]")),
    ((StoreGrant, BranchGrant, BranchTransfer, StoreTransfer, CreditLine), (PointSale,),
     say("{rule} needs point_sale: write one under [[on_float]]")),
)  # fmt: skip
