"""What the first page shows."""

from dataclasses import dataclass
from datetime import date

from jifen.engine.kinds import PointKind
from jifen.ledger.reading import balances, daily_sums, lots
from jifen.members.models import Member
from jifen.web.amounts import Amount
from jifen.web.markup import Markup
from jifen.web.reads.charts import draw_releases, first_day_shown, percent_of
from jifen.web.reads.lots import next_release, released_of
from jifen.web.reads.terms import BY_TEAM, BY_TIME, ONE_DAY, Now, read_now
from jifen.web.templatetags.jifen import language


@dataclass(frozen=True)
class Wallet:
    """What is free of a kind of points."""

    name: str
    kind: PointKind
    free: Amount


@dataclass(frozen=True)
class Home:
    """The figures of the first page; amounts are of the kind that lots hold."""

    kind: PointKind
    free: Amount
    locked: Amount
    held: Amount
    released: Amount
    granted: Amount
    today: Amount
    closed_on: date | None
    fresh: bool  # whether what was released last was so by the close that ended yesterday, or a later one
    permille: int
    percent: str
    lots_open: int
    next: Amount
    next_on: date
    chart: Markup
    wallets: list[Wallet]
    frozen: bool


def read_home(member: Member) -> Home:
    """Return the figures of a member's first page."""
    now, found, purses = read_now(member.programme_id), list(lots(member.pk)), balances(member.pk)
    kind, decimals = now.terms.lot_kind, now.kind.decimals
    granted = sum(lot.granted - lot.cancelled for lot in found)
    released, open_lots = released_of(found), [lot for lot in found if not lot.closed]
    last_day = now.closed_on or now.today
    sums = daily_sums(member.pk, kind, first_day_shown(last_day), last_day)
    return Home(
        kind=now.kind,
        free=Amount(purses.get((kind, "free"), 0), decimals),
        locked=Amount(sum(lot.remaining for lot in open_lots), decimals),
        held=Amount(purses.get((kind, "frozen"), 0), decimals),
        released=Amount(released, decimals),
        granted=Amount(granted, decimals),
        today=Amount(sum(sums.get((last_day, rule), 0) for rule in (BY_TIME, *BY_TEAM)), decimals),
        closed_on=now.closed_on,
        fresh=now.closed_on is None or now.closed_on >= now.today - ONE_DAY,
        permille=1000 * released // granted if granted else 0,
        percent=percent_of(released, granted),
        lots_open=len(open_lots),
        next=Amount(sum(next_release(lot, now) for lot in open_lots), decimals),
        next_on=now.next_close,
        chart=draw_releases(sums, last_day, decimals, language()),
        wallets=[wallet for wallet in wallets_of(purses, now) if wallet.name != kind and wallet.free],
        frozen=member.standing.frozen,
    )


def wallets_of(purses: dict[tuple[str, str], int], now: Now) -> list[Wallet]:
    """Return the free points of every kind of the programme."""
    return [
        Wallet(name, kind, Amount(purses.get((name, "free"), 0), kind.decimals))
        for name, kind in now.terms.kinds.items()
    ]
