"""The devices, transfers and agents of a leasing sample as the pages show them, and their money."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from jifen.agents.licences import check_letter
from jifen.agents.models import Application, ApplicationState, ApplicationStep
from jifen.engine.days import date_of
from jifen.leases.accounts import AccountDetails, change_account
from jifen.leases.models import CreditTopUp, CreditTopUpStep, Lease, TopUpState
from jifen.leases.top_ups import payment_key
from jifen.sales.devices import unlisted_device
from jifen.sales.models import Order, OrderLine, PaymentShare, Product, Zone
from jifen.sales.receipts import Receipt, take_in
from jifen.settlement.importing import Importer, moment_of
from jifen.settlement.sample_trade import FEN, Trade
from jifen.settlement.sample_waiting import leave_lease_work

GOODS = (  # code, Chinese title, English title, price in CNY; those that only points pay first
    ("towels", "纯棉毛巾四条装", "Four cotton towels", 68),
    ("tea", "高山绿茶礼盒", "Green tea gift box", 128),
    ("oil", "山茶油礼盒", "Camellia oil gift box", 198),
    ("rice", "五常大米十公斤", "Rice, 10 kg", 298),
    ("camera", "行车记录仪", "Dashboard camera", 498),
    ("lock", "智能地锁", "Smart parking lock", 980),
)
POINTS_ONLY = 2  # of the goods
COMPANY = AccountDetails(
    company="深圳示例停车科技有限公司",
    bank="示例银行深圳科技园支行",
    number="6222 0000 1234 5678",
    note="请备注会员编号",
)
COMPANIES = ("鹏城", "粤泊", "岭南", "珠江", "南海", "湾区", "凤凰", "梅林", "莲花", "罗湖", "宝安", "龙岗")
AREAS = (62, 75, 88, 96, 110, 128)  # m²


class LeaseTrade(Trade):
    """What a leasing programme has beside orders of goods: transfers, leases, agents' papers."""

    def __init__(self, importer: Importer, second_operator_id: int) -> None:
        self.company = change_account(
            programme_id=importer.programme_id,
            details=COMPANY,
            operator_id=importer.operator_id,
            reason="示例数据 / sample data",
        )
        super().__init__(importer, second_operator_id)
        self._open_leases()
        self._write_applications()
        actions = importer.facts.actions
        self.top_ups: defaultdict[int, list[int]] = defaultdict(list)
        for row in (row for row, name in enumerate(actions.action) if name == "top_up"):
            self.top_ups[int(actions.day[row])].append(row)

    def on_day(self, day: int) -> None:
        """Post the money of a day: what came by bank first."""
        self._credit(day)
        super().on_day(day)

    def leave_work(self) -> None:
        """Leave orders, withdrawals, a transfer and an application for operators to review."""
        leave_lease_work(self.programme.pk, (self.importer.operator_id, self.second))

    def _write_products(self) -> dict[int, Product]:
        programme_id, terms = self.programme.pk, self.importer.terms.newest
        assert terms.units is not None
        self.device = unlisted_device(programme_id, terms.units)
        self.device.save()
        goods = [
            Product(
                programme_id=programme_id,
                code=code,
                zone=Zone.POINTS if number < POINTS_ONLY else Zone.GOODS,
                title=title,
                title_en=title_en,
                price=price * FEN,
                position=number + 1,
            )
            for number, (code, title, title_en, price) in enumerate(GOODS)
        ]
        Product.objects.bulk_create(goods)
        spends = [spend for spend in terms.spends if spend.pays == "goods"]
        PaymentShare.objects.bulk_create(
            PaymentShare(
                product=product,
                kind=spend.kind,
                share_min=1 if product.zone == Zone.POINTS else 0,
                share_max=Decimal(spend.share_max.num) / spend.share_max.den,
            )
            for product in goods
            for spend in (spends[:1] if product.zone == Zone.POINTS else spends)
        )
        return {product.price: product for product in goods}

    def _order(self, row: int, tick: int) -> Order:
        order, facts = super()._order(row, tick), self.importer.facts.orders
        order.product = facts.product[row] if facts.product else ""
        order.quantity = int(facts.quantity[row]) if facts.quantity is not None else 1
        order.channel = facts.channel[row] if facts.channel else ""
        order.points_kind = facts.points_kind[row] if facts.points_kind and order.points_paid else ""
        if order.cash == 0:
            order.confirmed_by_id = None  # the member's own act: points paid all of it
        return order

    def _line(self, order: Order) -> OrderLine:
        if not order.product:
            return super()._line(order)
        titles = {"title": self.device.title, "title_en": self.device.title_en}
        return OrderLine(order=order, product=self.device, price=self.device.price, quantity=order.quantity, **titles)

    def _open_leases(self) -> None:
        """Open a lease for each order of devices; those of the past have no agreement of ours."""
        Lease.objects.bulk_create(
            (
                Lease(
                    programme_id=self.programme.pk,
                    member_id=order.member_id,
                    order=order,
                    fact_tick=order.fact_id,
                    units=order.quantity,
                    price=order.amount,
                    opened_on=order.business_date,
                )
                for order in self.orders
                if order.product and order.fact_id is not None and order.business_date is not None
            ),
            batch_size=2_000,
        )

    def _credit(self, day: int) -> None:
        """Write the transfers that were credited on a day, and post their money."""
        top_ups = CreditTopUp.objects.bulk_create(self._top_up(row) for row in self.top_ups[day])
        for top_up in top_ups:
            top_up.programme = self.programme
            receipt = Receipt(
                programme_id=self.programme.pk,
                member_id=top_up.member_id,
                day=date_of(day),
                operator_id=self.second,
                key=payment_key(top_up),
                rule="payment",
                cause=f"top-up {top_up.pk}",
            )
            assert take_in(receipt, top_up.amount, version_id=self.importer.terms.version_ids[0]) == top_up.reserved
        CreditTopUpStep.objects.bulk_create(step for top_up in top_ups for step in self._steps(top_up))

    def _top_up(self, row: int) -> CreditTopUp:
        importer, actions = self.importer, self.importer.facts.actions
        tick, points = int(actions.at[row]), int(actions.amount[row])
        number, amount = int(actions.member[row]), points // importer.terms.newest.points_per_money
        return CreditTopUp(
            programme=self.programme, member_id=importer.ids[number], kind=actions.kind[row], amount=amount,
            points=points, payer=importer.facts.members.names[number], paid_on=date_of(int(actions.day[row])),
            key=f"sample/{tick}", state=TopUpState.CREDITED, reported_at=moment_of(tick),
            bank_reference=f"{date_of(int(actions.day[row])):%Y%m%d}-{tick}", confirmed_by_id=importer.operator_id,
            credited_by_id=self.second, fact_id=tick, business_date=date_of(int(actions.day[row])),
            reserved=self.rule.split(amount)[0] if self.rule else 0,
        )  # fmt: skip

    def _steps(self, top_up: CreditTopUp) -> list[CreditTopUpStep]:
        operators = {
            TopUpState.REPORTED: None,
            TopUpState.CONFIRMED: self.importer.operator_id,
            TopUpState.CREDITED: self.second,
        }
        return [
            CreditTopUpStep(top_up=top_up, state=state, at=top_up.reported_at, operator_id=operator)
            for state, operator in operators.items()
        ]

    def _write_applications(self) -> None:
        """Write the applications of those who were appointed, as they were approved."""
        actions, ranks = self.importer.facts.actions, self.importer.terms.newest.ranks
        rows = [row for row, name in enumerate(actions.action) if name == "appoint"]
        if ranks is None:
            return
        found = Application.objects.bulk_create(
            Application(
                programme_id=self.programme.pk,
                rank=ranks.table[0].name,
                state=ApplicationState.APPROVED,
                decided_by_id=self.importer.operator_id,
                reason="资料齐全 / complete",
                **self._applied(place, row),
            )
            for place, row in enumerate(rows)
        )
        ApplicationStep.objects.bulk_create(
            ApplicationStep(application=one, state=one.state, at=one.begun_at, operator_id=one.decided_by_id)
            for one in found
        )

    def _applied(self, place: int, row: int) -> dict[str, Any]:
        actions = self.importer.facts.actions
        tick, member = int(actions.at[row]), int(actions.member[row])
        moment, day = moment_of(tick), date_of(int(actions.day[row]))
        return made_up_company(place) | {
            "member_id": self.importer.ids[member],
            "contact": self.importer.facts.members.names[member],
            "begun_at": moment,
            "submitted_at": moment,
            "decided_at": moment,
            "fact_id": tick,
            "business_date": day,
        }


def made_up_company(place: int) -> dict[str, Any]:
    """Return a company that does not exist, with its office; each place has its own."""
    name, body = COMPANIES[place % len(COMPANIES)], f"91440300MA5{place:06d}"[:17]
    return {
        "company": f"深圳{name}停车管理有限公司" if place < len(COMPANIES) else f"深圳{name}{place}停车管理有限公司",
        "licence_number": body + check_letter(body),
        "area": AREAS[place % len(AREAS)],
        "address": f"深圳市南山区科苑路 {place + 8} 号 {place % 9 + 1} 楼",
    }
