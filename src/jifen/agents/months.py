"""What the last close of a month shared among agents: the dividend of the revenue, the prize of the ranking."""

from datetime import date
from fractions import Fraction
from typing import NamedTuple

from django.db.models import Q

from jifen.agents.terms import DIVIDEND, RANKING, dividend_rule, month_end, ranking_rule
from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.days import day_number
from jifen.engine.declared import DeclaredValues
from jifen.engine.programme import Programme as Terms
from jifen.engine.settle import all_slots_of
from jifen.facts.models import Reward
from jifen.members.models import Standing
from jifen.programmes.declared import declared_facts


class SharedOut(NamedTuple):
    """What one agent got of a share-out, in minor units; `weight` is in devices."""

    member_id: int
    weight: int
    entitled: int
    paid: int

    @property
    def blocked(self) -> int:
        """What the agent's lots could not give."""
        return self.entitled - self.paid


class MonthOf(NamedTuple):
    """A share-out of a month: what was declared (fen; None for nothing), and who got what, the largest first."""

    declared: int | None
    pool: int  # minor units, without what was left over from earlier months
    shares: list[SharedOut]

    @property
    def paid(self) -> int:
        """What was paid to all."""
        return sum(one.paid for one in self.shares)

    @property
    def blocked(self) -> int:
        """What all lots could not give."""
        return sum(one.blocked for one in self.shares)


def dividend_of(programme_id: int, terms: Terms, month: date) -> MonthOf | None:
    """Return the dividend of a month (S0-37); None where the document has none."""
    rule = dividend_rule(terms)
    if rule is None:
        return None
    revenue = _declared(programme_id, rule.declared, month)
    pool = (revenue or Fraction(0)) * 10 ** terms.kinds[rule.kind].decimals * rule.rate.num // rule.rate.den
    return MonthOf(_fen(revenue), int(pool), shared_out(programme_id, terms, month, DIVIDEND))


def prize_of(programme_id: int, terms: Terms, month: date) -> MonthOf | None:
    """Return the shared prize of a month's ranking (S0-69); None where the document has none."""
    rule = ranking_rule(terms)
    if rule is None:
        return None
    declared = _declared(programme_id, rule.declared, month)
    prize = declared if declared is not None else Fraction(rule.prize)
    pool = int(prize * 10 ** terms.kinds[rule.kind].decimals)
    return MonthOf(_fen(prize), pool, shared_out(programme_id, terms, month, RANKING))


def shared_out(programme_id: int, terms: Terms, month: date, use: str) -> list[SharedOut]:
    """Return what a monthly rule gave to each agent of a programme; nothing while the month is open."""
    slot = next((number for number, slot in enumerate(all_slots_of(terms)) if slot.path == use), None)
    if slot is None:
        return []
    agents = Standing.objects.filter(Q(agent_since__isnull=False) | Q(rank__gt=0), programme_id=programme_id)
    found = Reward.objects.filter(day=month_end(month), slot=slot, member_id__in=agents.values("member_id"))
    rows = [SharedOut(one.member_id, one.base or one.entitled, one.entitled, one.paid) for one in found]
    return sorted(rows, key=lambda one: (-one.weight, one.member_id))


def month_before(month: date, count: int = 1) -> date:
    """Return the first day of the month so many months before."""
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def read_month(text: str, today: date) -> date:
    """Return the first day of the month that an address names as 2026-03; of a wrong one the month of today."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def _declared(programme_id: int, name: str, month: date) -> Fraction | None:
    value = DeclaredValues(declared_facts(programme_id)).on(name, day_number(month_end(month)))
    return None if value is None else value.value


def _fen(amount: Fraction | None) -> int | None:
    return None if amount is None else int(amount * 10**MONEY_DECIMALS)
