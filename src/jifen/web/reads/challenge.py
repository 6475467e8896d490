"""Challenge credit: what is frozen, what makes it free, and into what it may be converted (S2-34 … S2-46)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jifen.airdrops.models import WalkDay
from jifen.engine.amounts import Rate, to_minor
from jifen.engine.kinds import PointKind
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.convert import Convert
from jifen.engine.rules.unlock import Unlock
from jifen.ledger.reading import Balances, balances, daily_sums
from jifen.members.models import Member
from jifen.payouts.switches import is_open
from jifen.stores.models import Store
from jifen.web.amounts import Amount
from jifen.web.reads.statement import Line, latest_lines
from jifen.web.reads.terms import Now
from jifen.web.reads.uses import share

UNLOCKING = ("unlock", "sport_task", "step_ladder")
WALK = "walk"


@dataclass(frozen=True)
class Challenge:
    """Points of which most are frozen until something unlocks them."""

    name: str
    kind: PointKind
    frozen: Amount
    free: Amount


@dataclass(frozen=True)
class Way:
    """Something that makes frozen points free; `permille` is how far it is today, None where it is never finished."""

    icon: str
    title: str
    text: str
    permille: int | None = None
    done: bool = False
    page: str = ""  # the name of an address where it is done


@dataclass(frozen=True)
class Rung:
    """A step of the ladder."""

    steps: int
    share: str
    reached: bool
    frees: Amount  # of what is frozen now


@dataclass(frozen=True)
class Ladder:
    """What the steps of today make free at the close of the day; only the highest step counts (S2-39)."""

    sport: str
    steps: int
    rungs: list[Rung]

    @property
    def permille(self) -> int:
        """How far today's steps are on the way to the highest step."""
        return min(1000 * self.steps // self.rungs[-1].steps, 1000)


@dataclass(frozen=True)
class Conversion:
    """Into what free points may be converted; `open` is the operator's switch (S2-42)."""

    kind: PointKind
    pair: str
    rate: str
    fee: str  # "" for none
    open: bool


@dataclass(frozen=True)
class ChallengePage:
    """All of it."""

    challenge: Challenge
    unlocked: Amount  # so far
    ways: list[Way]
    ladder: Ladder | None
    conversions: list[Conversion]
    lines: list[Line]


def challenge_kind(terms: Terms) -> str:
    """Return the kind that is frozen until something unlocks it, "" for none (S2-37)."""
    kinds = [rule.kind for rule in unlocks_of(terms)] + [rule.kind for rule in terms.tasks]
    if terms.ladder is not None:
        kinds.append(terms.ladder.kind)
    return kinds[0] if kinds else ""


def unlocks_of(terms: Terms) -> list[Unlock]:
    """Return what bringing members and stores unlocks."""
    return [rule for rule in terms.rules if isinstance(rule, Unlock)]


def read_challenge(member: Member, now: Now, purses: Balances | None = None) -> Challenge | None:
    """Return what a member has of the kind, None where the programme has none."""
    name = challenge_kind(now.terms)
    if not name:
        return None
    purses = balances(member.pk) if purses is None else purses
    kind = now.terms.kinds[name]
    frozen, free = (Amount(purses.get((name, role), 0), kind.decimals) for role in ("frozen", "free"))
    return Challenge(name, kind, frozen, free)


def read_page(member: Member, now: Now, challenge: Challenge) -> ChallengePage:
    """Return what is frozen, what was unlocked, and what unlocks more."""
    last = max(now.next_close, now.today)
    sums = daily_sums(member.pk, challenge.name, member.joined_on, last)
    unlocked = sum(amount for (_day, rule), amount in sums.items() if rule in UNLOCKING)
    walk = WalkDay.objects.filter(member=member, day=last).first() or WalkDay(walked=0, run=0, tasks=[])
    return ChallengePage(
        challenge=challenge,
        unlocked=Amount(unlocked, challenge.kind.decimals),
        ways=[*_joining(member, now.terms, challenge), *_tasks(now.terms, challenge, walk)],
        ladder=_ladder(now.terms, challenge, walk),
        conversions=[_conversion(rule, member, now) for rule in now.terms.converts if rule.kind == challenge.name],
        lines=latest_lines(member, challenge.name),
    )


def _joining(member: Member, terms: Terms, challenge: Challenge) -> Iterator[Way]:
    for rule in unlocks_of(terms):
        if rule.kind != challenge.name:
            continue
        amount = _amount(rule.amount, challenge)
        if rule.event == "member":
            count = Member.objects.filter(referrer=member).count()
            brought = ngettext("%(count)s member so far", "%(count)s members so far", count) % {"count": count}
            title, icon, page = _("Invite a member"), "people", "web:invite"
        else:
            count = Store.objects.filter(referrer=member).count()
            brought = ngettext("%(count)s merchant so far", "%(count)s merchants so far", count) % {"count": count}
            title, icon, page = _("Bring a merchant"), "store", ""
        text = _("Each one unlocks %(amount)s") % {"amount": amount}
        yield Way(icon, title, f"{text} · {brought}", page=page)


def _tasks(terms: Terms, challenge: Challenge, walk: WalkDay) -> Iterator[Way]:
    for rule in terms.tasks:
        if rule.kind != challenge.name:
            continue
        steps, done = walk.walked if rule.sport == WALK else walk.run, rule.name in walk.tasks
        title = _("Walk %(steps)s steps") if rule.sport == WALK else _("Run %(steps)s steps")
        text = _("unlocks %(amount)s, once a day · today %(steps)s steps") % {
            "amount": _amount(rule.amount, challenge),
            "steps": f"{steps:,}",
        }
        permille = 1000 if done else min(1000 * steps // rule.steps, 1000)
        yield Way("walk", title % {"steps": f"{rule.steps:,}"}, text, permille, done, "web:sport")


def _ladder(terms: Terms, challenge: Challenge, walk: WalkDay) -> Ladder | None:
    rule = terms.ladder
    if rule is None or rule.kind != challenge.name:
        return None
    steps = walk.walked if rule.sport == WALK else walk.run
    rungs = [
        Rung(
            one.steps,
            share(one.share),
            steps >= one.steps,
            Amount(one.share.floor(challenge.frozen.minor), challenge.kind.decimals),
        )
        for one in rule.ladder
    ]
    return Ladder(rule.sport, steps, rungs)


def _conversion(rule: Convert, member: Member, now: Now) -> Conversion:
    fee = Rate(rule.rate.den - rule.rate.num, rule.rate.den) if rule.rate.num < rule.rate.den else None
    return Conversion(
        kind=now.terms.kinds[rule.into],
        pair=f"{rule.kind}>{rule.into}",
        rate=str(rule.rate),
        fee=share(fee) if fee is not None and not rule.price else "",
        open=is_open(member.programme_id, rule.kind, rule.into),
    )


def _amount(points: object, challenge: Challenge) -> Amount:
    return Amount(int(to_minor(Decimal(str(points)), challenge.kind.decimals)), challenge.kind.decimals)
