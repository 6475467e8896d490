"""Rules that answer facts post on a real book what a dictionary of balances says, or refuse and change nothing."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jifen.engine.amounts import Rate
from jifen.engine.book import Book
from jifen.engine.declared import DeclaredValues
from jifen.engine.facts import FOR_EVER, NOBODY, DeclaredValue
from jifen.engine.lines import ACCOUNTS, Journal
from jifen.engine.posting import Posting
from jifen.engine.rule import ActionFact, ActionRule, OrderFact
from jifen.engine.rules.adjustment import Adjustment
from jifen.engine.rules.convert import Convert
from jifen.engine.rules.freeze import Freeze
from jifen.engine.rules.grant_locked import GrantLocked, Tier
from jifen.engine.rules.member_transfer import MemberTransfer
from jifen.engine.rules.repurchase import Repurchase
from jifen.engine.rules.reserve import Reserve
from jifen.engine.rules.withdrawal import Withdrawal
from tests.engine.books import AMOUNT_MAX, KINDS, Lot, book_of, rates
from tests.engine.fact_twins import (
    Purses,
    plain_adjustment,
    plain_convert,
    plain_freeze,
    plain_grant_locked,
    plain_member_transfer,
    plain_price,
    plain_repurchase,
    plain_reserve,
    plain_withdrawal,
)

PEOPLE = 4
DAY = 20_000
MINUTE = 60_000_000
SCALE = 100  # minor units of points to one of money


class Case(NamedTuple):
    """Some purses, and what people try one after the other."""

    free: dict[tuple[int, str], int]
    debts: list[int]
    actions: list[ActionFact]


@st.composite
def cases(draw: st.DrawFn, *names: str) -> Case:
    amount = st.one_of(st.integers(1, 50), st.integers(1, AMOUNT_MAX))
    free = {(member, kind): draw(st.one_of(st.just(0), amount)) for member in range(PEOPLE) for kind in KINDS}
    debts = draw(st.lists(st.one_of(st.just(0), amount), min_size=PEOPLE, max_size=PEOPLE))
    actions = []
    for row in range(draw(st.integers(1, 6))):
        member, kind = draw(st.integers(0, PEOPLE - 1)), draw(st.sampled_from(sorted(KINDS)))
        wanted = draw(st.one_of(amount, st.integers(free[member, kind] - 1, free[member, kind] + 1)))
        name = draw(st.sampled_from(names))
        sign = draw(st.sampled_from([1, -1])) if name == "adjust" else 1
        at = draw(st.integers(0, 20)) * MINUTE + draw(st.integers(-1, 1))
        to_member, to_kind = draw(st.integers(0, PEOPLE - 1)), draw(st.sampled_from(["token", "token", "points"]))
        actions.append(ActionFact(row + 1, name, member, to_member, to_kind, kind, sign * max(wanted, 1), at))
    return Case(free, debts, actions)


def posting_for(book: Book, declared: list[DeclaredValue] | None = None) -> Posting:
    return Posting(
        book=book,
        journal=Journal(),
        member_codes=[f"M{number}" for number in range(len(book))],
        code="trial",
        path="action/1",
        fact="action 1",
        lot_kind="points",
        kinds=KINDS,
        declared=DeclaredValues(declared or []),
        day=DAY,
    )


def begin(case: Case, declared: list[DeclaredValue] | None = None) -> tuple[Purses, Posting]:
    """Return the same purses twice: as a dictionary, and in a book."""
    book, purses = book_of([NOBODY, 0, 1, 0], []), Purses()
    purses.free.update(case.free)
    for (member, kind), amount in case.free.items():
        book.free[kind][book.at(member)] = amount
    for member, debt in enumerate(case.debts):
        purses.debts[member] = debt
        book.debt[book.at(member)] = debt
    return purses, posting_for(book, declared)


def assert_same(purses: Purses, posting: Posting) -> None:
    book = posting.book
    for kind in KINDS:
        found = {member: posting.free(member, kind) for member in range(len(book))}
        held = {member: posting.held(member, kind) for member in range(len(book))}
        assert held == {member: purses.held[member, kind] for member in held}
        found.update({-1 - i: book.accounts[kind][i] for i in range(len(ACCOUNTS))})
        assert found == {party: purses.free[party, kind] for party in found}
        assert min(found[member] for member in range(len(book))) >= 0
    assert [int(book.debt[book.at(member)]) for member in range(len(book))] == [
        purses.debts[member] for member in range(len(book))
    ]


def assert_lines_balance(journal: Journal) -> None:
    sums: Counter[tuple[str, str]] = Counter()
    for transfer, kind, amount in zip(journal.transfer, journal.kind, journal.amount, strict=True):
        sums[transfer, kind] += amount
    assert not any(sums.values())
    assert 0 not in journal.amount


def act(rule: ActionRule, posting: Posting, action: ActionFact) -> bool:
    before = len(posting.journal)
    why = rule.act(posting, action)
    if why is not None:
        assert str(why)
        assert len(posting.journal) == before
    return why is None


@given(cases("adjust"))
def test_adjustments_give_and_take_free_points(case: Case) -> None:
    purses, posting = begin(case)

    for action in case.actions:
        assert act(Adjustment(source="S4-27"), posting, action) == plain_adjustment(purses, action)
        assert_same(purses, posting)
    assert_lines_balance(posting.journal)


@given(cases("member_transfer"))
def test_transfers_move_free_points_between_members(case: Case) -> None:
    purses, posting = begin(case)

    for action in case.actions:
        moved = plain_member_transfer(purses, action, KINDS[action.kind])
        assert act(MemberTransfer(source="S4-19"), posting, action) == moved
        assert_same(purses, posting)
    assert_lines_balance(posting.journal)


@given(cases("withdraw", "hold_withdrawal", "pay_withdrawal", "return_withdrawal"))
def test_withdrawals_take_free_points_out(case: Case) -> None:
    purses, posting = begin(case)

    for action in case.actions:
        moved = plain_withdrawal(purses, action, KINDS[action.kind])
        assert act(Withdrawal(source="S4-21"), posting, action) == moved
        assert_same(purses, posting)
    assert_lines_balance(posting.journal)


@given(st.integers(0, 10**9).map(lambda share: Rate.parse(Decimal(share).scaleb(-9))), st.integers(0, AMOUNT_MAX))
def test_the_reserve_gets_its_share_of_a_payment(share: Rate, cash: int) -> None:
    assert Reserve(source="S4-30", share=share).split(cash) == plain_reserve(Fraction(share.num, share.den), cash)


@st.composite
def prices(draw: st.DrawFn) -> list[DeclaredValue]:
    """Return prices that begin at different minutes, overlap, leave gaps or stay open."""
    some = []
    for begins in draw(st.lists(st.integers(0, 20), max_size=5, unique=True)):
        ends = draw(st.one_of(st.just(FOR_EVER), st.integers(begins + 1, 22).map(lambda minute: minute * MINUTE)))
        value = Fraction(draw(st.integers(1, 10**12)), 10 ** draw(st.integers(0, 9)))
        some.append(DeclaredValue(draw(st.sampled_from(["token_price", "other"])), begins * MINUTE, ends, value))
    return some


@given(cases("convert"), prices(), st.integers(0, 5))
def test_conversions_buy_at_the_price_in_force(case: Case, declared: list[DeclaredValue], minutes_max: int) -> None:
    purses, posting = begin(case, declared)
    rule = Convert(source="S4-28", kind="points", into="token", price="token_price", price_age_minutes_max=minutes_max)

    for action in case.actions:
        assert act(rule, posting, action) == plain_convert(purses, action, declared, minutes_max)
        assert_same(purses, posting)
    assert_lines_balance(posting.journal)


@given(prices(), st.integers(-1, 25 * MINUTE))
def test_of_the_values_in_force_the_latest_wins(declared: list[DeclaredValue], at: int) -> None:
    assert DeclaredValues(declared).at("token_price", at) == plain_price(declared, "token_price", at)


@given(cases("freeze", "unfreeze"))
def test_freezing_lasts_until_unfreezing(case: Case) -> None:
    _, posting = begin(case)
    frozen: set[int] = set()

    for action in case.actions:
        assert act(Freeze(source="S4-21"), posting, action)
        frozen = plain_freeze(frozen, action)
        assert {member for member in range(PEOPLE) if posting.book.frozen[posting.book.at(member)]} == frozen


@given(cases("buy"), st.integers(1, 10**12), rates(1))
def test_an_order_takes_its_points_part_or_nothing(case: Case, amount: int, share: Rate) -> None:
    rule = Repurchase(source="S4-19", kind="points", points_share_max=share)
    purses, posting = begin(case)
    most = amount * SCALE * share.num // share.den

    for buyer, points_paid in [(one.member, paid) for one in case.actions for paid in (one.amount, most, most + 1)]:
        order = OrderFact(0, "O1", buyer, amount, points_paid)
        why = rule.refuse(posting, order, SCALE)
        if why is None:
            rule.on_order(posting, order)
        assert (why is None) == plain_repurchase(purses, buyer, points_paid, most)
        assert_same(purses, posting)
    assert_lines_balance(posting.journal)


@st.composite
def tier_tables(draw: st.DrawFn) -> list[tuple[int, Rate]]:
    """Return tiers as (least fen, multiple)."""
    starts = sorted(draw(st.lists(st.integers(1, 10**9), min_size=1, max_size=6, unique=True)))
    return [(start, draw(rates(5))) for start in starts]


@given(tier_tables(), st.data())
def test_an_order_grants_the_multiple_of_the_highest_tier_it_reaches(
    table: list[tuple[int, Rate]], data: st.DataObject
) -> None:
    near = st.sampled_from([start + step for start, _ in table for step in (-1, 0, 1)])
    amount = data.draw(st.one_of(near, st.integers(1, 10**12)).filter(lambda fen: fen > 0))
    tiers = tuple(
        Tier(name=f"t{fen}", title="级", title_en="row", amount=Decimal(fen).scaleb(-2), multiple=rate)
        for fen, rate in table
    )
    book = book_of([NOBODY], [Lot(0, DAY, 0, 0, 0)])
    posting = posting_for(book)

    rule = GrantLocked(source="S4-02", kind="points", tiers=tiers)
    rule.on_order(posting, OrderFact(0, "O1", 0, amount, 0), SCALE)

    fractions = [(fen, Fraction(rate.num, rate.den)) for fen, rate in table]
    granted = plain_grant_locked(fractions, amount, SCALE)
    assert book.lots.granted.tolist() == book.lots.remaining.tolist() == book.locked().tolist() == [granted]
    assert book.accounts["points"][0] == -granted
    assert book.lots.base.tolist() == [amount * SCALE if granted else 0]
    assert_lines_balance(posting.journal)


def test_a_member_without_points_cannot_spend_one_unit_but_lots_stay() -> None:
    book = book_of([NOBODY], [Lot(0, DAY - 1, 100, 100, 100)])
    posting = posting_for(book)

    why = Withdrawal(source="S4-21").act(posting, ActionFact(1, "withdraw", 0, NOBODY, "", "points", 1, 0))

    assert str(why) == "too few free points"
    assert np.array_equal(book.lots.remaining, [100])
