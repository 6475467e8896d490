"""How points reach the stores of a made-up alliance, who pays what they owe, and when periods end (S3-03 … S3-27)."""

from jifen.engine.days import date_of
from jifen.engine.facts import NOBODY
from jifen.engine.rules.point_sale import Buyer
from jifen.tables.sample_alliance_book import StoreDeed
from jifen.tables.sample_alliance_scene import Deal, Scene
from jifen.tables.times import DAY_SECONDS

HOUR, MINUTE = 3600, 60
OF_BRANCH = (2_000, 3_000, 5_000)  # whole points at a time
OF_STORE = (200, 300, 500)
FIRST_OF_STORE = (200, 300, 500, 500, 1_000, 10_000)
LOW = 80  # whole points; a store with fewer buys
LATE, LATE_DAYS = 0.3, 6  # of stores; how many days too late they buy
HANDED_OUT = 0.5  # of what stores of a branch get; the rest they buy
UNFUNDED = 0.4  # of branches: a part of what they are granted at first has nothing behind it
CREDITED, CREDIT = 0.15, (100, 200, 500)  # of stores, whole points
PAYS_OWED, PAYS_ONE = 0.8, 0.2  # of stores that have points again; of them to one customer only
PERIOD_DAYS = (1, 16)  # of a month, on which periods end
SETTLES_AT = 2 * HOUR
NEGOTIATED = 0.06  # of settlements
OPENING_FLOAT = 100  # whole points of the first direct stores, from the system before


class Supply:
    """Lets stores open, buy, pay what they owe, and settle their periods."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.outlets = scene.book.outlets
        self.ordered = [False] * len(self.outlets)  # whether points are on their way
        self.late = [scene.chance(LATE) for _ in self.outlets]
        for store, outlet in enumerate(self.outlets):
            scene.later(outlet.at + 10 * MINUTE, self._opening(store))
        self._plan_periods()

    def _opening(self, store: int) -> Deal:
        return lambda at: self.open(store, at)

    def open(self, store: int, at: int) -> None:
        """Give a store or a branch its first points, and some a credit line."""
        scene, outlet = self.scene, self.outlets[store]
        if outlet.is_branch:
            self._grant(store, at)
            return
        if outlet.branch == NOBODY and sum(scene.floats) == 0:
            amount = OPENING_FLOAT * scene.unit
            if scene.act(StoreDeed(at=at, action="open_float", store=store, kind=scene.kind, amount=amount)):
                scene.floats[store] += amount
        self.fill(store, at + MINUTE, scene.pick(*FIRST_OF_STORE) if outlet.branch == NOBODY else OF_STORE[-1])
        if scene.chance(CREDITED):
            line = scene.pick(*CREDIT) * scene.unit
            if scene.act(StoreDeed(at=at + HOUR, action="set_credit", store=store, kind=scene.kind, amount=line)):
                scene.later(at + HOUR, lambda _: self._have_credit(store, line))

    def _have_credit(self, store: int, line: int) -> None:
        self.scene.credit[store] = line

    def _grant(self, store: int, at: int) -> None:
        """Give a branch points in one go; a part of them may have no money behind it (S3-25)."""
        scene = self.scene
        grants = [("funded", scene.pick(*OF_BRANCH))]
        grants += [("unfunded", grants[0][1] // 10)] if scene.chance(UNFUNDED) else []
        for role, points in grants:
            amount = points * scene.unit
            deed = StoreDeed(at=at, action="grant_points", store=store, kind=scene.kind, amount=amount, role=role)
            if scene.act(deed):
                scene.floats[store] += amount

    def fill(self, store: int, at: int, points: int) -> None:
        """Let a store buy points now, of its branch or of head office, or be handed some by its branch."""
        scene, branch = self.scene, self.outlets[store].branch
        buyer: Buyer = "branch_store" if branch != NOBODY else "direct"
        if self.outlets[store].is_branch:
            buyer = "branch"
        amount = self._at_least(buyer, points) * scene.unit
        if branch != NOBODY and scene.floats[branch] < amount:
            self.fill(branch, at, scene.pick(*OF_BRANCH))
            if scene.floats[branch] < amount:
                return
        handed = branch != NOBODY and scene.chance(HANDED_OUT)
        action = "hand_out" if handed and "hand_out" in scene.book.terms.actions else "buy_points"
        if scene.act(StoreDeed(at=at, action=action, store=store, kind=scene.kind, amount=amount)):
            scene.floats[store] += amount
            if branch != NOBODY:
                scene.floats[branch] -= amount
        self.ordered[store] = False

    def _at_least(self, buyer: Buyer, points: int) -> int:
        """Return so many points, or what the price list sells at least."""
        rule = self.scene.book.terms.point_sale
        prices = rule.prices if rule is not None else ()
        steps = [int(row.at_least) + (row.at_least % 1 > 0) for row in prices if row.buyer == buyer]
        return max(points, min(steps, default=0))

    def look_after(self, store: int, at: int) -> None:
        """After a sale: let a store that has few points left buy some the next morning, or too late."""
        scene = self.scene
        if self.ordered[store] or scene.floats[store] >= LOW * scene.unit:
            return
        self.ordered[store] = True
        days = 1 + (scene.pick(*range(LATE_DAYS)) if self.late[store] else 0)
        morning = (at // DAY_SECONDS + days) * DAY_SECONDS + 9 * HOUR + scene.spread(HOUR)
        scene.later(morning, lambda when: self._buy_and_pay(store, when))

    def _buy_and_pay(self, store: int, at: int) -> None:
        scene = self.scene
        self.fill(store, at, scene.pick(*OF_STORE))
        if scene.owed[store] and scene.chance(PAYS_OWED):
            first = next(iter(scene.owed[store]))
            one = scene.book.bills[first].member if scene.chance(PAYS_ONE) else NOBODY
            scene.later(at + 10 * MINUTE, lambda when: scene.pay_owed(when, store, one))

    def _plan_periods(self) -> None:
        """Let head office settle with every store twice a month, for the days before."""
        scene = self.scene
        opened = [outlet.at // DAY_SECONDS for outlet in self.outlets]
        for day in range(min(opened, default=0) + 1, scene.end // DAY_SECONDS):
            if date_of(day).day not in PERIOD_DAYS:
                continue
            for store in range(len(self.outlets)):
                if opened[store] < day:
                    scene.later(day * DAY_SECONDS + SETTLES_AT + store, self._settling(store, day))

    def _settling(self, store: int, day: int) -> Deal:
        def settle(at: int) -> None:
            share = "2.5" if self.scene.chance(NEGOTIATED) else ""
            self.scene.act(StoreDeed(at=at, action="settle_period", store=store, until=day, share=share))

        return settle
