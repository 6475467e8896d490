"""A small shop: a programme with members, products and two operators, called by their names."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.resources import files
from threading import Barrier, Thread
from typing import Generic, TypeVar

from django.db import connection

from jifen.engine.message import Message
from jifen.facts.models import Act
from jifen.ledger.chart import MONEY, open_chart
from jifen.ledger.reading import balances, programme_balances
from jifen.members.bulk import NOBODY, Newcomer, register_many
from jifen.members.models import Operator, Standing
from jifen.members.ticks import next_tick
from jifen.payouts.adjustments import Change, approve_adjustment, propose_adjustment
from jifen.programmes.models import Programme
from jifen.programmes.terms import in_force, load
from jifen.programmes.versions import create_programme
from jifen.sales.models import Order, Product
from jifen.sales.orders import confirm_payment, place_order

T = TypeVar("T")

DOCUMENT = (files("jifen.catalogue") / "release.toml").read_text("utf-8")
SIXTY_PERCENT = DOCUMENT.replace("\nshare = 1\n", "\nshare = 0.6\n")  # of every payment goes to the reserve
JOINED = datetime(2026, 3, 1, tzinfo=UTC)
POINTS = "points"
NO_LOGIN = "!"  # a hash that no password has
YUAN = 100  # fen
POINT = 10_000  # minor units
STANDING = ("debt", "written_off", "volume", "volume_amount", "volume_points")


@dataclass
class Shop:
    """What the stories of sales and payouts happen in; Wang and Li are operators."""

    programme: Programme
    wang: int
    li: int
    members: dict[str, int] = field(default_factory=dict)
    _keys: int = 0

    def member(self, name: str) -> int:
        """Return the id of a member, who joins when first named."""
        if name not in self.members:
            phone = f"138{len(self.members):08}"
            who = Newcomer(phone, name, NOBODY, next_tick(), date(2026, 3, 1), JOINED)
            (self.members[name],) = register_many(programme_id=self.programme.id, people=[who], password=NO_LOGIN)
        return self.members[name]

    def product(self, code: str, price: int, *, stock: int | None = None, points_allowed: bool = True) -> Product:
        """Put a product on sale, at a price in yuan."""
        return Product.objects.create(
            programme=self.programme,
            code=code,
            title=f"商品{code}",
            title_en=code,
            price=price * YUAN,
            stock=stock,
            points_allowed=points_allowed,
        )

    def key(self) -> str:
        """Return a key that was never used."""
        self._keys += 1
        return f"key {self._keys}"

    def place(self, name: str, items: dict[Product, int], *, points: int = 0, key: str = "") -> Order:
        """Let a member order products, whole points paying a part."""
        return place_order(
            member_id=self.member(name),
            items={product.id: quantity for product, quantity in items.items()},
            points=points * POINT,
            key=key or self.key(),
        )

    def buy(self, name: str, items: dict[Product, int], *, points: int = 0) -> Order:
        """Let a member order products, and Wang confirm the payment."""
        return confirm_payment(order_id=self.place(name, items, points=points).id, operator_id=self.wang)

    def give(self, name: str, points: int) -> None:
        """Let a member have free points, which Wang proposes and Li approves."""
        change = Change(member_id=self.member(name), kind=POINTS, amount=points * POINT)
        proposal = propose_adjustment(change=change, reason="a gift", operator_id=self.wang, key=self.key())
        approve_adjustment(adjustment_id=proposal.id, operator_id=self.li)

    def points(self, name: str, role: str = "free") -> int:
        """Return a member's points in minor units."""
        return balances(self.member(name)).get((POINTS, role), 0)

    def money(self, role: str) -> int:
        """Return what an account of the programme holds, in fen."""
        return programme_balances(self.programme.id).get((MONEY, role), 0)

    def state(self) -> dict[str, object]:
        """Return everything that an order and its refund could move; what is 0 is left out."""
        seen: dict[str, object] = {"programme": _not_zero(programme_balances(self.programme.id))}
        for name, member in self.members.items():
            standing = Standing.objects.values(*STANDING, "frozen").get(member_id=member)
            seen[name] = (_not_zero(balances(member)), standing)
        return seen

    def acts(self, subject: str) -> list[str]:
        """Return what operators did to a subject, oldest first."""
        return list(Act.objects.filter(subject=subject).order_by("id").values_list("act", flat=True))


def _not_zero(amounts: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    return {account: amount for account, amount in amounts.items() if amount}


def open_shop(document: str = DOCUMENT) -> Shop:
    """Open a shop with the programme of a document, and with the release programme if none is given."""
    wang, li = (Operator.objects.create_user(name).id for name in ("wang", "li"))
    programme = create_programme(text=document, operator_id=wang)
    terms = load(in_force(programme.id, date(2026, 3, 1)).id)
    open_chart(
        programme_id=programme.id, kinds={name: kind.decimals for name, kind in terms.kinds.items()} | {MONEY: 2}
    )
    return Shop(programme, wang, li)


@dataclass(frozen=True)
class Outcomes(Generic[T]):
    """What came of calls made at the same time: their answers and their errors."""

    answers: list[T]
    errors: list[Exception]

    def add(self, call: Callable[[], T]) -> None:
        """Make a call and keep what came of it."""
        try:
            self.answers.append(call())
        except Exception as error:
            self.errors.append(error)

    def kinds(self) -> set[type[Exception]]:
        """Return the classes of the errors."""
        return {type(error) for error in self.errors}


def at_once(calls: Sequence[Callable[[], T]], *, threads: int = 10) -> Outcomes[T]:
    """Make calls from several threads that start together, each with a connection of its own."""
    waiting, start = deque(calls), Barrier(min(threads, len(calls)))
    outcomes: Outcomes[T] = Outcomes([], [])

    def work() -> None:
        connection.ensure_connection()
        start.wait()
        try:
            while waiting:
                outcomes.add(waiting.popleft())
        except IndexError:
            pass  # another thread took the last call
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(start.parties)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(outcomes.answers) + len(outcomes.errors) == len(calls)
    return outcomes


def said(error: BaseException) -> str:
    """Return the English sentence of a refusal."""
    message = getattr(error, "message", None)
    assert isinstance(message, Message)
    return str(message)
