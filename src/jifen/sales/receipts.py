"""Money that comes from members and goes back to them, in the ledger: between the reserve and cash (S4-30)."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from jifen.engine.message import say
from jifen.ledger.chart import MONEY, PROGRAMME
from jifen.ledger.posting import Line, NewTransfer, OverdraftError, post
from jifen.ledger.reading import programme_balances
from jifen.programmes.terms import load
from jifen.sales.errors import SaleError

RESERVE, CASH, PAID = "reserve", "cash", "paid"


class MoneyShortError(SaleError):
    """Reserve and cash together hold less than the refund needs; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            say("the programme's accounts hold too little money for this refund; top up the reserve first")
        )


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Whose money moves on which day, who saw it (an operator, or a payment provider), and the transfer's name."""

    programme_id: int
    member_id: int
    day: date
    operator_id: int | None
    key: str
    rule: str
    cause: str
    provider: str = ""

    @property
    def actor(self) -> str:
        """Who saw the money, as transfers say it."""
        return self.provider or f"operator/{self.operator_id}"


def take_in(receipt: Receipt, amount: int, *, version_id: int) -> int:
    """Post `amount` (fen) that came from a member; return how much of it a version's terms put into the reserve."""
    rule = load(version_id).reserve
    reserved, kept = rule.split(amount) if rule is not None else (0, amount)
    _post(receipt, (receipt.member_id, PAID, -amount), (PROGRAMME, RESERVE, reserved), (PROGRAMME, CASH, kept))
    return reserved


def pay_back(receipt: Receipt, back: int, *, reserved: int) -> tuple[int, int]:
    """Post `back` (fen) to a member, of which `reserved` had gone into the reserve.

    Returns what came out of the reserve and what out of cash: where one of them holds too little, the rest comes out of
    the other. Raises MoneyShortError when both together hold too little.
    """
    try:
        return _post_back(receipt, reserved, back - reserved)
    except OverdraftError:
        held = programme_balances(receipt.programme_id)
    reserve, cash = (held.get((MONEY, role), 0) for role in (RESERVE, CASH))
    from_reserve = max(min(reserved, reserve), back - cash)
    try:
        return _post_back(receipt, from_reserve, back - from_reserve)
    except OverdraftError as error:
        raise MoneyShortError from error


def return_all(receipt: Receipt, back: int, *, reserved: int) -> None:
    """Post back all that came from a member, out of where it went in; raises MoneyShortError."""
    try:
        _post_back(receipt, reserved, back - reserved)
    except OverdraftError as error:
        raise MoneyShortError from error


@transaction.atomic
def _post_back(receipt: Receipt, from_reserve: int, from_cash: int) -> tuple[int, int]:
    back = from_reserve + from_cash
    _post(receipt, (receipt.member_id, PAID, back), (PROGRAMME, RESERVE, -from_reserve), (PROGRAMME, CASH, -from_cash))
    return from_reserve, from_cash


def part_of(whole: int, part: int, of: int) -> int:
    """Return floor(whole × part ÷ of); 0 of nothing."""
    return whole * part // of if of else 0


def _post(receipt: Receipt, *rows: tuple[int, str, int]) -> None:
    """Post the rows (owner, role, amount) that are not 0; what is paid in points alone moves no money."""
    lines = tuple(Line(owner=owner, kind=MONEY, role=role, amount=amount) for owner, role, amount in rows if amount)
    if lines:
        transfer = NewTransfer(key=receipt.key, rule=receipt.rule, lines=lines, cause=receipt.cause)
        post(programme_id=receipt.programme_id, day=receipt.day, transfer=transfer, actor=receipt.actor)
