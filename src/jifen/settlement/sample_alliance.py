"""An alliance's sample as the pages show it: branches, stores, the catalogue, sales, redemptions, work to do (S3)."""

from collections import Counter
from datetime import date, timedelta

from django.utils import timezone

from jifen.alliance import applying, grants, periods, purchases
from jifen.cards.ranges import apply_for_range
from jifen.engine.days import date_of
from jifen.engine.facts import NOBODY
from jifen.members.models import Standing
from jifen.payouts.bringing_in import Brought, bring_in
from jifen.payouts.models import ProposalState, TopUp
from jifen.sales.confirming import COUNTER
from jifen.sales.models import (
    REDEMPTION,
    Category,
    Delivery,
    DeliveryState,
    Order,
    OrderLine,
    OrderState,
    Product,
)
from jifen.sales.sellers import sell_at
from jifen.settlement.importing import Importer
from jifen.settlement.importing_growth import rate_text
from jifen.settlement.sample_alliance_cards import Cards
from jifen.settlement.sample_alliance_deals import Deals
from jifen.settlement.sample_alliance_goods import CATALOGUE
from jifen.settlement.sample_growth import REASON, named_stores
from jifen.settlement.sample_trade import FEN, Trade
from jifen.stores.models import Period, PeriodState, Store, StoreType
from jifen.stores.regions import division

SENT_AFTER, RECEIVED_AFTER = timedelta(days=2), timedelta(days=5)
POINTS_WANTED, POINTS_GRANTED, CARDS_WANTED = 500, 2_000, 50  # of what waits for head office
RESERVED = 1_000_000  # fen, of head office's own money
PAID_OF_INVOICED = 4  # of every five
LICENCE = "91350100M000100Y43"


class AllianceTrade(Trade):
    """What an alliance has: sales at counters, goods of head office, and what its stores and members do with points."""

    def __init__(self, importer: Importer, second_operator_id: int) -> None:
        importer.growth.open_stores()
        self.stores = _named(importer)
        self.by_value: dict[int, list[Product]] = {}
        super().__init__(importer, second_operator_id)
        for day, orders in self.orders_of.items():  # a store keeps the money that it takes
            self.orders_of[day] = [order for order in orders if not order.taken_by_store]
        self.deals = Deals(importer, self.stores, second_operator_id)
        self.cards = Cards(importer, self.stores, second_operator_id)

    def on_day(self, day: int) -> None:
        """Post the money of a day: of cards and deals first."""
        if day == self.importer.replay.first_day:
            self._fill_reserve(date_of(day))
        self.cards.on_day(day)
        self.deals.on_day(day)
        super().on_day(day)

    def finish(self) -> None:
        """Write what the orders came to, where redeemed goods are, and whose cards are whose."""
        super().finish()
        self._deliver()
        self.cards.finish()

    def leave_work(self) -> None:
        """Leave purchases, a grant, an application for cards and one of a store to decide, and periods to invoice."""
        direct = next(store for store in self.stores if store.type == StoreType.STORE and store.branch_id is None)
        assert direct.owner_id is not None
        points = POINTS_WANTED * 10 ** self.importer.terms.newest.kinds[self.importer.terms.newest.float_kind].decimals
        for key in ("waiting", "paid"):
            found = purchases.apply(
                store_id=direct.pk, member_id=direct.owner_id, points=points, key=f"sample/{key}", note=REASON
            )
        purchases.note_money(
            purchase_id=found.pk, operator_id=self.importer.operator_id, bank_reference=f"ICBC-{found.number}"
        )
        self._leave_branches(points)
        apply_for_range(store_id=direct.pk, member_id=direct.owner_id, count=CARDS_WANTED, key="sample/waiting")
        self._settle_periods()
        self._leave_application()

    def _leave_branches(self, points: int) -> None:
        """Leave a grant to a branch, and a purchase at it, to decide."""
        branch = next((store for store in self.stores if store.type == StoreType.BRANCH), None)
        if branch is None:
            return
        by = self.importer.operator_id, "sample/waiting"
        amount = POINTS_GRANTED * points // POINTS_WANTED
        grants.propose_grant(store_id=branch.pk, points=amount, role=grants.FUNDED, reason=REASON, by=by)
        below = next((store for store in self.stores if store.branch_id == branch.pk), None)
        if below is not None and below.owner_id is not None:
            purchases.apply(store_id=below.pk, member_id=below.owner_id, points=points, key="sample/waiting")

    def _settle_periods(self) -> None:
        """Invoice all periods but half of the latest ones, and let most of the earlier ones be paid."""
        rows = Period.objects.filter(programme=self.programme, state=PeriodState.CLOSED).order_by("until_on", "pk")
        last = max(rows.values_list("until_on", flat=True), default=None)
        for number, period in enumerate(rows):
            is_last, text = period.until_on == last, f"FP{period.until_on:%Y%m}{number + 1:04}"
            if is_last and number % 2:
                continue
            periods.invoice(period_id=period.pk, operator_id=self.importer.operator_id, number=text)
            if not is_last and number % (PAID_OF_INVOICED + 1) < PAID_OF_INVOICED and periods.to_pay(period) >= 0:
                periods.pay(period_id=period.pk, operator_id=self.second, note=f"ICBC-{text}")

    def _leave_application(self) -> None:
        """Leave the application of a store that a shareholder brings."""
        owners = {store.owner_id for store in self.stores}
        holder = Standing.objects.filter(programme_id=self.programme.pk, shareholder=True).select_related("member")
        bringer = holder.order_by("member_id").first()
        applicant = next((one for one in reversed(self.importer.ids) if one not in owners), None)
        if applicant is None or (bringer is not None and bringer.member_id == applicant):
            return
        wish = applying.Wish(
            type="store", title="云水茶餐厅", title_en="Cloud and Water Tea Restaurant", licence_number=LICENCE,
            region="330106", address="文三路 88 号", phone="0571-88776655",
        )  # fmt: skip
        code = bringer.member.invite_code if bringer is not None else ""
        applying.apply_for_store(member_id=applicant, wish=wish, invite_code=code, key="sample/waiting")

    def _fill_reserve(self, day: date) -> None:
        """Put head office's own money into the reserve, which pays what members withdraw."""
        proposal = TopUp.objects.create(
            programme=self.programme, amount=RESERVED, reason=REASON, key="sample", state=ProposalState.APPROVED,
            proposed_by_id=self.importer.operator_id, proposed_at=timezone.now(), decided_by_id=self.second,
            decided_at=timezone.now(), business_date=day,
        )  # fmt: skip
        bring_in(proposal, Brought(f"top_up/{proposal.pk}", "reserve_top_up", REASON), operator_id=self.second)

    def _write_products(self) -> dict[int, Product]:
        """Write head office's catalogue in two levels of categories; return its goods by value in fen."""
        place = 0
        for number, (title, title_en, children) in enumerate(CATALOGUE):
            above = Category.objects.create(programme=self.programme, title=title, title_en=title_en, position=number)
            for at, (name, name_en, goods) in enumerate(children):
                category = Category.objects.create(
                    programme=self.programme, parent=above, level=2, title=name, title_en=name_en, position=at
                )
                for code, what, what_en, value in goods:
                    place += 1
                    product = Product.objects.create(
                        programme=self.programme, zone=REDEMPTION, code=code, title=what, title_en=what_en,
                        price=value * FEN, position=place, category=category, stock=200,
                    )  # fmt: skip
                    self.by_value.setdefault(product.price, []).append(product)
        return {value: products[0] for value, products in self.by_value.items()}

    def _order(self, row: int, tick: int) -> Order:
        order, facts = super()._order(row, tick), self.importer.facts.orders
        order.points_kind = facts.points_kind[row] if facts.points_kind is not None and order.points_paid else ""
        store = int(facts.store[row]) if facts.store is not None else NOBODY
        if store == NOBODY:
            order.redemption, order.confirmed_by_id = True, None
            return order
        sell_at(order, self.stores[store])
        own = facts.ratio[row] if facts.ratio is not None else None
        order.ratio = rate_text(own) or order.ratio
        order.rung_up, order.taken_by_store = True, order.cash > 0
        order.confirmed_by_id, order.provider = None, COUNTER if order.cash else ""
        return order

    def _lines(self, orders: list[Order]) -> list[OrderLine]:
        """Return what was redeemed; at a store an amount is paid, without lines."""
        return [self._line(order) for order in orders if order.redemption]

    def _line(self, order: Order) -> OrderLine:
        products = self.by_value[order.amount]
        product = products[(order.fact_id or 0) % len(products)]
        titles = {"title": product.title, "title_en": product.title_en}
        return OrderLine(order=order, product=product, price=product.price, quantity=1, **titles)

    def _deliver(self) -> None:
        """Say where redeemed goods are: received after some days, else on their way, or still waiting."""
        Delivery.objects.bulk_create(self._delivery(order) for order in self.orders if order.redemption)

    def _delivery(self, order: Order) -> Delivery:
        placed, now = order.placed_at, timezone.now()
        found = Delivery(order=order, programme=self.programme)
        if order.state == OrderState.REFUNDED:
            found.state = DeliveryState.CALLED_OFF
        elif now - placed > RECEIVED_AFTER:
            found.state, found.received_at = DeliveryState.RECEIVED, placed + RECEIVED_AFTER
        elif now - placed > SENT_AFTER:
            found.state = DeliveryState.SENT
        if found.state in (DeliveryState.SENT, DeliveryState.RECEIVED):
            found.sent_at, found.sent_by_id = placed + SENT_AFTER, self.importer.operator_id
        return found


def _named(importer: Importer) -> list[Store]:
    """Give stores names and addresses, and branches those of their cities; return them by number."""
    stores, named = named_stores(importer), Counter[str]()
    branches = [store for store in stores if store.type == StoreType.BRANCH]
    for number, store in enumerate(branches, start=1):
        city = division(f"{store.region[:4]}00") or division(f"{store.region[:2]}0000")
        name = city.name if city is not None else store.code
        named[name] += 1
        store.title = f"{name}分公司" + (f"（{named[name]}）" if named[name] > 1 else "")
        store.title_en = f"Branch {number}"
        store.save(update_fields=["title", "title_en"])
    return stores
