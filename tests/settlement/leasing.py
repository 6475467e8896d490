"""A small leasing programme that lives: devices, top-ups, agents, goods, withdrawals, months; as the platform runs."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from jifen import catalogue
from jifen.engine.amounts import Rate
from jifen.engine.days import day_number, is_last_of_month
from jifen.engine.programme import Programme
from jifen.facts.days import open_day
from jifen.facts.new import NewAction, NewOrder
from jifen.facts.record import RefusedError, record_action, record_order
from jifen.members.moves import MoveRefusedError
from jifen.programmes.declared import declare
from jifen.programmes.terms import in_force, load
from tests.settlement.life import FEN, UNIT, Life

SMALL = (  # thresholds that a dozen members reach
    ("units = 200, to = 499, own_units = 10", "units = 3, own_units = 1"),
    ("units = 500, to = 1000, own_units = 50", "units = 6, own_units = 1"),
    ("units = 2000, own_units = 100", "units = 12, own_units = 2"),
    ("active_sellers = 50", "active_sellers = 0"),
    ("units_below = 200", "units_below = 1"),
    ("units_min = 10000", "units_min = 4"),
    ("new_units = 100", "new_units = 4"),
    ("units = 50, to = 199", "units = 2"),
    ("units = 200, to = 499", "units = 4"),
    ("units = 500, to = 999", "units = 8"),
    ("units = 1000,", "units = 16,"),
    ("prize = 0", "prize = 77.01"),
)


def small(name: str, **changes: str) -> str:
    """Return a document of the catalogue with thresholds that few members reach."""
    text = catalogue.read(name)
    for old, new in (*SMALL, *changes.items()):
        text = text.replace(old, new)
    return text


class Leasing(Life):
    """A leasing programme and what happens in it."""

    @property
    def terms(self) -> Programme:
        """The document in force."""
        return load(in_force(self.id, open_day(self.id)).pk)

    def lease(self, name: str, quantity: int) -> str:
        """Let somebody exchange credited points for devices, topped up before where it takes them."""
        units, code = self.terms.units, f"O{next(self.numbers)}"
        assert units is not None
        amount = quantity * units.unit_price
        must = any(spend.pays == "units" and spend.share_min == Rate(1, 1) for spend in self.terms.spends)
        if must:
            self.do(name, "top_up", "lease_credit", amount * FEN)
        self._order(name, code, amount, (amount * FEN if must else 0, "lease_credit" if must else ""), quantity)
        return code

    def shop(self, name: str, yuan: int, kind: str, points: int) -> str:
        """Let somebody buy goods, partly in points."""
        code = f"O{next(self.numbers)}"
        self._order(name, code, yuan * FEN, (points * UNIT, kind if points else ""), 0)
        return code

    def _order(self, name: str, code: str, amount: int, paid: tuple[int, str], quantity: int) -> None:
        units = self.terms.units
        record_order(
            NewOrder(
                programme_id=self.id,
                member_id=self.members[name].pk,
                order_code=code,
                amount=amount,
                points_paid=paid[0],
                points_kind=paid[1],
                version_id=in_force(self.id, open_day(self.id)).pk,
                quantity=max(quantity, 1),
                product=units.product if units is not None and quantity else "tea",
                channel=units.channel if units is not None and quantity else "",
            )
        )
        self.orders[code] = amount

    def do(  # noqa: PLR0913 keyword-only beyond what every action has
        self, name: str, action: str, kind: str = "", amount: int = 0, *, into: str = "", to: str = ""
    ) -> None:
        """Let somebody act with points of a kind."""
        record_action(
            NewAction(
                programme_id=self.id,
                action=action,
                member_id=self.members[name].pk,
                kind=kind,
                amount=amount,
                to_kind=into,
                to_member_id=self.members[to].pk if to else None,
            )
        )

    def declare(self, name: str, value: str) -> None:
        """Declare a value from the open day on."""
        starts = datetime.combine(open_day(self.id), datetime.min.time(), ZoneInfo("Asia/Shanghai"))
        declare(programme_id=self.id, name=name, value=Decimal(value), starts_at=starts, operator_id=self.operator.pk)

    def settle_month(self) -> date:
        """Settle up to the end of the open month."""
        while not is_last_of_month(day_number(open_day(self.id))):
            self.settle()
        return self.settle()

    def live(self, rng: random.Random, steps: int) -> None:
        """Let random things happen; what the rules refuse does not happen."""
        for _ in range(steps):
            try:
                self._lease_step(rng)
            except (RefusedError, MoveRefusedError):
                continue

    def _lease_step(self, rng: random.Random) -> None:
        names = list(self.members)
        name, kinds = rng.choice(names), list(self.terms.kinds)
        refundable = [code for code, left in self.orders.items() if left]
        match rng.randrange(14):
            case 0 | 1:
                self.join(f"P{len(names)}", rng.choice([*names, ""]))
            case 2 | 3 | 4 | 5:
                self.lease(name, rng.choice([1, 1, 2, 3, 10]))
            case 6 if refundable:
                code = rng.choice(refundable)
                left = self.orders[code]
                self.refund(code, rng.choice([left, rng.randint(1, left)]))
            case 7:
                self.do(name, rng.choice(["appoint", "appoint", "dismiss"]))
            case 8:
                self.do(name, "hold_withdrawal", rng.choice(kinds), rng.randint(1, 90) * UNIT)
            case 9:
                kind = rng.choice(kinds)
                self.do(name, rng.choice(["pay_withdrawal", "return_withdrawal"]), kind, 3 * UNIT)
            case 10:
                rule = rng.choice(self.terms.converts)
                self.do(name, "convert", rule.kind, rng.randint(1, 50) * UNIT, into=rule.into)
            case 11:
                spend = rng.choice([spend for spend in self.terms.spends if spend.pays == "goods"])
                self.shop(name, 20, rng.choice([spend.kind, ""]), rng.choice([0, 3, 6]))
            case 12:
                self.move(name, rng.choice([*names, ""]))
            case _:
                self.do(name, "adjust", rng.choice(kinds), rng.choice([-2, 9]) * UNIT)


def days(count: int) -> timedelta:
    """Return a number of days."""
    return timedelta(days=count)
