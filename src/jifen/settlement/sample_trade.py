"""The orders, refunds and withdrawals of a sample as the pages show them, and their money."""

from collections import defaultdict

import numpy as np

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.days import date_of, day_number
from jifen.facts.terms import terms_of
from jifen.ledger.models import Balance
from jifen.members.models import Member
from jifen.payouts.models import Withdrawal, WithdrawalState, WithdrawalStep
from jifen.payouts.payment import pay_out
from jifen.payouts.withdrawals import parts_of, request_withdrawal
from jifen.programmes.models import Programme
from jifen.sales.models import Order, OrderLine, OrderState, Product, Refund, Zone
from jifen.sales.money import give_back, take_payment
from jifen.sales.orders import place_order, report_payment
from jifen.settlement.importing import Importer, moment_of

FEN = 10**MONEY_DECIMALS
WAITING = 3  # of each kind of review
PRODUCTS = (  # code, Chinese title, English title, price in CNY
    ("tea", "高山绿茶礼盒", "Green tea gift box", 1980),
    ("lock", "智能地锁", "Smart parking lock", 3000),
    ("rice", "五常大米年卡", "Rice for a year", 3299),
    ("purifier", "家用净水器", "Water purifier", 6000),
    ("chair", "按摩椅", "Massage chair", 9000),
    ("fridge", "双门冰箱", "Two-door fridge", 12800),
    ("kitchen", "整体厨电套装", "Kitchen appliance set", 27000),
    ("home", "全屋智能套装", "Whole-home smart set", 51000),
)


def write_products(programme_id: int) -> dict[int, Product]:
    """Write the sample's products; return them by price in fen."""
    products = [
        Product(
            programme_id=programme_id,
            code=code,
            title=title,
            title_en=title_en,
            price=price * FEN,
            points_allowed=price >= 3000,
            position=position,
        )
        for position, (code, title, title_en, price) in enumerate(PRODUCTS)
    ]
    return {product.price: product for product in Product.objects.bulk_create(products)}


class Trade:
    """Orders, refunds and withdrawals; their money is posted day by day, as the import goes."""

    def __init__(self, importer: Importer, second_operator_id: int) -> None:
        self.importer = importer
        self.second = second_operator_id
        self.programme = Programme.objects.get(pk=importer.programme_id)
        self.rule = importer.terms.newest.reserve
        self.refunds: dict[str, int] = {}
        self.products = self._write_products()
        self.orders = self._write_orders()
        self.orders_of: defaultdict[int, list[Order]] = defaultdict(list)
        for order in self.orders:
            assert order.business_date is not None
            self.orders_of[day_number(order.business_date)].append(order)

    def on_day(self, day: int) -> None:
        """Post the money of a day, before its close."""
        for order in self.orders_of[day]:
            reserved = take_payment(order, day=date_of(day), operator_id=self.importer.operator_id)
            assert reserved == order.reserved
        refunds, actions = self.importer.facts.refunds, self.importer.facts.actions
        for row in np.flatnonzero(refunds.day == day).tolist():
            self._refund(self.orders[int(refunds.order[row])], row)
        for row in np.flatnonzero(actions.day == day).tolist():
            if actions.action[row] == "pay_withdrawal":
                self._withdraw(row)

    def leave_work(self) -> None:
        """Leave something for operators to review."""
        leave_work(self.programme.pk)

    def finish(self) -> None:
        """Write what the orders came to."""
        refunded = [order for order in self.orders if order.refunded]
        Order.objects.bulk_update(refunded, ["refunded", "state"], batch_size=1_000)

    def _write_products(self) -> dict[int, Product]:
        return write_products(self.programme.pk)

    def _write_orders(self) -> list[Order]:
        """Write the orders with their lines; return them by number of the engine."""
        facts = self.importer.facts.orders
        orders = [self._order(row, tick) for row, tick in enumerate(facts.at.tolist())]
        Order.objects.bulk_create(orders, batch_size=2_000)
        OrderLine.objects.bulk_create(self._lines(orders), batch_size=2_000)
        return orders

    def _lines(self, orders: list[Order]) -> list[OrderLine]:
        """Return the lines of all orders."""
        return [self._line(order) for order in orders]

    def _order(self, row: int, tick: int) -> Order:
        importer, facts = self.importer, self.importer.facts.orders
        amount, points = int(facts.amount[row]), int(facts.points_paid[row])
        value = points // importer.terms.newest.points_per_money
        moment = moment_of(tick)
        return Order(
            programme=self.programme, number=facts.codes[row], member_id=importer.ids[facts.member[row]],
            version_id=importer.terms.version_ids[0], state=OrderState.CONFIRMED, amount=amount, cash=amount - value,
            points_value=value, points_paid=points, key=f"sample/{facts.codes[row]}", placed_at=moment, paid_at=moment,
            confirmed_at=moment, confirmed_by_id=importer.operator_id, fact_id=tick,
            business_date=date_of(int(facts.day[row])), reserved=self.rule.split(amount - value)[0] if self.rule else 0,
        )  # fmt: skip

    def _line(self, order: Order) -> OrderLine:
        product = self.products[order.amount]
        titles = {"title": product.title, "title_en": product.title_en}
        return OrderLine(order=order, product=product, price=product.price, quantity=1, **titles)

    def _refund(self, order: Order, row: int) -> None:
        facts = self.importer.facts.refunds
        tick, amount = int(facts.at[row]), int(facts.amount[row])
        number = self.refunds[order.number] = self.refunds.get(order.number, 0) + 1
        refund = Refund(
            order=order, number=number, amount=amount, reason="退货", key=f"sample/{tick}", refunded_at=moment_of(tick),
            operator_id=self.importer.operator_id, fact_id=tick, business_date=date_of(int(facts.day[row])),
        )  # fmt: skip
        refund.from_reserve, refund.from_cash = give_back(refund)
        refund.cash_back = refund.from_reserve + refund.from_cash
        refund.save(force_insert=True)
        order.refunded += amount
        order.state = OrderState.REFUNDED if order.refunded == order.amount else OrderState.PART_REFUNDED

    def _withdraw(self, row: int) -> None:
        """Write a withdrawal that was requested, approved and paid on one day; the row before is its hold."""
        importer, actions = self.importer, self.importer.facts.actions
        tick, kind, amount = int(actions.at[row]), actions.kind[row], int(actions.amount[row])
        assert actions.action[row - 1] == "hold_withdrawal"
        parts = parts_of(importer.terms.newest, kind, amount)
        withdrawal = Withdrawal.objects.create(
            programme_id=importer.programme_id, member_id=importer.ids[actions.member[row]], kind=kind, amount=amount,
            fee=parts.fee, cash=parts.cash, reward=parts.reward, reward_kind=parts.reward_kind,
            state=WithdrawalState.PAID,
            key=f"sample/{tick}", requested_at=moment_of(tick), hold_fact=int(actions.at[row - 1]),
            approved_by_id=importer.operator_id, paid_by_id=self.second, end_fact=tick,
            business_date=date_of(int(actions.day[row])),
        )  # fmt: skip
        operators = {"requested": None, "approved": importer.operator_id, "paid": self.second}
        WithdrawalStep.objects.bulk_create(
            WithdrawalStep(withdrawal=withdrawal, state=state, at=moment_of(tick), operator_id=operator)
            for state, operator in operators.items()
        )
        pay_out(withdrawal, operator_id=self.second)


def leave_work(programme_id: int) -> None:
    """Leave something for operators to review: orders reported as paid, and withdrawals requested today."""
    members = Member.objects.filter(programme_id=programme_id, standing__volume_amount__gt=0, standing__frozen=False)
    goods = Product.objects.filter(programme_id=programme_id, zone=Zone.GOODS)
    products = list(goods.order_by("position"))
    newest = list(members.order_by("-pk").values_list("pk", flat=True)[:WAITING])
    for number, member_id in enumerate(newest):
        product = products[(number + 1) % len(products)]
        order = place_order(member_id=member_id, items={product.pk: 1}, points=0, key="sample/waiting")
        report_payment(member_id=member_id, order_id=order.pk, note=f"工行尾号 {6200 + number}，{product.title}")
    kind, amount = withdrawn_of(programme_id)
    rich = Balance.objects.filter(account__programme_id=programme_id, account__kind=kind, account__role="free")
    owners = rich.filter(owner__in=members.values("pk"), amount__gte=amount).order_by("-amount")
    for owner in owners.values_list("owner", flat=True)[:WAITING]:
        request_withdrawal(member_id=owner, kind=kind, amount=amount, key="sample/waiting")


def withdrawn_of(programme_id: int) -> tuple[str, int]:
    """Return the first kind that may be withdrawn, and what a sample withdrawal takes of it: 200 points."""
    newest = terms_of(programme_id).newest
    kind = next((name for name, one in newest.kinds.items() if one.withdrawable), newest.lot_kind)
    return kind, 200 * 10 ** newest.kinds[kind].decimals
