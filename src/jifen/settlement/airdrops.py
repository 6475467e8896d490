"""What the close of a programme with airdrops needs beside members and orders, and what it leaves (S2-16 … S2-46)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np

from jifen.airdrops.models import AirdropDay, Emission, WalkDay
from jifen.engine.days import date_of
from jifen.engine.facts import NOBODY, Int64s
from jifen.engine.lines import DayLines
from jifen.engine.replay import Replay
from jifen.engine.settle import price_of
from jifen.facts.terms import Terms
from jifen.facts.tokens import centers_on, engine_center, engine_walk
from jifen.ledger.chart import PROGRAMME, chart_of
from jifen.ledger.columns import Rows, read_columns
from jifen.stores.models import Center

PURSES = "SELECT owner, amount FROM ledger_balance WHERE chart = %s AND owner < %s ORDER BY owner"
PURSE_DTYPE = np.dtype([("owner", "i8"), ("amount", "i8")])
Purse = tuple[str, str]  # kind, role


@dataclass
class Airdrops:
    """What was read of it."""

    terms: Terms
    day: date
    emission: Emission | None = None
    dust: int = 0  # what the last airdrop has left
    walks: list[WalkDay] = field(default_factory=list)
    centers: list[Center] = field(default_factory=list)
    purses: dict[Purse, Rows] = field(default_factory=dict)  # whole columns of the book

    @property
    def concerned(self) -> bool:
        """Whether any version has airdrops."""
        return self.terms.airdrop is not None


def read_airdrops(terms: Terms, day: date) -> Airdrops:
    """Read what the close of a day goes by; nothing where no version has airdrops."""
    found, programme_id = Airdrops(terms, day), terms.programme_id
    if not found.concerned:
        return found
    found.emission = Emission.objects.filter(pk=programme_id).first()
    last = AirdropDay.objects.filter(programme_id=programme_id, day__lt=day).order_by("-day").first()
    found.dust = last.dust if last is not None else 0
    found.walks = list(WalkDay.objects.filter(programme_id=programme_id, day=day))
    found.centers = centers_on(programme_id, day)
    chart = chart_of(programme_id)
    weights = {one.airdrop.weight for one in terms.versions.programmes if one.airdrop is not None}
    free, frozen = (
        [(kind, role) for kind in sorted(kinds)]
        for kinds, role in ((weights, "free"), (terms.frozen_by_steps, "frozen"))
    )
    for kind, role in (*free, *frozen):
        found.purses[kind, role] = read_columns(PURSES, PURSE_DTYPE, (chart.id(kind, role), PROGRAMME))
    return found


def fill_airdrops(found: Airdrops, replay: Replay, ids: Int64s) -> None:
    """Put it into the book of a close."""
    if not found.concerned:
        return
    book = replay.book
    number = {member: at for at, member in enumerate(ids.tolist())} if found.walks or found.centers else {}
    if found.emission is not None:
        book.emitted, book.funded = found.emission.emitted, found.emission.funded
    for rule in {one.airdrop.use for one in found.terms.versions.programmes if one.airdrop is not None}:
        book.dust[rule] = found.dust
    book.walks = {number[row.member_id]: engine_walk(row) for row in found.walks}
    book.centers = {row.region: engine_center(row, number, NOBODY) for row in found.centers}
    for (kind, role), rows in found.purses.items():
        purse = book.free[kind] if role == "free" else book.held[kind]
        purse[book.forest.layout.position[np.searchsorted(ids, rows["owner"])]] = rows["amount"]


def keep_airdrop(terms: Terms, replay: Replay, lines: DayLines) -> None:
    """Write what a close has given out; part of the transaction in which the day ends."""
    given = lines.airdrop
    if given is None:
        return
    programme = terms.versions.on(lines.day)
    AirdropDay.objects.create(
        programme_id=terms.programme_id,
        day=date_of(lines.day),
        emission=given.emission,
        given=given.given,
        dust=given.emission + given.dust_before - given.given,
        weight=given.weight,
        price=price_text(price_of(programme, replay.declared, lines.day)),
    )
    Emission.objects.update_or_create(
        programme_id=terms.programme_id, defaults={"emitted": replay.book.emitted, "funded": replay.book.funded}
    )


def price_text(price: Fraction | None) -> str:
    """Return a price as it is kept: "0.8", "" where none is declared."""
    if price is None:
        return ""
    decimal = Decimal(price.numerator) / Decimal(price.denominator)
    return f"{decimal.normalize():f}" if Fraction(decimal) == price else str(price)
