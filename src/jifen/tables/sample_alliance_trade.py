"""What members of a made-up alliance buy at its stores, and what they redeem their points for (S3-02 … S3-16)."""

import numpy as np

from jifen.engine.facts import NOBODY
from jifen.tables.sample_alliance_book import Bill, StoreDeed
from jifen.tables.sample_alliance_scene import FEN, STORED, Deal, Scene
from jifen.tables.sample_alliance_supply import HOUR, Supply
from jifen.tables.sample_people import clock_times
from jifen.tables.times import DAY_SECONDS

PRICES = (18, 26, 38, 58, 88, 128, 198, 298, 398, 680)  # CNY, of what is bought at stores
PRICE_WEIGHTS = (12, 16, 18, 16, 13, 10, 7, 4, 2, 2)
GOODS = (10, 20, 30, 50, 88, 128, 200, 388)  # values of head office's catalogue, whole points
SALES_PER_MEMBER = 5
AT_HOME = 0.6  # of sales are at the store that registered the buyer
HAVE_STORED = 0.4  # of members
TOP_UPS = (100, 200, 300, 500, 1_000)  # CNY
RETURNED = 0.03  # of top-ups
PAY_STORED = 0.6  # of sales to members with enough stored value
REDEEM = 0.12  # of sales, after which the buyer redeems points some days later
PAID_BACK, REDEEMED_BACK = 0.03, 0.05
REFUND_DAYS, REDEEM_DAYS = 12, 6
GIFT, GIFTS = 0.02, (5, 10, 20)  # of sales, whole points
TRIED = 0.25  # of gifts that a store tries to make to somebody else's member, which the rules refuse
PROMOTION_DAY = 5  # Saturday: some stores give twice the points


class Trade:
    """Lets members buy, top up, redeem, and bring back what they bought."""

    def __init__(self, scene: Scene, supply: Supply) -> None:
        self.scene, self.supply, self.book = scene, supply, scene.book
        self.open = np.array([outlet.at for outlet in self.book.outlets], np.int64)
        self.promotes = [scene.chance(0.2) and bool(outlet.ratio) for outlet in self.book.outlets]
        self.redeems = any(spend.pays == "redemption" for spend in self.book.terms.spends)
        self._plan_sales()
        if scene.has_stored:
            self._plan_top_ups()

    def _plan_sales(self) -> None:
        """Let members buy after joining, at usual hours where that can be."""
        scene, people = self.scene, self.book.people
        count = SALES_PER_MEMBER * len(people)
        member = scene.rng.integers(0, len(people), count)
        joined = people.joined[member] + HOUR
        at = joined + (scene.rng.random(count) * np.maximum(scene.end - 1 - joined, 1)).astype(np.int64)
        usual = at // DAY_SECONDS * DAY_SECONDS + clock_times(scene.rng, count)
        at = np.where((usual >= joined) & (usual < scene.end), usual, at)
        prices = scene.rng.choice(PRICES, count, p=np.array(PRICE_WEIGHTS) / sum(PRICE_WEIGHTS))
        for when, who, price in zip(at.tolist(), member.tolist(), prices.tolist(), strict=True):
            scene.later(when, self._sale(who, FEN * price + scene.pick(0, 0, 0, 50, 80)))

    def _sale(self, member: int, fen: int) -> Deal:
        return lambda at: self.sell(at, member, fen)

    def sell(self, at: int, member: int, fen: int) -> None:
        """Let a member buy at a store that has opened; nothing happens where none has."""
        scene, store = self.scene, self._where(member, at)
        if store == NOBODY:
            return
        bill = Bill(at, member, fen, store, ratio=self._ratio(store, at))
        stored = scene.stored[member]
        if stored >= fen and scene.chance(PAY_STORED):
            bill.kind, bill.points = STORED, fen
            scene.stored[member] -= bill.points
        number = scene.sell(bill)
        self.supply.look_after(store, at)
        self._afterwards(number, at)

    def _where(self, member: int, at: int) -> int:
        """Return the store of a sale: the buyer's own more often than not, else any that is open."""
        home = int(self.book.homes[member])
        if home != NOBODY and self.scene.chance(AT_HOME):
            return home
        opened = np.flatnonzero(self.open <= at - HOUR)
        return int(opened[self.scene.spread(len(opened)) - 1]) if len(opened) else NOBODY

    def _ratio(self, store: int, at: int) -> str:
        """Return twice a store's ratio where it has a promotion that day, else ""."""
        weekday = (at // DAY_SECONDS + 3) % 7  # 1970-01-01 was a Thursday
        if not self.promotes[store] or weekday != PROMOTION_DAY:
            return ""
        hundredths = 2 * int(self.book.outlets[store].ratio.removeprefix("0."))
        return f"{hundredths // 100}.{hundredths % 100:02d}"

    def _afterwards(self, number: int, at: int) -> None:
        """Let some come back with what they bought, some be given points, and some redeem theirs."""
        scene, bill = self.scene, self.book.bills[number]
        if scene.chance(PAID_BACK):
            scene.later(at + scene.spread(REFUND_DAYS * DAY_SECONDS), lambda when: self.take_back(when, number))
        if scene.chance(GIFT):
            scene.later(at + scene.spread(HOUR), lambda when: self.give(when, bill.store, bill.member))
        if self.redeems and scene.chance(REDEEM):
            scene.later(at + scene.spread(REDEEM_DAYS * DAY_SECONDS), lambda when: self.redeem(when, bill.member))

    def take_back(self, at: int, number: int) -> None:
        """Pay back a sale, or what was redeemed: half of them whole, the others in part."""
        scene, bill = self.scene, self.book.bills[number]
        fen = bill.amount if scene.chance(0.5) or bill.store == NOBODY else bill.amount // 2
        self.book.refunds.append((at, number, fen))
        if bill.kind == STORED:
            scene.stored[bill.member] += bill.points * fen // bill.amount
        elif bill.kind:
            scene.points[bill.member] += bill.points
        if bill.store != NOBODY:
            scene.take_back(number, fen)

    def redeem(self, at: int, member: int) -> None:
        """Let a member redeem points for goods of head office, as dear as they can be (S3-15)."""
        scene, has = self.scene, self.scene.points[member]
        dear = [value for value in GOODS if value * scene.unit <= has]
        if not dear:
            return
        value = dear[-1] if scene.chance(0.5) else scene.pick(*dear)
        scene.points[member] -= value * scene.unit
        number = len(self.book.bills)
        self.book.bills.append(Bill(at, member, value * FEN, kind=scene.kind, points=value * scene.unit))
        if scene.chance(REDEEMED_BACK):
            scene.later(at + scene.spread(REFUND_DAYS * DAY_SECONDS), lambda when: self.take_back(when, number))

    def give(self, at: int, store: int, member: int) -> None:
        """Let a store give one of its own members points without a sale (S3-11)."""
        scene, amount = self.scene, self.scene.pick(*GIFTS) * self.scene.unit
        own = self.book.homes[member] == store
        if scene.floats[store] < amount or not (own or scene.chance(TRIED)):
            return
        deed = StoreDeed(at=at, action="give_points", member=member, store=store, kind=scene.kind, amount=amount)
        if scene.act(deed) and own:
            scene.give(store, member, amount)

    def _plan_top_ups(self) -> None:
        """Let some members prepay, once or a few times (S3-02)."""
        scene, people = self.scene, self.book.people
        for member in np.flatnonzero(scene.rng.random(len(people)) < HAVE_STORED).tolist():
            joined = int(people.joined[member])
            for _ in range(scene.pick(1, 1, 2, 3)):
                scene.later(joined + scene.spread(scene.end - joined), self._top_up(member))

    def _top_up(self, member: int) -> Deal:
        return lambda at: self.top_up(at, member)

    def top_up(self, at: int, member: int) -> None:
        """Let a member prepay, within what the programme allows; some take it back the next day."""
        scene, rule = self.scene, self.book.terms.top_up
        fen = scene.pick(*TOP_UPS) * FEN
        most = int(rule.balance_max) * FEN if rule is not None else 0
        if most and scene.stored[member] + fen > most:
            return
        if not scene.act(StoreDeed(at=at, action="top_up", member=member, kind=STORED, amount=fen)):
            return
        scene.stored[member] += fen
        if scene.chance(RETURNED):
            scene.later(at + DAY_SECONDS, lambda when: self.return_top_up(when, member, fen))

    def return_top_up(self, at: int, member: int, fen: int) -> None:
        """Give prepaid money back, where it is still there."""
        scene = self.scene
        deed = StoreDeed(at=at, action="return_top_up", member=member, kind=STORED, amount=fen)
        if scene.stored[member] >= fen and scene.act(deed):
            scene.stored[member] -= fen
