"""An airdrop programme as a member sees it: weight, tokens, what a day's airdrop was, what is left (S2-16, S2-17).

Nothing is promised: what will be is said as what the document gives, and prices as what was declared.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from jifen.airdrops.reads import (
    ONE_DAY,
    Year,
    activated,
    emission_now,
    exact,
    last_airdrop,
    price_of,
    schedule,
    share_of,
)
from jifen.engine.kinds import PointKind
from jifen.engine.rules.airdrop import Airdrop
from jifen.explain.model import decimal
from jifen.ledger.reading import Balances, balances, daily_sums
from jifen.members.models import Member
from jifen.tables.charts import Columns, Series, draw_columns, marks_of
from jifen.tables.report_figures import Figures
from jifen.web.amounts import Amount
from jifen.web.markup import Markup
from jifen.web.reads.challenge import Challenge, challenge_kind, read_challenge
from jifen.web.reads.statement import Line, latest_lines
from jifen.web.reads.terms import Now, read_now
from jifen.web.reads.uses import transferable
from jifen.web.templatetags.jifen import language

DAYS_SHOWN = 30
SHARE_PLACES = 4  # of a percent
HUNDRED = 100


@dataclass(frozen=True)
class Here:
    """The airdrop of a member's programme."""

    now: Now
    rule: Airdrop

    @property
    def weight(self) -> PointKind:
        """The kind by which tokens are shared."""
        return self.now.terms.kinds[self.rule.weight]

    @property
    def token(self) -> PointKind:
        """The kind that is airdropped."""
        return self.now.terms.kinds[self.rule.kind]

    def of_weight(self, amount: int) -> Amount:
        """Return an amount of weight."""
        return Amount(amount, self.weight.decimals)

    def of_token(self, amount: int) -> Amount:
        """Return an amount of tokens."""
        return Amount(amount, self.token.decimals)


@dataclass(frozen=True)
class Dropped:
    """What a member got of a day's airdrop: own weight ÷ weight of all × quantity (S2-17)."""

    day: date
    given: Amount
    weight: Amount
    of: Amount
    quantity: Amount

    @property
    def took_part(self) -> bool:
        """Whether the member shared in it."""
        return bool(self.given or self.weight)


@dataclass(frozen=True)
class Share:
    """The member's weight beside that of all who are activated."""

    weight: Amount
    of: Amount
    members: int
    percent: str  # "" for who is not activated, or has none


@dataclass(frozen=True)
class Home:
    """The first page of an airdrop programme."""

    share: Share
    token: Amount
    active: bool
    dropped: Dropped | None
    next_on: date
    challenge: Challenge | None
    others: list[tuple[str, PointKind, Amount]]  # kinds besides weight, token and challenge credit
    moves: bool  # whether walking is of use
    frozen: bool

    @property
    def action(self) -> str:
        """What one mostly does now: activate, walk or invite."""
        if not self.active:
            return "activate"
        return "walk" if self.moves else "invite"


@dataclass(frozen=True)
class Source:
    """How much of the weight a rule brought, or took."""

    rule: str
    amount: Amount


@dataclass(frozen=True)
class WeightPage:
    """Where the weight came from, and what it brought."""

    share: Share
    active: bool
    sources: list[Source]
    dropped: Dropped | None
    chart: Markup | None
    lines: list[Line]


@dataclass(frozen=True)
class TokenPage:
    """The tokens, their declared price, and what may still be given."""

    free: Amount
    price: str
    years: list["YearShown"]
    cap: Amount
    emitted: Amount
    funded: Amount
    left: Amount
    permille: int
    gives: bool  # whether tokens may be given to members
    lines: list[Line]


@dataclass(frozen=True)
class YearShown:
    """A year of the schedule."""

    year: Year
    daily: Amount
    total: Amount
    current: bool


def airdrop_here(programme_id: int, now: Now | None = None) -> Here | None:
    """Return the airdrop of a programme, None for a programme without one."""
    now = now or read_now(programme_id)
    return Here(now, now.terms.airdrop) if now.terms.airdrop is not None else None


def read_home(member: Member, here: Here) -> Home:
    """Return the figures of a member's first page."""
    purses, terms = balances(member.pk), here.now.terms
    own = {here.rule.weight, here.rule.kind, challenge_kind(terms)}
    return Home(
        share=_share(member, here, purses),
        token=here.of_token(purses.get((here.rule.kind, "free"), 0)),
        active=member.standing.active > 0,
        dropped=read_dropped(member, here),
        next_on=here.now.next_close,
        challenge=read_challenge(member, here.now, purses),
        others=[
            (name, kind, Amount(purses.get((name, "free"), 0), kind.decimals))
            for name, kind in terms.kinds.items()
            if name not in own
        ],
        moves=bool(terms.tasks) or terms.ladder is not None,
        frozen=member.standing.frozen,
    )


def read_weight(member: Member, here: Here) -> WeightPage:
    """Return where a member's weight came from, what part of all it is, and what its last airdrop was."""
    sums: defaultdict[str, int] = defaultdict(int)
    for (_day, rule), amount in daily_sums(member.pk, here.rule.weight, member.joined_on, _last(here)).items():
        sums[rule] += amount
    sources = [Source(rule, here.of_weight(amount)) for rule, amount in sums.items() if amount]
    return WeightPage(
        share=_share(member, here, balances(member.pk)),
        active=member.standing.active > 0,
        sources=sorted(sources, key=lambda one: -one.amount.minor),
        dropped=read_dropped(member, here),
        chart=_chart(member, here),
        lines=latest_lines(member, here.rule.weight),
    )


def read_token(member: Member, here: Here) -> TokenPage:
    """Return a member's tokens, and how many there are and may be."""
    emission = emission_now(member.programme_id, here.rule, here.token.decimals)
    price = price_of(member.programme_id, here.rule)
    return TokenPage(
        free=here.of_token(balances(member.pk).get((here.rule.kind, "free"), 0)),
        price=f"¥{decimal(exact(price).numerator, exact(price).denominator)}" if price is not None else "",
        years=[
            YearShown(one, here.of_token(one.daily), here.of_token(one.total), one.has(here.now.today))
            for one in schedule(here.rule, here.token.decimals)
        ],
        cap=here.of_token(emission.cap),
        emitted=here.of_token(emission.emitted),
        funded=here.of_token(emission.funded),
        left=here.of_token(emission.left),
        permille=1000 * (emission.emitted + emission.funded) // emission.cap,
        gives=here.rule.kind in transferable(here.now.terms),
        lines=latest_lines(member, here.rule.kind),
    )


def read_dropped(member: Member, here: Here) -> Dropped | None:
    """Return what the last airdrop was and what of it the member got; None before the first one."""
    day = last_airdrop(member.programme_id)
    if day is None:
        return None
    own = share_of(member.pk, here.rule, day)
    return Dropped(
        day=day.day,
        given=here.of_token(own.given),
        weight=here.of_weight(own.weight),
        of=here.of_weight(int(day.weight)),
        quantity=here.of_token(day.given + day.dust),
    )


def _share(member: Member, here: Here, purses: Balances) -> Share:
    weight = purses.get((here.rule.weight, "free"), 0)
    whole = activated(member.programme_id, here.rule.weight)
    # What was counted a minute ago may lack what has come since; nobody has more than all.
    of = max(whole.weight, weight) if member.standing.active else whole.weight
    scaled = weight * HUNDRED * 10**SHARE_PLACES // of if of and member.standing.active else 0
    percent = f"{Amount(scaled, SHARE_PLACES)} %" if scaled else ""
    return Share(here.of_weight(weight), here.of_weight(of), whole.members, percent)


def _last(here: Here) -> date:
    return max(here.now.next_close, here.now.today)


def _chart(member: Member, here: Here) -> Markup | None:
    """Return the airdrops of the last days as columns; None where there was none."""
    last = here.now.closed_on or here.now.today
    days = [last - ONE_DAY * n for n in reversed(range(DAYS_SHOWN))]
    found = daily_sums(member.pk, here.rule.kind, days[0], last)
    values = [found.get((day, here.rule.use), 0) for day in days]
    if not any(values):
        return None
    chart = Columns(
        label=_("My airdrops in %(days)s days") % {"days": DAYS_SHOWN},
        description=_("Each column is what the airdrop of a business day gave me."),
        days=[f"{day.month}-{day.day}" for day in days],
        tips=[f"{day:%Y-%m-%d}: {here.of_token(value)}" for day, value in zip(days, values, strict=True)],
        series=[Series(name=_("Airdrop"), colour="c0", values=values)],
    )
    decimals = here.token.decimals
    return Markup(draw_columns(chart, Figures(decimals, language()).marks(marks_of(chart), decimals)))
