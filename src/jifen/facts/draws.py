"""What was drawn: the seeds of closed days and the amounts they gave, for everybody to check (S0-59, S0-60)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from jifen.engine.days import day_number
from jifen.engine.declared import DeclaredValues
from jifen.engine.programme import Programme as Document
from jifen.engine.rules.daily_amount import DailyAmount
from jifen.facts.days import ONE_DAY
from jifen.facts.terms import Terms, terms_of
from jifen.ledger.close import last_closed
from jifen.programmes.declared import declared_facts
from jifen.programmes.draws import Secret, secrets_of, seed_names
from jifen.programmes.terms import approved_versions


@dataclass(frozen=True)
class Draw:
    """The amount of one closed day, in CNY for each unit, and what it was drawn with."""

    day: date
    amount: Fraction
    fixed: bool  # declared for the day, so nothing was drawn
    amount_min: Fraction
    amount_max: Fraction
    secret: Secret


def draws(programme_id: int) -> bool:
    """Return whether a version of the programme draws its daily amounts."""
    return any(seed_names(version.terms) for version in approved_versions(programme_id))


def drawn_name(terms: Document) -> str:
    """Return the name of the declared value that wins over what a document draws; "" where it draws nothing."""
    rule = terms.rule(DailyAmount)
    return rule.declared if rule is not None and rule.seed else ""


def drawn_days(programme_id: int, *, before: date | None = None, days: int = 31) -> list[Draw]:
    """Return up to `days` closed days before a day, newest first; the seed of a day that is not closed never leaves."""
    closed = last_closed(programme_id)
    if closed is None or not draws(programme_id):
        return []
    until = closed if before is None else min(closed, before - ONE_DAY)
    terms = terms_of(programme_id)
    values = DeclaredValues(declared_facts(programme_id, until=closed))
    found = (_draw(terms, values, secret) for secret in reversed(secrets_of(programme_id, until)))
    return [one for one in found if one is not None][:days]


def _draw(terms: Terms, values: DeclaredValues, secret: Secret) -> Draw | None:
    """Return what a day's secret drew; nothing on days whose version draws nothing."""
    day = day_number(secret.day)
    rule = terms.versions.on(day).rule(DailyAmount)
    if rule is None or not rule.seed:
        return None
    rate = rule.amount_on(terms.newest.code, day, values)
    return Draw(
        day=secret.day,
        amount=Fraction(rate.num, rate.den),
        fixed=values.on(rule.declared, day) is not None,
        amount_min=Fraction(rule.amount_min),
        amount_max=Fraction(rule.amount_max),
        secret=secret,
    )
