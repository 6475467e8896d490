"""Shareholders pay a fee, bring stores through their link, and are credited (S3-20 … S3-23, S3-31)."""

from decimal import Decimal
from functools import partial

import pytest

from jifen.alliance.applying import (
    Deal,
    Wish,
    WishNotValidError,
    apply_for_store,
    approve_store,
    brought_by,
    refuse_store,
    withdraw,
)
from jifen.alliance.errors import AllianceError, DealKeyReusedError, DealStateError
from jifen.alliance.models import ShareholderFee, StoreApplication, WishState
from jifen.alliance.shareholders import (
    NoShareholderError,
    become,
    end,
    fee_of,
    income_of,
    is_shareholder,
    referred_stores,
    shareholder_by,
)
from jifen.facts.record import RefusedError
from jifen.members.models import Member
from jifen.storefront.errors import StoreError
from tests.agents.firm import LICENCES
from tests.alliance.harbor import COIN, COINS, LUOHU, YUAN, Harbor
from tests.paying import PROVIDER
from tests.sales.shop import at_once

WISH = Wish("store", "三味茶馆", "Three Flavours", LICENCES[0], LUOHU, "东门路1号", "0755 1234567")
DEAL = Deal("tea", Decimal("0.3"), Decimal("0.04"))


def code_of(harbor: Harbor, name: str) -> str:
    """Return the invite code that a member's link has."""
    return Member.objects.get(pk=harbor.member(name)).invite_code


def test_who_pays_the_fee_is_a_shareholder_once_and_until_head_office_ends_it(harbor: Harbor) -> None:
    hugo = harbor.member("Hugo")
    first, again = (become(member_id=hugo, key="f", provider=PROVIDER) for _ in range(2))

    assert (first, first.amount, fee_of(harbor.programme.pk)) == (again, 1_000 * YUAN, 1_000 * YUAN)
    assert is_shareholder(hugo)
    assert harbor.money("cash") + harbor.money("reserve") == 1_000 * YUAN
    with pytest.raises(RefusedError):
        become(member_id=hugo, key="another", provider=PROVIDER)
    ended = [end(member_id=hugo, operator_id=harbor.wang, reason="asked for it") for _ in range(2)][-1]
    assert (ended.left_on, ended.reason, is_shareholder(hugo)) == (harbor.today, "asked for it", False)
    with pytest.raises(NoShareholderError):
        end(member_id=harbor.member("Ann"), operator_id=harbor.wang, reason="why")
    become(member_id=hugo, key="again", provider=PROVIDER)
    assert ShareholderFee.objects.filter(left_on__isnull=True).count() == 1
    assert harbor.money_wrong() == []


def test_a_shareholder_is_credited_what_his_store_buys(harbor: Harbor) -> None:
    harbor.buy_points(harbor.bob, 100)  # before he is one
    harbor.shareholder("Hugo")

    harbor.buy_points(harbor.bob, 10_000)

    income = income_of(harbor.member("Hugo"))
    (store,) = income.stores
    assert (income.kind, income.total, income.this_month) == (COINS, 475 * COIN, 475 * COIN)  # 5 % of 9,500
    assert income.months == [(harbor.today.replace(day=1), 475 * COIN)]
    assert (store.store, store.level, store.purchases, store.paid) == (harbor.bob, 1, 2, 9_600 * YUAN)
    assert referred_stores(harbor.member("Ann")) == []
    assert harbor.wrong() == []


def test_a_store_through_the_link_of_a_shareholder_is_brought_by_him(harbor: Harbor) -> None:
    harbor.shareholder("Hugo")
    tina, wish = harbor.member("Tina"), WISH._replace(branch_id=harbor.branch.pk, title=" 三味  茶馆 ")
    code = code_of(harbor, "Hugo").lower()
    asked = [apply_for_store(member_id=tina, wish=wish, invite_code=code, key="a") for _ in range(2)]

    approved = [
        approve_store(application_id=asked[0].pk, deal=DEAL, operator_id=harbor.wang, reason="signed") for _ in range(2)
    ][-1]

    store = approved.store
    assert store is not None
    assert asked[0] == asked[1]
    assert (store.code, store.title) == ("tea", "三味 茶馆")
    assert (store.owner_id, store.referrer_id) == (tina, harbor.member("Hugo"))
    assert (store.branch, store.ratio, store.rate) == (harbor.branch, Decimal("0.3"), Decimal("0.04"))
    assert [one.store for one in brought_by(harbor.member("Hugo"))] == [store]
    with pytest.raises(DealStateError):
        refuse_store(application_id=approved.pk, operator_id=harbor.li, reason="no")


def test_one_key_is_one_application_with_the_same_contents(harbor: Harbor) -> None:
    harbor.shareholder("Hugo")
    tina = harbor.member("Tina")
    asked = apply_for_store(member_id=tina, wish=WISH, invite_code="", key="a")
    others = (
        *(WISH._replace(type="branch"), WISH._replace(region="440304"), WISH._replace(branch_id=harbor.branch.pk)),
        *(WISH._replace(phone="0755 7654321"), WISH._replace(address="东门路2号"), WISH._replace(title_en="Four")),
    )

    for wish in others:
        with pytest.raises(DealKeyReusedError):
            apply_for_store(member_id=tina, wish=wish, invite_code="", key="a")
    with pytest.raises(DealKeyReusedError):
        apply_for_store(member_id=tina, wish=WISH, invite_code=code_of(harbor, "Hugo"), key="a")
    assert apply_for_store(member_id=tina, wish=WISH, invite_code="", key="a") == asked


def test_a_link_of_somebody_who_is_no_shareholder_brings_nobody_in(harbor: Harbor) -> None:
    harbor.shareholder("Hugo")
    assert shareholder_by(harbor.programme.pk, code_of(harbor, "Ann")) is None

    own = apply_for_store(member_id=harbor.member("Hugo"), wish=WISH, invite_code=code_of(harbor, "Hugo"), key="a")
    none = apply_for_store(member_id=harbor.member("Tina"), wish=WISH, invite_code=code_of(harbor, "Ann"), key="a")

    assert (own.shareholder, none.shareholder) == (None, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("type", "bank"),
        ("licence_number", "42"),
        ("region", "440000"),
        ("address", ""),
        ("phone", "1" * 21),
        ("branch_id", 2**40),
    ],
)
def test_an_application_says_which_field_is_wrong(harbor: Harbor, field: str, value: object) -> None:
    wish = Wish(**(WISH._asdict() | {field: value}))

    with pytest.raises(WishNotValidError) as refused:
        apply_for_store(member_id=harbor.member("Tina"), wish=wish, invite_code="", key="a")

    assert refused.value.field == field


def test_one_application_waits_at_a_time_and_is_refused_or_taken_back(harbor: Harbor) -> None:
    tina = harbor.member("Tina")
    asked = apply_for_store(member_id=tina, wish=WISH, invite_code="", key="a")
    with pytest.raises(AllianceError, match="waits for its review"):
        apply_for_store(member_id=tina, wish=WISH, invite_code="", key="b")
    with pytest.raises(StoreApplication.DoesNotExist):
        withdraw(member_id=harbor.member("Eve"), application_id=asked.pk)

    withdraw(member_id=tina, application_id=asked.pk)
    second = apply_for_store(member_id=tina, wish=WISH, invite_code="", key="b")
    refused = refuse_store(application_id=second.pk, operator_id=harbor.wang, reason="too near")

    assert (refused.state, refused.reason) == (WishState.REFUSED, "too near")


def test_a_code_that_is_taken_leaves_the_application_waiting(harbor: Harbor) -> None:
    taken = DEAL._replace(code=harbor.bob.code)
    asked = apply_for_store(member_id=harbor.member("Tina"), wish=WISH, invite_code="", key="a")

    with pytest.raises(StoreError, match="there is a store bob already"):
        approve_store(application_id=asked.pk, deal=taken, operator_id=harbor.wang, reason="signed")

    asked.refresh_from_db()
    assert asked.state == WishState.SENT


@pytest.mark.parametrize("rate", ["0", "0.03125", "1.01"])
def test_a_share_of_sales_that_no_period_can_name_is_not_agreed(harbor: Harbor, rate: str) -> None:
    with pytest.raises(StoreError):
        harbor.register("odd", owner="Bob", ratio="0.4", rate=rate)


def test_ten_payments_of_the_fee_at_once_are_one(busy_harbor: Harbor) -> None:
    hugo = busy_harbor.member("Hugo")

    outcomes = at_once(
        [partial(become, member_id=hugo, key=key, provider=PROVIDER) for key in ("a", "b") * 3], threads=3
    )

    assert outcomes.kinds() == {RefusedError}
    assert len({one.pk for one in outcomes.answers}) == 1
    assert busy_harbor.money("cash") + busy_harbor.money("reserve") == 1_000 * YUAN
