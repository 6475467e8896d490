"""How much a programme can move for its facts: what must fit into the engine's integers."""

from decimal import Decimal
from math import ceil

from jifen.engine.amounts import MONEY_DECIMALS, Rate
from jifen.engine.facts import Facts
from jifen.engine.message import Message, say
from jifen.engine.programme import Programme
from jifen.engine.rules.center_income import CenterIncome
from jifen.engine.rules.join_grant import JoinGrant
from jifen.engine.rules.partner_income import PartnerIncome
from jifen.engine.rules.share_income import ShareIncome
from jifen.engine.versions import Versions

SUM_MAX = 2**62  # minor units that all facts together may move


class TooLargeError(ValueError):
    """The facts add up to more than 63 bits can hold; `message` says so."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def refuse_too_large(versions: Versions, facts: Facts) -> None:
    """Raise TooLargeError when the amounts of the facts could add up to more than the engine's integers hold."""
    bought, people = sum(facts.orders.amount.tolist()), len(facts.members.codes) + len(facts.stores)
    most = max(_most_for(programme, bought, people) for programme in versions.programmes)
    most *= max(1, _highest_ratio(facts) + max(_levels(programme) for programme in versions.programmes))
    acted = sum(map(abs, facts.actions.amount.tolist()))
    if most + acted * max(_worth_of_points(programme) for programme in versions.programmes) > SUM_MAX:
        raise TooLargeError(say("all amounts of the book together are too large to be added up exactly"))


def _most_for(programme: Programme, bought: int, people: int) -> int:
    """Return the most minor units that orders of so many fen, and so many joining, can bring somebody.

    Tokens are left out: no more of them can come than their cap.
    """
    tiers = programme.grant.tiers if programme.grant is not None else ()
    multiple: int = max([1, *(tier.multiple.num // tier.multiple.den + 1 for tier in tiers)])
    most: int = bought * programme.points_per_money * multiple
    if programme.airdrop is None:
        return most
    decimals = max(kind.decimals for name, kind in programme.kinds.items() if name != programme.token)
    unit = 10 ** (decimals - MONEY_DECIMALS)
    joining = sum(ceil(Decimal(rule.amount)) for rule in programme.rules if isinstance(rule, JoinGrant))
    worth = bought * _multiple_of_orders(programme) + people * joining * 10**MONEY_DECIMALS
    return int(max(most, worth * unit))


def _highest_ratio(facts: Facts) -> int:
    """Return the most points that a store gives for 1 CNY, rounded up (S3-12)."""
    ratios = (*(facts.stores.ratio or ()), *(facts.orders.ratio or ()))
    return max((_up(ratio) for ratio in ratios if ratio is not None), default=0)


def _worth_of_points(programme: Programme) -> int:
    """Return how many times their number points of an action can bring somebody: shareholders of their cost."""
    sale, shareholders = programme.point_sale, programme.shareholders
    if sale is None or shareholders is None:
        return 1
    return 1 + max(_up(row.price) for row in sale.prices) * _levels(programme)


def _levels(programme: Programme) -> int:
    """Return what the levels of shareholders are paid of an amount together, rounded up."""
    return sum(_up(rate) for rate in programme.shareholders.rates) if programme.shareholders is not None else 0


def _multiple_of_orders(programme: Programme) -> int:
    """Return how many times its worth an order can bring somebody, in points of an airdrop's programme."""
    concession = programme.concession
    granted = _up(concession.member) + _up(concession.store) if concession is not None else 0
    incomes = sum(
        _highest(rule)
        for rule in programme.rules
        if isinstance(rule, ShareIncome | PartnerIncome | CenterIncome) and rule.kind != programme.token
    )
    packs = programme.packs.packs if programme.packs is not None else ()
    of_packs = max([0, *(1 + int(max(pack.points, pack.frozen) // pack.price) for pack in packs)])
    return of_packs + max(granted, 1) * (1 + incomes)


def _up(rate: Rate) -> int:
    return -(-rate.num // rate.den)


def _highest(rule: ShareIncome | PartnerIncome | CenterIncome) -> int:
    """Return the highest rate that an income pays one member for an order, rounded up."""
    if isinstance(rule, CenterIncome):
        return 3 * _up(rule.rate)  # of a district, its city and its province
    rates = rule.rates.values() if isinstance(rule, PartnerIncome) else rule.rates
    return max(_up(rate) for rate in rates)
