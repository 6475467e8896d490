"""What head office owes stores of what their customers paid, and how it is paid out (S2-05)."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from jifen.facts.days import open_day
from jifen.ledger.chart import MONEY
from jifen.ledger.models import Transfer
from jifen.ledger.reading import balances, programme_balances
from jifen.payouts.reserve import approve_top_up, propose_top_up
from jifen.sales.at_store import StoreSaleError, quote_at_store
from jifen.sales.dues import owed_for
from jifen.sales.models import Due, Order, Product, Settlement, SettlementState
from jifen.sales.settlements import (
    CashShortError,
    NothingOwedError,
    SameOperatorError,
    SettlementStateError,
    drop_settlement,
    owed_to_store,
    pay_settlement,
    payment_key,
    propose_settlement,
)
from jifen.sales.suppliers import Application, apply_as_supplier
from jifen.settlement.verify import verify
from jifen.storefront.figures import figures_of
from jifen.stores.models import Store
from tests.merchants.fair import POINT, SPORT, YUAN, Fair, open_fair
from tests.sales.shop import at_once

JOINED = 300 * POINT  # what registering brings (S2-01)


def propose(fair: Fair, store: Store, *, key: str = "", days: int = 0) -> Settlement:
    return propose_settlement(
        store_id=store.pk,
        up_to=open_day(fair.programme.pk) + timedelta(days=days),
        reason="weekly",
        operator_id=fair.operators["operator"].pk,
        key=key or fair.key(),
    )


def pay_out(fair: Fair, settlement: Settlement) -> Settlement:
    return pay_settlement(settlement_id=settlement.pk, note="ICBC 77", operator_id=fair.operators["finance"].pk)


def held(fair: Fair) -> tuple[int, int]:
    """Return cash and reserve."""
    found = programme_balances(fair.programme.pk)
    return found.get((MONEY, "cash"), 0), found.get((MONEY, "reserve"), 0)


def top_up(fair: Fair, yuan: int) -> None:
    proposed = propose_top_up(
        programme_id=fair.programme.pk, amount=yuan * YUAN, reason="bank", operator_id=fair.chief, key=fair.key()
    )
    approve_top_up(top_up_id=proposed.pk, operator_id=fair.operators["finance"].pk)


def test_a_store_is_owed_what_was_paid_there_less_its_concession(fair: Fair) -> None:
    store = fair.store(concession="0.033333333")

    order = fair.pay("Ann", store, 10)

    due = Due.objects.get()
    assert (due.store, due.order, due.business_date) == (store, order, order.business_date)
    assert (due.price, due.concession, due.owed) == (1000, 33, 967)
    assert (owed_to_store(store.pk), held(fair)) == (967, (1000, 0))
    assert verify(fair.programme.pk) == []


def test_refunds_lower_it_and_the_owner_s_figures_say_the_same(fair: Fair) -> None:
    store = fair.store(concession="0.033333333")
    order = fair.pay("Ann", store, 10)

    for yuan, left in ((3, 676), (6, 96), (1, 0)):  # floor(967 × 7 ÷ 10), floor(967 × 1 ÷ 10)
        fair.refund(order, yuan)
        day = open_day(fair.programme.pk)
        assert owed_to_store(store.pk) == left == figures_of([store.pk], day, day)[store.pk].kept
        assert verify(fair.programme.pk) == []


@given(
    amount=st.integers(1, 10**9),
    share=st.integers(0, 10**9),
    parts=st.lists(st.integers(0, 10**9), min_size=1, max_size=5),
)
def test_what_is_owed_and_what_head_office_keeps_are_the_money_that_is_there(
    amount: int, share: int, parts: list[int]
) -> None:
    """After any refunds: the store's part is rounded down once, and the rest is the concession, rounded up."""
    concession = amount * share // 10**9
    refunded = 0
    for part in parts:
        refunded = min(amount, refunded + part)
        left = Fraction(amount - refunded, amount)

        owed = owed_for(amount, Fraction(concession, amount), left=left)

        kept = concession - concession * refunded // amount
        assert (owed, owed + kept) == ((amount - concession) * (amount - refunded) // amount, amount - refunded)


def test_two_people_pay_a_store_out_of_what_its_customers_paid(fair: Fair) -> None:
    store = fair.store()
    orders = [fair.pay("Ann", store, 1000), fair.pay("Ben", store, 500)]

    settlement = propose(fair, store, key="one")
    assert propose(fair, store, key="one").pk == settlement.pk
    assert (settlement.amount, settlement.number, owed_to_store(store.pk)) == (1350 * YUAN, 1, 0)
    with pytest.raises(SettlementStateError, match="waits already"):
        propose(fair, store)
    with pytest.raises(SameOperatorError):
        pay_settlement(settlement_id=settlement.pk, note="ICBC", operator_id=fair.operators["operator"].pk)
    for _ in range(2):
        pay_out(fair, settlement)

    settlement.refresh_from_db()
    assert (settlement.state, settlement.from_cash, settlement.from_reserve) == ("paid", 1350 * YUAN, 0)
    assert held(fair) == (150 * YUAN, 0)
    assert balances(fair.member("Olga"))[MONEY, "paid"] == 1350 * YUAN
    assert {one.settled for one in Due.objects.all()} == {900 * YUAN, 450 * YUAN}
    assert fair.acts(f"settlement store {store.pk}/1") == ["propose_settlement", "pay_settlement"]
    assert verify(fair.programme.pk) == []
    assert {one.store_due.order_id for one in orders} == {one.pk for one in orders}


def test_a_refund_after_the_payment_is_taken_off_the_next_one(fair: Fair) -> None:
    store = fair.store()
    first = fair.pay("Ann", store, 1000)
    fair.pay("Cid", fair.store("other", owner="Otto"), 2000)
    pay_out(fair, propose(fair, store))

    fair.refund(first, 400)
    assert owed_to_store(store.pk) == -360 * YUAN
    with pytest.raises(NothingOwedError):
        propose(fair, store)
    fair.pay("Ben", store, 500)
    second = propose(fair, store)
    pay_out(fair, second)

    assert (second.number, second.amount) == (2, 90 * YUAN)
    assert sorted(second.lines.values_list("amount", flat=True)) == [-360 * YUAN, 450 * YUAN]
    assert verify(fair.programme.pk) == []


@pytest.mark.parametrize("which", ["of the proposal", "settled before"])
def test_a_refund_after_the_proposal_is_not_paid_out(fair: Fair, which: str) -> None:
    store = fair.store()
    fair.pay("Cid", fair.store("other", owner="Otto"), 2000)
    order = fair.pay("Ann", store, 1000)
    if which == "settled before":
        pay_out(fair, propose(fair, store))
        fair.pay("Ben", store, 1000)
    proposed = propose(fair, store)
    paid = balances(fair.member("Olga")).get((MONEY, "paid"), 0)

    fair.refund(order, 1000)
    with pytest.raises(SettlementStateError, match="a refund came since this was proposed; drop it"):
        pay_out(fair, proposed)
    proposed.refresh_from_db()
    assert (proposed.state, balances(fair.member("Olga")).get((MONEY, "paid"), 0)) == ("proposed", paid)
    drop_settlement(settlement_id=proposed.pk, reason="refund", operator_id=fair.operators["operator"].pk)

    assert owed_to_store(store.pk) == 0
    with pytest.raises(NothingOwedError):
        propose(fair, store)
    fair.pay("Ben", store, 10)
    assert pay_out(fair, propose(fair, store)).amount == 900
    assert verify(fair.programme.pk) == []


def test_a_refund_is_said_before_the_money_that_it_took_is_missed(fair: Fair) -> None:
    store = fair.store()
    order = fair.pay("Ann", store, 1000)
    proposed = propose(fair, store)

    fair.refund(order, 500)

    with pytest.raises(SettlementStateError, match="a refund came since"):
        pay_out(fair, proposed)


def test_what_was_dropped_is_owed_again_and_a_list_ends_at_its_day(fair: Fair) -> None:
    store = fair.store()
    fair.pay("Ann", store, 10)

    with pytest.raises(NothingOwedError):
        propose(fair, store, days=-1)
    dropped = propose(fair, store)
    drop_settlement(settlement_id=dropped.pk, reason="wrong day", operator_id=fair.operators["operator"].pk)

    assert owed_to_store(store.pk) == 900
    assert balances(fair.member("Olga")).get((MONEY, "paid"), 0) == 0
    assert propose(fair, store).number == 2
    assert verify(fair.programme.pk) == []


def test_what_cash_lacks_comes_out_of_the_reserve_and_what_both_lack_is_not_paid(fair: Fair) -> None:
    store, other = fair.store(), fair.store("other", owner="Otto")
    refunded = fair.pay("Ann", store, 1000)
    fair.pay("Ben", other, 1000)
    pay_out(fair, propose(fair, store))
    fair.refund(refunded, 1000)
    settlement = propose(fair, other)

    with pytest.raises(CashShortError, match="top up the reserve"), transaction.atomic():
        pay_out(fair, settlement)
    settlement.refresh_from_db()
    assert (settlement.state, held(fair)) == (SettlementState.PROPOSED, (100 * YUAN, 0))
    top_up(fair, 850)
    paid = pay_out(fair, settlement)

    assert (paid.from_cash, paid.from_reserve) == (100 * YUAN, 800 * YUAN)
    assert held(fair) == (0, 50 * YUAN)
    assert verify(fair.programme.pk) == []


def test_head_office_owes_its_own_stores_nothing(fair: Fair) -> None:
    store = fair.store()
    Store.objects.filter(pk=store.pk).update(owner=None)
    store.refresh_from_db()

    fair.pay("Ann", store, 10)

    assert not Due.objects.exists()
    assert verify(fair.programme.pk) == []


def test_in_the_mall_stores_are_owed_nothing(fair: Fair) -> None:
    fair.store()

    fair.buy("Ann", {fair.product("tea", 90, "0.1"): 1})

    assert not Due.objects.exists()
    assert verify(fair.programme.pk) == []


def test_an_owner_gives_up_nothing_to_himself(fair: Fair) -> None:
    fair.activate("Olga")
    store = fair.store(concession="1")

    order = fair.pay("Olga", store, 1000)

    assert (order.concession, fair.has("Olga"), owed_to_store(store.pk)) == (0, JOINED, 1000 * YUAN)


def test_where_others_earn_by_amounts_nobody_pays_at_his_own_store(db: None) -> None:
    fair = open_fair(SPORT)
    store = fair.store(concession=None)

    with pytest.raises(StoreSaleError, match="is yours"):
        fair.pay("Olga", store, 1000)
    with pytest.raises(StoreSaleError, match="is yours"):
        quote_at_store(member_id=fair.member("Olga"), store_id=store.pk, amount=100)

    assert not Order.objects.exists()
    fair.pay("Ann", store, 10)
    assert owed_to_store(store.pk) == 1000


def test_a_supplier_gives_up_nothing_to_himself(fair: Fair) -> None:
    fair.activate("Sue")
    fair.activate("Ann")
    supplier = apply_as_supplier(
        member_id=fair.member("Sue"), application=Application("茶行", "陈", "13800009999", "91")
    )
    product = fair.product("tea", 90, "0.5")
    Product.objects.filter(pk=product.pk).update(supplier=supplier)

    orders = [fair.buy(name, {product: 1}) for name in ("Sue", "Ann")]

    assert [one.concession for one in orders] == [0, 45 * YUAN]
    assert (fair.has("Sue"), fair.has("Ann")) == (JOINED, JOINED + 450 * POINT)


def test_ten_at_once_pay_a_store_once(busy_fair: Fair) -> None:
    store = busy_fair.store()
    busy_fair.pay("Ann", store, 100)
    settlement = propose(busy_fair, store)

    outcomes = at_once([partial(pay_out, busy_fair, settlement)] * 10)

    assert outcomes.errors == []
    assert (held(busy_fair)[0], balances(busy_fair.member("Olga"))[MONEY, "paid"]) == (10 * YUAN, 90 * YUAN)
    assert verify(busy_fair.programme.pk) == []


def test_of_refunds_and_payments_at_once_no_payment_follows_its_refund(busy_fair: Fair) -> None:
    fair = busy_fair
    top_up(fair, 1000)
    calls: list[Callable[[], object]] = []
    proposals = []
    for number in range(6):
        store = fair.store(f"cafe{number}")
        order = fair.pay("Ann", store, 100)
        proposals.append((propose(fair, store), order))
        both: list[Callable[[], object]] = [partial(pay_out, fair, proposals[-1][0]), partial(fair.refund, order, 100)]
        calls += both[:: 1 - 2 * (number % 2)]

    outcomes = at_once(calls, threads=6)

    assert outcomes.kinds() <= {SettlementStateError}
    assert Order.objects.filter(state="refunded").count() == 6
    posted = {one.key: one.pk for one in Transfer.objects.all()}
    code = fair.programme.code
    paid = [pair for pair in proposals if payment_key(pair[0], code) in posted]
    assert len(paid) + len(outcomes.errors) == 6
    for settlement, order in paid:
        refunded = next(pk for key, pk in posted.items() if f"/refund/{order.number}/1/" in key)
        assert posted[payment_key(settlement, code)] < refunded
    assert verify(fair.programme.pk) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"owed": 899}, "is owed, and should be 900"),
        ({"lowered": 1}, "899 is owed, and should be 900"),
        ({"settled": 5}, "5 is settled, and settlements contain 0"),
    ],
)
def test_verification_finds_what_is_owed_wrongly(fair: Fair, values: dict[str, int], said: str) -> None:
    fair.pay("Ann", fair.store(), 10)
    if "owed" in values:
        values |= {"concession": 101}

    Due.objects.update(**values)

    found = [str(one.message) for one in verify(fair.programme.pk) if one.check == "owed"]
    assert len(found) == 1
    assert said in found[0]


def test_verification_finds_an_order_that_nobody_is_owed_for_and_a_wrong_payment(fair: Fair) -> None:
    store = fair.store()
    fair.pay("Ann", store, 10)
    pay_out(fair, propose(fair, store))
    other = fair.pay("Ben", fair.store("other", owner="Otto"), 10)

    Due.objects.filter(order=other).delete()
    Settlement.objects.update(amount=800, from_cash=800)

    found = [(one.check, str(one.message)) for one in verify(fair.programme.pk)]
    assert [check for check, _ in found].count("money") == 1
    owed = [message for check, message in found if check == "owed"]
    assert any(other.number in message for message in owed)
    assert any("is of 800, and contains 900" in message for message in owed)


def test_the_database_refuses_what_is_owed_to_two_or_paid_out_of_nothing(fair: Fair) -> None:
    store = fair.store()
    fair.pay("Ann", store, 10)
    settlement = propose(fair, store)

    wrong: list[tuple[type[Due | Settlement], dict[str, object]]] = [
        (Due, {"store": None}),
        (Due, {"commission": 0}),
        (Due, {"concession": 99}),
        (Due, {"concession": -1, "owed": 1001}),
        (Settlement, {"store": None}),
        (Settlement, {"from_cash": 900}),
        (Settlement, {"state": "paid", "decided_by": fair.chief, "decided_at": settlement.proposed_at}),
    ]
    for model, values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            model._default_manager.update(**values)
