"""What a conversion would bring, before a member confirms it (S0-24)."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import Q
from django.utils import timezone

from jifen.engine.message import Message, say
from jifen.engine.rules.convert import Convert
from jifen.explain.model import decimal
from jifen.ledger.reading import balances
from jifen.members.models import Member
from jifen.payouts.switches import SwitchedOffError, is_open
from jifen.programmes.declared import moment_of, tick_of
from jifen.programmes.models import DeclaredValue
from jifen.web.amounts import Amount
from jifen.web.reads.terms import Now, read_now
from jifen.web.templatetags.jifen import named

MINUTE = 60 * 1_000_000  # ticks


@dataclass(frozen=True)
class Pair:
    """A conversion that the programme has: from one kind into another."""

    name: str  # "lease_income>lease_credit"
    title: str
    rule: Convert
    free: Amount


@dataclass(frozen=True)
class Conversion:
    """What would come of an amount; `refusal` says why nothing would."""

    pair: Pair
    amount: Amount
    bought: Amount
    price: str = ""  # in CNY, of one point of what is bought; "" where none is needed
    priced_at: datetime | None = None
    refusal: Message | None = None


def read_pairs(member: Member) -> list[Pair]:
    """Return what the member may convert into what."""
    now, purses = read_now(member.programme_id), balances(member.pk)
    kinds = now.terms.kinds
    return [
        Pair(
            f"{rule.kind}>{rule.into}",
            f"{named(kinds[rule.kind])} → {named(kinds[rule.into])}",
            rule,
            Amount(purses.get((rule.kind, "free"), 0), kinds[rule.kind].decimals),
        )
        for rule in now.terms.converts
    ]


def read_conversion(member: Member, pair: Pair, amount: int) -> Conversion:
    """Return what an amount would bring now; the rules decide again when it is confirmed."""
    now, rule = read_now(member.programme_id), pair.rule
    given = Amount(amount, pair.free.decimals)
    price = _price(member.programme_id, rule.price) if rule.price else None
    bought = _bought(amount, rule, now, price)
    return Conversion(
        pair=pair,
        amount=given,
        bought=Amount(bought, now.terms.kinds[rule.into].decimals),
        price="¥" + decimal(price.numerator, price.denominator) if price is not None else "",
        priced_at=moment_of(price.starts_tick) if price is not None else None,
        refusal=_switched_off(member, rule) or _refusal(rule, price) or _too_few(given, pair, bought),
    )


def _price(programme_id: int, name: str) -> DeclaredValue | None:
    """Return the price of the moment: of those in force the one that starts last."""
    tick = tick_of(timezone.now())
    found = DeclaredValue.objects.filter(programme_id=programme_id, name=name, starts_tick__lte=tick)
    in_force = found.filter(Q(ends_tick__isnull=True) | Q(ends_tick__gt=tick))
    return in_force.order_by("-starts_tick", "-declared_tick").first()


def _bought(amount: int, rule: Convert, now: Now, price: DeclaredValue | None) -> int:
    if rule.price and (price is None or price.numerator == 0):
        return 0
    value = (
        Fraction(price.denominator, price.numerator) if price is not None else Fraction(rule.rate.num, rule.rate.den)
    )
    into, kind = (10 ** now.terms.kinds[name].decimals for name in (rule.into, rule.kind))
    return int(amount * into * value.numerator // (kind * value.denominator))


def _switched_off(member: Member, rule: Convert) -> Message | None:
    """Return why nothing can be converted while an operator has switched it off (S2-42)."""
    return None if is_open(member.programme_id, rule.kind, rule.into) else SwitchedOffError().message


def _refusal(rule: Convert, price: DeclaredValue | None) -> Message | None:
    """Return why there is no price to convert at."""
    if not rule.price:
        return None
    if price is None or price.numerator == 0:
        return say("no {name} is declared for this moment", name=rule.price)
    if rule.price_age_minutes_max and tick_of(timezone.now()) - price.starts_tick > rule.price_age_minutes_max * MINUTE:
        return say(
            "the last {name} is older than {minutes} minutes", name=rule.price, minutes=rule.price_age_minutes_max
        )
    return None


def _too_few(given: Amount, pair: Pair, bought: int) -> Message | None:
    if given.minor > pair.free.minor:
        return say("too few free points")
    if given.minor < 1:
        return say("choose a kind of points and an amount above 0")
    return say("worth less than the smallest unit of {kind}", kind=pair.rule.into) if bought == 0 else None
