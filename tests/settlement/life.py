"""A small programme that lives: members, orders, refunds, actions and settlements, as the platform records them."""

import random
from datetime import date, timedelta
from itertools import count

from django.db import transaction

from jifen.facts.days import open_day
from jifen.facts.new import NewAction, NewOrder, NewRefund
from jifen.facts.opening import open_programme
from jifen.facts.record import RefusedError, record_action, record_order, record_refund
from jifen.members.models import Member, Operator
from jifen.members.moves import MoveRefusedError, move_referrer
from jifen.members.registration import register_member
from jifen.programmes.terms import in_force
from jifen.settlement.run import settle_day, today
from tests.engine.people import TEXT

UNIT = 10_000  # minor units of a point
FEN = 100
CHUNK = 3  # members of one transaction of a settlement


class Life:
    """One programme and what happens in it; amounts in whole points and yuan."""

    def __init__(self, text: str = TEXT) -> None:
        self.operator = Operator.objects.create(username="lin")
        self.programme = open_programme(text=text, operator_id=self.operator.pk)
        self.members: dict[str, Member] = {}
        self.orders: dict[str, int] = {}  # what can still be refunded, in fen
        self.numbers = count(1)

    @property
    def id(self) -> int:
        """The programme's id."""
        return self.programme.pk

    @property
    def day(self) -> date:
        """The day that is open."""
        return open_day(self.id)

    def join(self, name: str, under: str = "") -> Member:
        """Register a member."""
        code = self.members[under].invite_code if under else ""
        member = register_member(
            programme_id=self.id,
            phone=f"139{len(self.members):08}",
            password="Kept-2-themselves",
            name=name,
            invite_code=code,
            joined_on=open_day(self.id),
        )
        self.members[name] = member
        return member

    def buy(self, name: str, yuan: int, points: int = 0, code: str = "") -> str:
        """Let an order count; return its code."""
        code = code or f"O{next(self.numbers)}"
        version = in_force(self.id, open_day(self.id))
        record_order(
            NewOrder(
                programme_id=self.id,
                member_id=self.members[name].pk,
                order_code=code,
                amount=yuan * FEN,
                points_paid=points * UNIT,
                version_id=version.pk,
            )
        )
        self.orders[code] = yuan * FEN
        return code

    def refund(self, code: str, fen: int) -> None:
        """Refund a part of an order."""
        record_refund(NewRefund(programme_id=self.id, order_code=code, amount=fen))
        self.orders[code] -= fen

    def act(self, name: str, action: str, amount: int = 0, to: str = "") -> None:
        """Let somebody act, with minor units of points."""
        moves = action not in ("freeze", "unfreeze")
        record_action(
            NewAction(
                programme_id=self.id,
                action=action,
                member_id=self.members[name].pk,
                kind="points" if moves else "",
                amount=amount,
                to_member_id=self.members[to].pk if to else None,
            )
        )

    def move(self, name: str, to: str) -> None:
        """Put a member under another."""
        with transaction.atomic():
            day = open_day(self.id)
            move_referrer(
                member_id=self.members[name].pk,
                to_member_id=self.members[to].pk if to else None,
                operator_id=self.operator.pk,
                reason="asked",
                effective_on=day,
            )

    def settle(self, days: int = 1) -> date:
        """Settle the next days; sandbox programmes may run ahead of the clock."""
        for _ in range(days):
            day = open_day(self.id)
            settle_day(programme_id=self.id, day=day, chunk_owners=CHUNK)
        return day

    def live(self, rng: random.Random, steps: int) -> None:
        """Let random things happen; what the rules refuse does not happen."""
        for _ in range(steps):
            try:
                self._step(rng)
            except (RefusedError, MoveRefusedError):
                continue

    def _step(self, rng: random.Random) -> None:
        names = list(self.members)
        name = rng.choice(names)
        refundable = [code for code, left in self.orders.items() if left]
        match rng.randrange(12):
            case 0 | 1:
                self.join(f"P{len(names)}", rng.choice([*names, ""]))
            case 2 | 3 | 4:
                self.buy(name, rng.choice([50, 100, 333, 1000, 5000]), rng.choice([0, 0, 0, 5, 30]))
            case 5 | 6 if refundable:
                code = rng.choice(refundable)
                left = self.orders[code]
                self.refund(code, rng.choice([left, rng.randint(1, left)]))
            case 7:
                self.act(name, "member_transfer", rng.randint(1, 20 * UNIT), rng.choice(names))
            case 8:
                self.act(name, rng.choice(["hold_withdrawal", "pay_withdrawal", "return_withdrawal"]), 5 * UNIT)
            case 9:
                self.act(name, "adjust", rng.choice([-3, 8]) * UNIT)
            case 10:
                self.act(name, rng.choice(["freeze", "unfreeze"]))
            case 11:
                self.move(name, rng.choice([*names, ""]))
            case _:
                self.settle(rng.choice([1, 1, 2, 4]))


def day_after(day: date, days: int = 1) -> date:
    """Return a later day."""
    return day + timedelta(days=days)


__all__ = ["FEN", "UNIT", "Life", "day_after", "today"]
