"""A family that has traded for three days, so that its next close has something of everything."""

from datetime import date

from jifen.facts.days import open_day
from tests.engine.people import TEXT
from tests.settlement.life import UNIT, Life

OWING = TEXT.replace('policy = "within_balance"', 'policy = "debt"').replace('"lose"', '"hold"')


def live_three_days(life: Life) -> date:
    """Let a family trade, with refunds, moves and a transfer; return the day that is open then.

    With the terms OWING, C owes points then, and rewards of D wait for a lot.
    """
    life.join("A")
    for name, under in zip("BCDEFGHIJ", "AABDDEEFA", strict=True):
        life.join(name, under)
    first = {name: life.buy(name, 1000 + 7 * number) for number, name in enumerate("ABCEFGHIJ")}
    life.buy("D", 1)
    life.settle(2)
    life.act("C", "member_transfer", 100 * UNIT, "B")
    life.refund(first["C"], 100_000)
    life.buy("B", 6000)
    life.buy("C", 333)
    life.settle()
    life.refund(first["H"], 50_300)
    life.move("J", "B")
    life.buy("H", 333, 5)
    return open_day(life.id)
