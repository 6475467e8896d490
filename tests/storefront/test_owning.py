"""What the owner of a store reads, exactly and alone (S1-26 … S1-33)."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jifen.facts.days import open_day
from jifen.sales.models import Order
from jifen.sales.orders import confirm_payment, place_order
from jifen.storefront.earnings import TAKINGS, earned, paydays
from jifen.storefront.errors import NoSuchStoreError
from jifen.storefront.figures import Figures, figures_of
from jifen.storefront.owning import OrderPage, own_cap_table, own_orders, own_partners, owners_view, span_of
from jifen.storefront.partners import customer_of, fund_of, nearest_of, next_payday, partners_of, partnerships_of
from jifen.storefront.people import own_store, stores_of
from jifen.storefront.terms import partners_rule, terms_now
from jifen.stores.models import Patron, StoreStanding
from tests.sales.shop import YUAN
from tests.storefront.street import DOCUMENT, POINT, Street, open_street

READS: list[Callable[[int, str], object]] = [own_store, owners_view, own_partners, own_cap_table, own_orders]
BY_PRODUCT = DOCUMENT.replace("threshold = 5000\n", 'product = "card"\nthreshold = 5000\n', 1).replace(
    'every = "month"', 'every = "week"', 1
)


@pytest.mark.parametrize("read", READS, ids=lambda read: read.__name__)
def test_only_the_owner_reads_a_store(street: Street, read: Callable[[int, str], object]) -> None:
    street.register("bar", owner="Sam")
    street.register("office")
    assert street.cafe.code == "cafe"

    read(street.member("Olga"), "cafe")

    for name, code in (("Sam", "cafe"), ("Rita", "cafe"), ("Olga", "bar"), ("Olga", "office"), ("Olga", "none")):
        with pytest.raises(NoSuchStoreError):
            read(street.member(name), code)


def test_an_owner_has_several_stores(street: Street) -> None:
    street.register("bar", owner="Olga")
    first = street.cafe

    assert [one.code for one in stores_of(street.member("Olga"))] == ["bar", first.code]
    assert stores_of(street.member("Sam")) == []


def test_the_figures_are_those_of_the_book(street: Street) -> None:
    street.pay("Ann", street.cafe, 1_000)
    order = street.pay("Ben", street.cafe, 333)
    for yuan in (100, 33):
        street.refund(order, yuan)

    view = owners_view(street.member("Olga"), "cafe")

    found, standing = view.today.figures, StoreStanding.objects.get(store=street.cafe)
    assert (found.orders, found.sold, found.refunded) == (2, 1_333 * YUAN, 133 * YUAN)
    assert (found.turnover, found.net) == (standing.turnover, standing.net) == (1_200 * YUAN, 960 * YUAN)
    assert found.commission == 240 * YUAN
    assert found.shopping == 3 * 1_200 * POINT
    assert view.waiting == standing.net
    assert view.month.figures == found


def test_a_commission_that_does_not_divide_is_given_back_step_by_step(street: Street) -> None:
    shop = street.register("bar", owner="Olga", rate=Decimal("0.137"))
    order = street.pay("Ann", shop, 777)
    for yuan in (1, 100, 333):
        street.refund(order, yuan)

    found = figures_of([shop.pk], open_day(street.programme.pk), open_day(street.programme.pk))[shop.pk]

    standing = StoreStanding.objects.get(store=shop)
    assert (found.turnover, found.net) == (standing.turnover, standing.net)


def test_days_and_stores_are_kept_apart(street: Street) -> None:
    bar = street.register("bar", owner="Olga")
    street.pay("Ann", street.cafe, 100)
    street.pay("Ann", bar, 7)
    day = open_day(street.programme.pk)

    today = figures_of([street.cafe.pk, bar.pk], day, day)

    assert [today[one.pk].sold for one in (street.cafe, bar)] == [100 * YUAN, 7 * YUAN]
    assert figures_of([street.cafe.pk], day - timedelta(days=9), day - timedelta(days=1)) == {}
    assert figures_of([], day, day) == {}


def test_goods_of_the_platform_are_no_turnover_but_a_rebate(street: Street) -> None:
    street.customer("Carl", street.cafe)
    product = street.sourced("tea", 100)
    order = place_order(member_id=street.member("Carl"), items={product.pk: 1}, points=0, key="tea")
    confirm_payment(order_id=order.pk, operator_id=street.wang)
    before = owners_view(street.member("Olga"), "cafe")

    street.close_day()

    assert Order.objects.get(pk=order.pk).store_id == street.cafe.pk
    assert before.today.figures == Figures()
    assert span_of(street.cafe, street.member("Olga"), before.day, before.day).rebate == 10 * YUAN


def test_what_the_close_credited_is_read_from_the_ledger(street: Street) -> None:
    street.pay("Ann", street.cafe, 1_000)
    street.pay("Ann", street.register("bar", owner="Olga"), 500)
    day = open_day(street.programme.pk)
    street.close_day()

    olga = street.member("Olga")
    assert earned(street.cafe, [olga], [TAKINGS], day, day) == {(olga, TAKINGS): 800 * YUAN}
    assert earned(street.cafe, [olga], [TAKINGS], day + timedelta(days=1), day + timedelta(days=9)) == {}
    assert owners_view(olga, "cafe").waiting == 0


def test_the_uses_partners_and_shareholders_are_counted(street: Street) -> None:
    street.use("Ann", street.card("Ann"), "Coffee")
    street.sell("Ivy", 500, 49_800)
    Patron.objects.filter(member_id=street.member("Ann")).update(partner=True, partner_since=date(2026, 11, 1))

    view = owners_view(street.member("Olga"), "cafe")

    assert (view.uses_today, view.shareholders, view.partners) == (1, 1, 1)


def test_orders_come_a_page_at_a_time(street: Street) -> None:
    placed = [street.pay("Ann", street.cafe, yuan) for yuan in range(1, 8)]
    moment = placed[2].placed_at
    Order.objects.filter(pk__in=[one.pk for one in placed[1:5]]).update(placed_at=moment)  # at the same moment
    olga, seen, place = street.member("Olga"), list[int](), ""

    while True:
        page: OrderPage = own_orders(olga, "cafe", before=place, limit=2)
        seen += [one.pk for one in page.orders]
        place = page.next
        if not place:
            break

    assert seen == [one.pk for one in reversed(placed)]
    assert own_orders(olga, "cafe", before="rubbish", limit=2).orders[0].pk == placed[-1].pk


def test_a_page_of_orders_asks_the_database_once_for_all(street: Street) -> None:
    for yuan in range(1, 6):
        street.pay(f"customer {yuan}", street.cafe, yuan)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = own_orders(street.member("Olga"), "cafe")
        names = [one.member.nickname for one in page.orders]

    assert len(names) == 5
    assert len(asked) == 2


def test_partners_and_what_others_lack(street: Street) -> None:
    street.pay("Ann", street.cafe, 5_000)
    street.pay("Ben", street.cafe, 4_999)
    street.pay("Carl", street.cafe, 10)
    street.close_day()
    terms, day = terms_now(street.programme.pk), open_day(street.programme.pk)

    (ann,) = partners_of(street.cafe, terms, day)

    assert (ann.code, ann.missing, ann.by_product) == (street.code("Ann"), 0, False)
    assert ann.since_on == day - timedelta(days=1)
    lacking = [(one.name, one.missing) for one in nearest_of(street.cafe, terms)]
    assert lacking == [("Ben", 1 * YUAN), ("Carl", 4_990 * YUAN)]
    assert customer_of(street.cafe, terms, street.member("Sam"), day) is None
    ((store, mine),) = partnerships_of(street.member("Ann"), terms, day)
    assert (store.code, mine.amount) == ("cafe", 5_000 * YUAN)


def test_the_fund_is_shared_on_payday_and_read_from_the_ledger(db: None) -> None:
    street = open_street(BY_PRODUCT)
    terms = terms_now(street.programme.pk)
    street.card("Ann")
    while open_day(street.programme.pk).weekday() != 5:  # up to a Saturday
        street.close_day()
    street.close_day()
    street.pay("Ben", street.cafe, 1_000)
    sunday, standing = open_day(street.programme.pk), StoreStanding.objects.get(store=street.cafe)
    before = fund_of(street.cafe, terms, sunday)
    street.close_day()

    (ann,) = partners_of(street.cafe, terms, sunday)
    assert standing.fund == 0
    assert before is not None
    assert (before.partners, before.payday, before.product, before.equal) == (1, sunday, "card", True)
    assert (ann.by_product, ann.dividends) == (True, 120 * YUAN)  # 15 % of 800
    assert [(one.day, one.amount) for one in paydays(street.cafe, sunday)] == [(sunday, 120 * YUAN)]


def test_the_next_payday_of_a_month_is_its_last_day(street: Street) -> None:
    rule = partners_rule(terms_now(street.programme.pk))
    assert rule is not None

    assert next_payday(rule, date(2026, 2, 3)) == date(2026, 2, 28)
    assert next_payday(rule, date(2026, 2, 28)) == date(2026, 2, 28)
    assert next_payday(rule, date(2026, 3, 1)) == date(2026, 3, 31)
