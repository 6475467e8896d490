"""What the first page shows."""

from dataclasses import dataclass
from datetime import date

from jifen.engine.kinds import PointKind
from jifen.ledger.reading import balances, lots
from jifen.members.models import Member
from jifen.web.amounts import Amount
from jifen.web.markup import Markup
from jifen.web.reads.charts import draw_releases, first_day_shown, percent_of
from jifen.web.reads.lots import released_of
from jifen.web.reads.me import leases_here
from jifen.web.reads.released import Released, released_by_day
from jifen.web.reads.releases import releases_of
from jifen.web.reads.terms import ONE_DAY, Now
from jifen.web.reads.wallets import Wallet, has_many_kinds, wallets_of
from jifen.web.templatetags.jifen import language


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
    others: list[Wallet]  # beside the first kind, where a programme has so few that there is room
    wallets: list[Wallet]  # of every kind, where a programme has many
    frozen: bool
    leases: bool  # whether it is devices that are bought here


def read_home(member: Member, now: Now) -> Home:
    """Return the figures of a member's first page."""
    found, purses = list(lots(member.pk)), balances(member.pk)
    kind, decimals, time = now.terms.lot_kind, now.kind.decimals, releases_of(now, member.programme_id)
    granted = sum(lot.granted - lot.cancelled for lot in found)
    released, open_lots = released_of(found), [lot for lot in found if not lot.closed]
    last_day = now.closed_on or now.today
    sums = released_by_day(member.pk, kind, first_day_shown(last_day), last_day)
    coming = [release for lot in open_lots if (release := time.following(lot)) is not None]
    next_on = min((release.day for release in coming), default=now.next_close)
    wallets, many = wallets_of(purses, now), has_many_kinds(now)
    return Home(
        kind=now.kind,
        free=Amount(purses.get((kind, "free"), 0), decimals),
        locked=Amount(sum(lot.remaining for lot in open_lots), decimals),
        held=Amount(purses.get((kind, "frozen"), 0), decimals),
        released=Amount(released, decimals),
        granted=Amount(granted, decimals),
        today=Amount(sum(sums.get(last_day, Released())), decimals),
        closed_on=now.closed_on,
        fresh=now.closed_on is None or now.closed_on >= now.today - ONE_DAY,
        permille=1000 * released // granted if granted else 0,
        percent=percent_of(released, granted),
        lots_open=len(open_lots),
        next=Amount(sum(release.amount for release in coming if release.day == next_on), decimals),
        next_on=next_on,
        chart=draw_releases(sums, last_day, decimals, language()),
        others=[] if many else [wallet for wallet in wallets if wallet.name != kind and wallet.free],
        wallets=[wallet for wallet in wallets if not wallet.idle] if many else [],
        frozen=member.standing.frozen,
        leases=leases_here(now.terms),
    )
