"""The cap of a version to come: tokens that are given out or set aside are never taken back (S2-16, S2-61)."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from jifen.airdrops.models import Emission
from jifen.engine.amounts import format_amount, to_minor
from jifen.engine.days import day_number
from jifen.engine.message import say
from jifen.engine.programme import Programme as Terms
from jifen.programmes.compatible import IncompatibleVersionError
from jifen.programmes.models import Programme
from jifen.programmes.terms import InForce, all_versions

DAYS_MAX = 36_600  # a hundred years; schedules are over long before


def refuse_low_cap(programme: Programme, terms: Terms, open_day: date, effective_from: date | None = None) -> None:
    """Raise IncompatibleVersionError for a cap below what is given out and set aside by the day of the version.

    The emission is locked, so that until the transaction ends nobody sets aside more. Airdrops stop at a lowered cap
    all the same, whatever else is set aside until the day.
    """
    if terms.airdrop is None:
        return
    kind = terms.airdrop.kind
    decimals = terms.kinds[kind].decimals
    row = Emission.objects.select_for_update(no_key=True).filter(programme_id=programme.pk).first()
    gone = row.emitted + row.funded if row is not None else 0
    if effective_from is not None:
        gone = _gone_by(all_versions(programme.pk), gone, open_day, effective_from)
    if to_minor(Decimal(terms.airdrop.cap), decimals) >= gone:
        return
    raise IncompatibleVersionError(
        [
            say(
                "the cap of {cap} {kind} is below what is given out and set aside by {day}: "
                "{gone}; write at least that",
                cap=terms.airdrop.cap,
                kind=kind,
                day=(effective_from or open_day).isoformat(),
                gone=_written(gone, decimals),
            )
        ],
        of_cap=True,
    )


def _gone_by(versions: Sequence[InForce], gone: int, first: date, end: date) -> int:
    """Return what is gone when the days from `first` to before `end` have given what their versions let them."""
    day = first
    for _ in range(min((end - first).days, DAYS_MAX)):
        terms = next((one.terms for one in reversed(versions) if one.effective_from <= day), versions[0].terms)
        if terms.airdrop is not None:
            decimals = terms.kinds[terms.airdrop.kind].decimals
            left = max(to_minor(Decimal(terms.airdrop.cap), decimals) - gone, 0)
            gone += min(terms.airdrop.emission(day_number(day), decimals), left)
        day += timedelta(days=1)
    return gone


def _written(amount: int, decimals: int) -> str:
    """Return an amount as a document writes it."""
    text = format_amount(amount, decimals)
    return text.rstrip("0").rstrip(".") if decimals else text
