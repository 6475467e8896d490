"""A member's wallets, one for each kind of points: what is in it, what it may do, how it went (S0-23 … S0-29)."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from jifen.engine.kinds import PointKind
from jifen.ledger.reading import balances, daily_sums
from jifen.members.models import Member
from jifen.web.amounts import Amount
from jifen.web.markup import Markup
from jifen.web.reads.charts import draw_balances
from jifen.web.reads.statement import Line, latest_lines
from jifen.web.reads.terms import Now, read_now
from jifen.web.reads.uses import Use, uses_of
from jifen.web.templatetags.jifen import language

MANY = 3  # kinds: with so many the first page has a row for each wallet; a second one finds room beside the first
DAYS_SHOWN = 30


@dataclass(frozen=True)
class Wallet:
    """Points of one kind: what is free, what is held, and what free ones may do."""

    name: str
    kind: PointKind
    free: Amount
    held: Amount
    uses: list[Use] = field(default_factory=list)

    @property
    def brief(self) -> str:
        """What it may do, in a few words."""
        return " · ".join(dict.fromkeys(use.brief for use in self.uses)) or _("kept for later use")

    @property
    def idle(self) -> bool:
        """Whether nothing is in it and nothing can be done with it: a spare kind (S0-29)."""
        return not (self.free or self.held or self.uses)


@dataclass(frozen=True)
class WalletPage:
    """One wallet with its chart and its last lines; `locked` only of the kind that lots hold."""

    wallet: Wallet
    locked: Amount
    chart: Markup
    lines: list[Line]


def wallets_of(purses: dict[tuple[str, str], int], now: Now) -> list[Wallet]:
    """Return a wallet for every kind of the programme, in the order of the document."""
    return [
        Wallet(
            name,
            kind,
            Amount(purses.get((name, "free"), 0), kind.decimals),
            Amount(purses.get((name, "frozen"), 0), kind.decimals),
            uses_of(name, now.terms),
        )
        for name, kind in now.terms.kinds.items()
    ]


def has_many_kinds(now: Now) -> bool:
    """Return whether the programme has so many kinds that wallets stand by themselves."""
    return len(now.terms.kinds) >= MANY


def read_wallets(member: Member, now: Now | None = None) -> list[Wallet]:
    """Return the member's wallets."""
    return wallets_of(balances(member.pk), now or read_now(member.programme_id))


def read_wallet(member: Member, name: str) -> WalletPage | None:
    """Return one wallet of the member; None for a kind that the programme does not have."""
    now, purses = read_now(member.programme_id), balances(member.pk)
    wallet = next((one for one in wallets_of(purses, now) if one.name == name), None)
    if wallet is None:
        return None
    return WalletPage(
        wallet=wallet,
        locked=Amount(purses.get((name, "locked"), 0), wallet.kind.decimals),
        chart=draw_balances(_balances(member, wallet, now), wallet.kind.decimals, language()),
        lines=latest_lines(member, name),
    )


def _balances(member: Member, wallet: Wallet, now: Now) -> dict[date, int]:
    """Return what was free at the end of each of the last days, reckoned back from what is free now."""
    last = max(now.next_close, now.today)
    days = [last - timedelta(days=n) for n in range(DAYS_SHOWN)]
    changes = dict.fromkeys(days, 0)
    for (day, _rule), amount in daily_sums(member.pk, wallet.name, days[-1], last).items():
        changes[day] += amount
    found, left = dict[date, int](), wallet.free.minor
    for day in days:
        found[day] = left
        left -= changes[day]
    return dict(reversed(found.items()))
