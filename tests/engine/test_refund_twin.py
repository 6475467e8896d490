"""Refunds in random families end as the plain twin says, day after day, under every policy."""

from fractions import Fraction
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from jifen.engine.document import load_programme
from jifen.engine.lines import NO_LOT, Block
from jifen.engine.replay import Replay
from tests.engine.books import referrers
from tests.engine.people import World, trial
from tests.engine.refund_twin import Plain, PlainLot, PlainReward, plain_refund
from tests.engine.twins import ancestors

DAYS = 7
PEER = '[[daily]]\nuse = "peer_bonus"\nsource = "S4-15"\nrate = 0.03\n\n'
TABLE = """[
    { name = "bronze", title = "铜级", title_en = "bronze", volume = 100, rate = 0.10 },
    { name = "silver", title = "银级", title_en = "silver", volume = 700, rate = 0.26 },
]"""
SHARE, PEER_RATE = Fraction(1, 2), Fraction(3, 100)
BY_RANK = (Fraction(0), Fraction(1, 10), Fraction(26, 100))


class Family(NamedTuple):
    """Who referred whom and what they did, by day; amounts in fen, withdrawals in minor units of points."""

    referrer: list[int]
    orders: list[tuple[int, int, int]]  # day, member, amount
    refunds: list[tuple[int, int, int]]  # day, order, amount
    withdrawals: list[tuple[int, int, int]]  # day, member, amount


@st.composite
def families(draw: st.DrawFn) -> Family:
    referrer = draw(referrers(8))
    who = st.integers(0, len(referrer) - 1)
    fen = st.one_of(st.sampled_from([100, 350, 50_00, 100_00, 777_77, 5000_00]), st.integers(100, 2000_00))
    more = draw(st.lists(st.tuples(st.integers(0, 3), who, fen), max_size=6))
    orders = [(0, member, draw(fen)) for member in range(len(referrer))] + more
    left = {number: amount for number, (_, _, amount) in enumerate(orders)}
    refunds = []
    for day in sorted(draw(st.lists(st.integers(3, DAYS), min_size=1, max_size=6))):
        order = draw(st.sampled_from(sorted(left)))
        amount = draw(st.one_of(st.just(left[order]), st.integers(1, left[order])))
        refunds.append((day, order, amount))
        left[order] -= amount
        if left[order] == 0:
            del left[order]
        if not left:
            break
    taken = st.tuples(st.integers(1, DAYS), who, st.integers(1, 300_0000))
    return Family(referrer, orders, refunds, draw(st.lists(taken, max_size=8)))


def world_of(family: Family) -> World:
    """Write the family down: withdrawals at 01:00, orders at 02:00, refunds at 03:00."""
    world = World(", ".join(f"M{member}" for member in range(len(family.referrer))))
    for member, above in enumerate(family.referrer):
        world.referrer[f"M{member}"] = f"M{above}" if above >= 0 else ""
    for day, member, amount in family.withdrawals:
        world.acts(f"M{member} withdraw {amount // 10_000}.{amount % 10_000:04}", day=day, hour=1)
    for day, member, amount in family.orders:
        world.buys(f"M{member}", f"{amount // 100}.{amount % 100:02}", day=day, hour=2)
    for day, order, amount in family.refunds:
        world.refund(f"O{order + 1}", f"{amount // 100}.{amount % 100:02}", day=day, hour=3)
    return world


def apply_facts(plain: Plain, family: Family, day: int) -> None:
    for on, member, amount in family.withdrawals:
        if on == day and plain.free[member] >= amount:
            plain.free[member] -= amount
    for number, (on, member, amount) in enumerate(family.orders):
        if on == day:
            granted = amount * 100 * (2 if amount >= 100_00 else 1)
            plain.lots[number] = PlainLot(member, amount, granted, granted, day)
    for on, order, amount in family.refunds:
        if on == day:
            plain_refund(plain, order, amount)


def shares(family: Family, rank: list[int], member: int) -> list[tuple[int, int, Fraction]]:
    """Return slot, receiver and weight of everybody who earns of a member's release."""
    found, h, peers = [], Fraction(0), set[int]()
    for steps, ancestor in enumerate(ancestors(family.referrer, member)):
        own = rank[ancestor]
        if steps == 0:
            found.append((0, ancestor, SHARE))
        if BY_RANK[own] > h:
            found.append((1, ancestor, BY_RANK[own] - h))
            h = BY_RANK[own]
        if own in peers:
            found.append((2, ancestor, PEER_RATE))
        peers = {other for other in peers if other > own} | ({own} if own else set())
    return found


def take_scheduled(plain: Plain, family: Family, rank: list[int], day: int) -> None:
    """Release by time, and note for whom and for how much of it each lot is a base."""
    for number, lot in plain.lots.items():
        if lot.opened_on == day:
            continue
        part = min(lot.remaining, (lot.amount - lot.refunded) * 100 // 10)
        lot.remaining -= part
        plain.free[lot.owner] += part
        for slot, receiver, weight in shares(family, rank, lot.owner):
            reward = plain.rewards.setdefault((day, slot, receiver), PlainReward(receiver))
            reward.base += weight * part
            reward.parts[number] += weight * part


def take_rewards(plain: Plain, day: int, blocks: list[Block]) -> None:
    """Take over what the close paid; how it is paid has tests of its own."""
    for slot, block in enumerate(blocks):
        rows = zip(block.member.tolist(), block.lot.tolist(), block.amount.tolist(), strict=True)
        for member, order, amount in rows:
            reward = plain.rewards[day, slot, member]
            if order == NO_LOT:
                reward.paid += amount
                plain.free[member] += amount
            else:
                reward.draws.append([order, -amount])
                plain.lots[order].remaining += amount


def pay_debts(plain: Plain, people: int) -> None:
    for member in range(people):
        due = min(plain.debt[member], plain.free[member])
        plain.debt[member] -= due
        plain.free[member] -= due


def assert_same(plain: Plain, replay: Replay) -> None:
    book, people = replay.book, range(len(replay.book))
    at = [book.at(member) for member in people]
    assert book.free["points"][at].tolist() == [plain.free[member] for member in people]
    assert book.debt[at].tolist() == [plain.debt[member] for member in people]
    assert book.written_off[at].tolist() == [plain.written_off[member] for member in people]
    place = [book.place[number] for number in plain.lots]
    assert book.lots.remaining[place].tolist() == [lot.remaining for lot in plain.lots.values()]
    assert book.lots.claimed[place].tolist() == [lot.claimed for lot in plain.lots.values()]
    lots = book.lots
    assert (lots.granted == lots.remaining + lots.released_scheduled + lots.released_accelerated + lots.cancelled).all()
    assert ((lots.remaining == 0) | (lots.closed_on > DAYS)).all()


@given(families(), st.sampled_from(["only_locked", "within_balance", "debt"]))
@settings(max_examples=150)
def test_refunds_end_as_the_plain_twin_says(family: Family, policy: str) -> None:
    text = trial(policy=f'"{policy}"').text
    text = text.replace('[{ name = "bronze", title = "铜级", title_en = "bronze", volume = 5000, rate = 0.10 }]', TABLE)
    replay = Replay(load_programme(text.replace("[[on_transfer]]", PEER + "[[on_transfer]]")), world_of(family).facts())
    plain = Plain(policy)

    for day in range(DAYS + 1):
        rank = [int(replay.book.rank[replay.book.at(member)]) for member in range(len(family.referrer))]
        lines = replay.run_day(day)
        apply_facts(plain, family, day)
        take_scheduled(plain, family, rank, day)
        take_rewards(plain, day, lines.blocks[1:])
        pay_debts(plain, len(family.referrer))
        assert_same(plain, replay)
