"""The stores, orders and proposals of a growth sample as the pages show them, and their money."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

from jifen.engine.days import date_of
from jifen.engine.facts import NOBODY
from jifen.payouts.bringing_in import Brought, bring_in
from jifen.payouts.models import PoolInjection, Proposal, ProposalState, Subsidy
from jifen.sales.models import SOURCED, Order, OrderLine, PaymentShare, Product, Zone
from jifen.sales.sellers import sell_at
from jifen.settlement.importing import Importer, moment_of
from jifen.settlement.sample_trade import FEN, Trade
from jifen.storefront.models import WHOLE, Card, CardItem, CardPlan, CardState, ItemKind, ShareAction, ShareProposal
from jifen.stores.models import Store
from jifen.territories.models import Deed, TerritoryDeed

GOODS = (  # code, Chinese title, English title, price in CNY
    ("towels", "纯棉毛巾四条装", "Four cotton towels", 38),
    ("honey", "洋槐蜂蜜", "Acacia honey", 68),
    ("tea", "高山绿茶礼盒", "Green tea gift box", 128),
    ("oil", "山茶油礼盒", "Camellia oil gift box", 198),
    ("rice", "五常大米十公斤", "Rice, 10 kg", 298),
    ("camera", "行车记录仪", "Dashboard camera", 468),
    ("kettle", "养生壶", "Glass kettle", 680),
    ("lock", "智能门锁", "Smart door lock", 980),
    ("cleaner", "无线吸尘器", "Cordless vacuum cleaner", 1680),
    ("chair", "人体工学椅", "Ergonomic chair", 2980),
    ("fridge", "双门冰箱", "Two-door fridge", 5800),
)
FROM_PLATFORM = (
    ("umbrella", "三折晴雨伞", "Folding umbrella", 99),
    ("bottle", "保温杯", "Vacuum flask", 199),
    ("suitcase", "登机箱", "Cabin suitcase", 399),
)
NAMES = (
    "三味茶馆",
    "巷口咖啡",
    "老城面馆",
    "花间小筑",
    "一禾烘焙",
    "南山书屋",
    "江畔火锅",
    "青石理发",
    "小满超市",
    "木棉瑜伽",
)
CARD = "card"
CARD_DAYS, CARD_OFF, CARD_GOODS, CARD_SOURCED = 365, 2_000, 7_800, 7_000
COFFEE_DAYS = 90
REASON = "示例数据 / sample data"


class GrowthTrade(Trade):
    """What a growth programme has beside orders of goods: stores, cards, shares, territories and outside money."""

    def __init__(self, importer: Importer, second_operator_id: int) -> None:
        importer.growth.open_stores()
        self.stores = named_stores(importer)
        super().__init__(importer, second_operator_id)
        self.plans: dict[tuple[int, int], CardPlan] = {}
        self._open_cards()
        self.deeds: defaultdict[int, list[int]] = defaultdict(list)
        for row, name in enumerate(importer.facts.actions.action):
            if name in _DEEDS:
                self.deeds[int(importer.facts.actions.day[row])].append(row)

    def on_day(self, day: int) -> None:
        """Post the money of a day: what came from outside first."""
        for row in self.deeds[day]:
            self._note_deed(row)
        super().on_day(day)

    def _write_products(self) -> dict[int, Product]:
        """Write the mall's goods and those that the platform sources; return the goods by price in fen."""
        goods = [self._product(place, one, Zone.GOODS) for place, one in enumerate(GOODS)]
        sourced = [self._product(place, one, SOURCED) for place, one in enumerate(FROM_PLATFORM, start=len(GOODS))]
        self.sourced = {product.price: product for product in Product.objects.bulk_create(sourced)}
        spends = self.importer.terms.newest.spends
        PaymentShare.objects.bulk_create(
            PaymentShare(
                product=product,
                kind=spend.kind,
                share_min=0,
                share_max=f"{spend.share_max}",
            )
            for product in sourced
            for spend in spends
            if spend.product
        )
        return {product.price: product for product in Product.objects.bulk_create(goods)}

    def _product(self, place: int, one: tuple[str, str, str, int], zone: str) -> Product:
        code, title, title_en, price = one
        return Product(
            programme_id=self.programme.pk,
            zone=zone,
            code=code,
            title=title,
            title_en=title_en,
            price=price * FEN,
            position=place,
        )

    def _order(self, row: int, tick: int) -> Order:
        order, facts = super()._order(row, tick), self.importer.facts.orders
        order.product = facts.product[row] if facts.product is not None else ""
        order.points_kind = facts.points_kind[row] if facts.points_kind is not None and order.points_paid else ""
        store = int(facts.store[row]) if facts.store is not None else NOBODY
        if store != NOBODY:
            sell_at(order, self.stores[store])
        return order

    def _lines(self, orders: list[Order]) -> list[OrderLine]:
        return [self._line(order) for order in orders if self._product_of(order) is not None]

    def _line(self, order: Order) -> OrderLine:
        product = self._product_of(order)
        assert product is not None
        titles = {"title": product.title, "title_en": product.title_en}
        return OrderLine(order=order, product=product, price=product.price, quantity=1, **titles)

    def _product_of(self, order: Order) -> Product | None:
        """Return what was bought; at a store an amount is paid, without lines."""
        if order.product and order.product != CARD:
            return self.sourced[order.amount]
        return self.products[order.amount] if order.store_id is None else None

    def _open_cards(self) -> None:
        """Open the cards that were bought, with the points that the book gives for them."""
        actions = self.importer.facts.actions
        grants = {int(actions.member[row]): row for row, name in enumerate(actions.action) if name == "card_grant"}
        members = {member: number for number, member in enumerate(self.importer.ids)}
        for order in (order for order in self.orders if order.product == CARD):
            row = grants.get(members[order.member_id])
            if row is None or order.store_id is None or order.business_date is None:
                continue
            plan = self._plan(order, int(actions.amount[row]))
            Card.objects.create(
                plan=plan,
                store_id=order.store_id,
                member_id=order.member_id,
                order=order,
                state=CardState.OPEN,
                opened_on=order.business_date,
                until_on=order.business_date + timedelta(days=plan.days - 1),
                granted=plan.points,
                grant_fact_id=int(actions.at[row]),
            )

    def _plan(self, order: Order, points: int) -> CardPlan:
        """Return the card that a store sells at a price, and brings so many points."""
        assert order.store_id is not None
        found = self.plans.get((order.store_id, order.amount))
        if found is not None:
            return found
        plan = CardPlan.objects.create(
            store_id=order.store_id,
            title="会员年卡",
            title_en="Card of a year",
            price=order.amount,
            days=CARD_DAYS,
            points=points,
            visit_off=CARD_OFF,
            goods_price=CARD_GOODS,
            sourced_share=CARD_SOURCED,
            active=True,
            made_at=order.placed_at,
            approved_by_id=self.second,
            key=f"sample/{order.amount}",
        )
        CardItem.objects.create(
            plan=plan, kind=ItemKind.FREE, title="每天一杯咖啡", title_en="A coffee a day", days=COFFEE_DAYS
        )
        self.plans[order.store_id, order.amount] = plan
        return plan

    def _note_deed(self, row: int) -> None:
        """Write what two operators decided, and post the real money that came with it."""
        actions = self.importer.facts.actions
        name, amount = actions.action[row], int(actions.amount[row])
        what, rule, write = _DEEDS[name]
        tick, number = int(actions.at[row]), int(actions.member[row])
        values: dict[str, Any] = {
            "programme": self.programme,
            "amount": amount,
            "reason": REASON,
            "key": f"sample/{tick}",
            "state": ProposalState.APPROVED,
            "proposed_by_id": self.importer.operator_id,
            "proposed_at": moment_of(tick),
            "decided_by_id": self.second,
            "decided_at": moment_of(tick),
            "business_date": date_of(int(actions.day[row])),
            "fact_id": tick,
        }
        if number != NOBODY:
            values["member_id"] = self.importer.ids[number]
        proposal = write(self, row, values)
        bring_in(proposal, Brought(f"{what}/{proposal.pk}", rule, REASON), operator_id=self.second)


def named_stores(importer: Importer) -> list[Store]:
    """Give the stores of a book names and addresses; return them by number."""
    stores = [Store.objects.get(pk=pk) for pk in importer.growth.stores]
    for number, store in enumerate(stores):
        again = number // len(NAMES)
        store.title = NAMES[number % len(NAMES)] + (f"（{again + 1}店）" if again else "")
        store.title_en = f"Sample store {number + 1}"
        store.address = f"中山路 {number + 8} 号" if store.region else ""
        store.save(update_fields=["title", "title_en", "address"])
    return stores


def _injection(_trade: GrowthTrade, _row: int, values: dict[str, Any]) -> Proposal:
    return PoolInjection.objects.create(**values)


def _subsidy(_trade: GrowthTrade, _row: int, values: dict[str, Any]) -> Proposal:
    return Subsidy.objects.create(**values)


def _territory(trade: GrowthTrade, row: int, values: dict[str, Any]) -> Proposal:
    actions = trade.importer.facts.actions
    deed = Deed.ASSIGN if actions.action[row] == "assign_territory" else Deed.RETURN
    return TerritoryDeed.objects.create(deed=deed, region=actions.to_kind[row], **values)


def _shares(trade: GrowthTrade, row: int, values: dict[str, Any]) -> Proposal:
    actions = trade.importer.facts.actions
    assert actions.store is not None
    store = trade.stores[int(actions.store[row])]
    share = int(actions.share[row]) if actions.share is not None else 0
    buys = actions.action[row] == "buy_shares"
    return ShareProposal.objects.create(
        store=store,
        action=ShareAction.BUY if buys else ShareAction.GIVE_UP,
        share_bp=share or WHOLE,
        initiator=bool(actions.role is not None and actions.role[row]),
        **values,
    )


_DEEDS = {  # action: what its money is called, by which rule, and who writes it
    "inject": ("inject", "outside_money", _injection),
    "subsidise": ("subsidise", "outside_money", _subsidy),
    "assign_territory": ("territory", "territory_fee", _territory),
    "return_territory": ("territory", "territory_fee", _territory),
    "buy_shares": ("shares", "share_purchase", _shares),
    "give_up_shares": ("shares", "share_purchase", _shares),
}
