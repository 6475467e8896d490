"""The stores, packs, centres, reviews and runs of a sample with airdrops as the pages show them, and their money."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from zoneinfo import ZoneInfo

import numpy as np

from jifen.centers.models import ApplicationState, CenterApplication
from jifen.engine.days import date_of
from jifen.engine.facts import NOBODY, Facts, Steps
from jifen.facts.days import open_day
from jifen.payouts.models import ProposalState
from jifen.payouts.token_models import TokenFunding
from jifen.sales.dues import store_due
from jifen.sales.models import Due, Order, OrderLine, PaymentShare, Product, Zone
from jifen.sales.orders import place_order, report_payment
from jifen.sales.packs import unlisted_packs
from jifen.sales.review_models import Review
from jifen.sales.sellers import sell_at
from jifen.sales.settlements import owed_to_store, pay_settlement, propose_settlement
from jifen.settlement.importing import Importer, moment_of
from jifen.settlement.sample_growth import GOODS, REASON, named_stores
from jifen.settlement.sample_trade import FEN, WAITING, Trade
from jifen.sport.models import Recording, Source, Sport
from jifen.stores.models import Store

CITIES = {  # by province: about where its capital lies, degrees
    "11": ("39.904200", "116.407400"),
    "31": ("31.230400", "121.473700"),
    "33": ("30.274100", "120.155100"),
    "44": ("22.543100", "114.057900"),
    "50": ("29.563000", "106.551600"),
    "51": ("30.572800", "104.066800"),
}
ELSEWHERE = ("34.341600", "108.939800")
SPREAD = Decimal("0.004")  # degrees between two stores
SERVICES = ("堂食与外卖", "手冲咖啡、蛋糕", "面食、小菜", "鲜花与绿植", "理发、护理", "日用百货")
CONCESSIONS = (Decimal("0.05"), Decimal("0.08"), Decimal("0.1"), Decimal("0.15"), Decimal("0.2"))
WORDS = ("味道很好，下次再来。", "服务热情。", "性价比不错。", "")
SNACK = ("snack", "坚果小包", "A bag of nuts", 10)  # several of it make any other amount
STEPS_A_MINUTE = {Sport.WALK: 105, Sport.RUN: 165}
KILOCALORIES = {Sport.WALK: 40, Sport.RUN: 65}  # of a thousand steps
ENDED = {Sport.WALK: time(21), Sport.RUN: time(7, 30)}
METRES = {Sport.WALK: 70, Sport.RUN: 100}  # of a hundred steps
RECORDED_DAYS = 30  # of the last days the recordings are written as well


class AirdropTrade(Trade):
    """What a programme with airdrops has beside orders of goods: stores on the map, packs, centres, reviews, walks."""

    def __init__(self, importer: Importer, second_operator_id: int) -> None:
        importer.growth.open_stores()
        self.stores = named_stores(importer)
        self._put_on_the_map()
        super().__init__(importer, second_operator_id)
        self.by_number: dict[int, list[Order]] = defaultdict(list)  # of members
        for order in self.orders:
            self.by_number[order.member_id].append(order)
        self._note_deeds()
        self._record_walks()

    def finish(self) -> None:
        """Write what the orders came to, and what stores are owed of them."""
        super().finish()
        terms = self.importer.terms.newest
        dues = [store_due(order, terms) for order in self.orders if order.store_id is not None]
        Due.objects.bulk_create((due for due in dues if due is not None), batch_size=2_000)

    def leave_work(self) -> None:
        """Leave orders reported as paid, and what a store is to be paid."""
        goods = list(Product.objects.filter(programme=self.programme, zone=Zone.GOODS).order_by("position"))
        newest = self.importer.ids[-WAITING:]
        for number, member_id in enumerate(newest):
            order = place_order(member_id=member_id, items={goods[number + 1].pk: 1}, points=0, key="sample/waiting")
            report_payment(member_id=member_id, order_id=order.pk, note=f"工行尾号 {6200 + number}")
        self._settle_stores()

    def _settle_stores(self) -> None:
        """Let one store be paid what it is owed, and another's settlement wait for the second operator."""
        for number, store in enumerate([one for one in self.stores if owed_to_store(one.pk) > 0][:2]):
            settlement = propose_settlement(
                store_id=store.pk,
                up_to=open_day(self.programme.pk),
                reason=REASON,
                operator_id=self.importer.operator_id,
                key="sample",
            )
            if number == 0:
                pay_settlement(settlement_id=settlement.pk, note="工行 20240131-01", operator_id=self.second)

    def _put_on_the_map(self) -> None:
        """Say where the stores are, what they offer and what they give up of an order."""
        for number, store in enumerate(self.stores):
            latitude, longitude = CITIES.get(store.region[:2], ELSEWHERE)
            store.latitude = Decimal(latitude) + SPREAD * (number % 7)
            store.longitude = Decimal(longitude) + SPREAD * (number % 5)
            store.services = SERVICES[number % len(SERVICES)]
            store.concession = CONCESSIONS[number % len(CONCESSIONS)]
        Store.objects.bulk_update(self.stores, ["latitude", "longitude", "services", "concession"])

    def _write_products(self) -> dict[int, Product]:
        """Write the mall's goods, and list the packs; return the goods by price in fen."""
        rule = self.importer.terms.newest.packs
        packs = unlisted_packs(self.programme.pk, rule) if rule is not None else []
        self.packs = {product.code: product for product in Product.objects.bulk_create(packs)}
        products = [
            Product(programme_id=self.programme.pk, zone=Zone.GOODS, code=code, title=title, title_en=title_en,
                    price=price * FEN, position=place)
            for place, (code, title, title_en, price) in enumerate((*GOODS, SNACK))
        ]  # fmt: skip
        goods = Product.objects.bulk_create(products)
        PaymentShare.objects.bulk_create(
            PaymentShare(product=product, kind=spend.kind, share_min=0, share_max=f"{spend.share_max}")
            for product in goods
            for spend in self.importer.terms.newest.spends
        )
        return {product.price: product for product in goods}

    def _order(self, row: int, tick: int) -> Order:
        order, facts = super()._order(row, tick), self.importer.facts.orders
        order.product = facts.product[row] if facts.product is not None else ""
        order.points_kind = facts.points_kind[row] if facts.points_kind is not None and order.points_paid else ""
        order.concession = int(facts.concession[row]) if facts.concession is not None else 0
        store = int(facts.store[row]) if facts.store is not None else NOBODY
        if store != NOBODY:
            sell_at(order, self.stores[store])
        return order

    def _lines(self, orders: list[Order]) -> list[OrderLine]:
        """Return what was bought; at a store an amount is paid, without lines."""
        return [self._line(order) for order in orders if order.store_id is None]

    def _line(self, order: Order) -> OrderLine:
        product = self.packs.get(order.product) or self.products.get(order.amount) or self.products[SNACK[3] * FEN]
        titles = {"title": product.title, "title_en": product.title_en}
        quantity = order.amount // product.price
        return OrderLine(order=order, product=product, price=product.price, quantity=quantity, **titles)

    def _note_deeds(self) -> None:
        """Write who applied for which centre, who put tokens aside, and what members said of what they bought."""
        actions = self.importer.facts.actions
        for row, name in enumerate(actions.action):
            if name == "open_center":
                self._note_center(row)
            elif name == "fund_reserve":
                self._note_funding(row)
        self._write_reviews([row for row, name in enumerate(actions.action) if name == "review"])

    def _note_center(self, row: int) -> None:
        actions = self.importer.facts.actions
        tick = int(actions.at[row])
        CenterApplication.objects.create(
            programme=self.programme,
            member_id=self.importer.ids[int(actions.member[row])],
            region=actions.to_kind[row],
            key=f"sample/{tick}",
            state=ApplicationState.APPROVED,
            submitted_at=moment_of(tick) - timedelta(days=1),
            decided_by_id=self.second,
            decided_at=moment_of(tick),
            reason=REASON,
            fact_id=tick,
        )

    def _note_funding(self, row: int) -> None:
        actions = self.importer.facts.actions
        tick = int(actions.at[row])
        TokenFunding.objects.create(
            programme=self.programme,
            amount=int(actions.amount[row]),
            reason=REASON,
            key=f"sample/{tick}",
            state=ProposalState.APPROVED,
            proposed_by_id=self.importer.operator_id,
            proposed_at=moment_of(tick),
            decided_by_id=self.second,
            decided_at=moment_of(tick),
            business_date=date_of(int(actions.day[row])),
            fact_id=tick,
        )

    def _write_reviews(self, rows: list[int]) -> None:
        """Write what members said of an amount that they paid at a store before, each of another one."""
        actions, said = self.importer.facts.actions, set[int]()
        for row in rows:
            tick, member = int(actions.at[row]), self.importer.ids[int(actions.member[row])]
            order = next(
                (one for one in self.by_number[member]
                 if one.store_id is not None and (one.fact_id or 0) < tick and one.pk not in said), None
            )  # fmt: skip
            if order is None:
                continue
            said.add(order.pk)
            Review.objects.create(
                programme=self.programme,
                order=order,
                store_id=order.store_id,
                member_id=member,
                stars=3 + tick % 3,
                words=WORDS[tick % len(WORDS)],
                written_at=moment_of(tick),
                fact_id=tick,
            )

    def _record_walks(self) -> None:
        """Write the recordings of the last days: one for each day's walk, one for its run."""
        steps = self.importer.facts.steps
        if not len(steps):
            return
        rows = np.flatnonzero(steps.day > int(steps.day.max()) - RECORDED_DAYS).tolist()
        Recording.objects.bulk_create((self._recording(row) for row in rows), batch_size=2_000)

    def _recording(self, row: int) -> Recording:
        """Return what a phone recorded: walks end in the evening, runs in the morning."""
        facts, zone = self.importer.facts.steps, ZoneInfo(self.programme.zone)
        walked, run = int(facts.walked[row]), int(facts.run[row])
        sport, steps = (Sport.RUN, run) if run else (Sport.WALK, walked)
        counted = min(steps, self.importer.terms.newest.steps_max)
        day, tick = date_of(int(facts.day[row])), int(facts.at[row])
        ended = datetime.combine(day, ENDED[sport], zone)
        seconds = steps * 60 // STEPS_A_MINUTE[sport]
        return Recording(
            programme=self.programme,
            member_id=self.importer.ids[int(facts.member[row])],
            key=f"sample/{tick}",
            digest=sha256(f"sample/{tick}".encode()).digest(),
            sport=sport,
            source=Source.SENSOR,
            began_at=ended - timedelta(seconds=max(seconds, 1)),
            ended_at=ended,
            moving=seconds,
            steps=steps,
            distance=steps * METRES[sport] // 100,
            calories=steps * KILOCALORIES[sport] // 1_000,
            sent_at=ended,
            received_at=ended,
            business_date=day,
            counted=counted,
            fact_tick=tick,
        )


def one_sport_a_row(facts: Facts) -> Facts:
    """Return the facts with walks and runs in rows of their own, as recordings are."""
    steps = facts.steps
    walks, runs = np.flatnonzero(steps.walked), np.flatnonzero(steps.run)
    rows, is_walk = np.concatenate([walks, runs]), np.arange(len(walks) + len(runs)) < len(walks)
    apart = Steps(
        member=steps.member[rows],
        at=steps.at[rows],
        day=steps.day[rows],
        walked=np.where(is_walk, steps.walked[rows], 0),
        run=np.where(is_walk, 0, steps.run[rows]),
    )
    return replace(facts, steps=apart)
