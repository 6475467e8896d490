"""Paying at a store from its QR code to the receipt, cards, the pages of owners and shareholders (S1-19 … S1-34)."""

import re
from typing import Any

import pytest
from django.test import Client

from jifen.ledger.reading import balances
from jifen.members.models import Member
from jifen.sales.models import Order, OrderState
from jifen.storefront.models import Card, CardPlan, CardState, CardUse, UseState
from jifen.stores.models import Store
from tests.codes import join
from tests.paying import bought_card, through_cashier
from tests.web.growth_stage import PHONES, YUAN, GrowthStage
from tests.web.stage import LOGIN, guest, key_in, text_of
from tests.web.test_growth_pages import read, said, shown

PAY = "/growth/s/teahouse"
NEWCOMER = {"phone": "13900000009", "name": "周新", "password": "mountain river 9", "consent": "on"}
CODE = re.compile(r'class="invite">(\d{6})<')


@pytest.fixture
def li(growth: GrowthStage) -> Client:
    """A browser in which Li, who buys, is logged in."""
    return growth.browser("li")


@pytest.fixture
def owner(growth: GrowthStage) -> Client:
    """A browser in which Wang, who owns the store, is logged in."""
    return growth.browser("wang")


def pay(client: Client, amount: str, **more: str) -> str:
    """Pay at the store; the words of the page that comes then."""
    key = more.pop("key", "") or key_in(client.get(PAY))
    return said(text_of(through_cashier(client, client.post(PAY, {"amount": amount, "key": key, **more}))))


def open_card(growth: GrowthStage, name: str = "li") -> Card:
    return bought_card(member_id=growth.members[name].pk, plan_id=growth.card().pk, key=growth.key())


def asked_code(growth: GrowthStage, client: Client) -> str:
    """Ask for the coffee of the card; the code that is shown then."""
    card = open_card(growth)
    form = {"key": "one"}
    page = client.post(f"/growth/cards/{card.pk}/{card.plan.items.get().pk}", form, follow=True)
    found = CODE.search(text_of(page))
    assert found is not None
    return found[1]


def test_a_guest_reads_whose_store_it_is_and_comes_back_after_the_login(growth: GrowthStage) -> None:
    visitor = guest()
    page = text_of(visitor.get(PAY))

    back = visitor.post(
        "/growth/login?next=/growth/s/teahouse", {"phone": PHONES["li"], "password": LOGIN, "next": PAY}
    )

    assert "Tea house" in page
    assert f"/growth/login?next={PAY}" in page
    assert "/growth/join?store=teahouse" in page
    assert back["Location"] == PAY


def test_who_joins_at_a_store_has_it_as_home_and_its_owner_as_referrer(growth: GrowthStage) -> None:
    visitor = guest()
    page = said(text_of(visitor.get("/growth/join?store=teahouse")))

    answer = join(visitor, "/growth/join?store=teahouse", NEWCOMER)

    member = Member.objects.get(name="周新")
    assert "You come through the store Tea house. It stays your home store." in page
    assert "Invite code" not in page
    assert answer["Location"] == PAY
    assert (member.home_store_id, member.referrer_id) == (growth.store.pk, growth.members["wang"].pk)
    assert "home store" in said(shown(visitor, "stores"))


def test_without_a_store_an_invite_code_is_still_asked_for(growth: GrowthStage) -> None:
    page = text_of(guest().post("/growth/join?store=nowhere", NEWCOMER))

    assert "This field is required." in page
    assert not Member.objects.filter(name="周新").exists()


def test_an_unknown_store_is_not_found(growth: GrowthStage, li: Client) -> None:
    assert li.get("/growth/s/nowhere").status_code == 404


def test_a_closed_store_takes_no_payment(growth: GrowthStage, li: Client) -> None:
    key = key_in(li.get(PAY))
    Store.objects.filter(pk=growth.store.pk).update(active=False)

    page = pay(li, "100", key=key)

    assert "This store sells nothing here at the moment" in page
    assert not Order.objects.exists()


def test_what_an_amount_brings_is_said_before_it_is_paid(growth: GrowthStage, li: Client) -> None:
    page = said(text_of(li.get(f"{PAY}/quote?amount=1000&key=x")))

    assert "To pay in money ¥1,000.00" in page
    assert "Growing points you get at ¥1.00 a point now 112.00" in page
    assert "Shopping points you get 3,000.00" in page


def test_what_was_paid_at_the_cashier_counts_and_shows_a_receipt(growth: GrowthStage, li: Client) -> None:
    page = pay(li, "1000")

    assert Order.objects.get().state == OrderState.CONFIRMED
    assert "Paid ¥1,000.00 Tea house" in page
    assert "Growing points you get 112.00" in page
    assert "Shopping points you get 3,000.00" in page


def test_a_payment_that_is_sent_twice_is_one_order(growth: GrowthStage, li: Client) -> None:
    for _ in range(2):
        assert "Receipt" in pay(li, "1000", key="only-one")

    assert Order.objects.count() == 1


def test_the_balance_alone_pays_a_whole_bill(growth: GrowthStage, li: Client) -> None:
    growth.grant("li", "money", 100)

    page = pay(li, "80", points_kind="money", points="80")

    assert "Balance 80.00 In money ¥0.00" in page
    assert balances(growth.members["li"].pk)["money", "free"] == 20 * YUAN


def test_a_payment_that_took_all_points_can_be_sent_again(growth: GrowthStage, li: Client) -> None:
    growth.grant("li", "money", 80)

    for _ in range(2):
        assert "Balance 80.00 In money ¥0.00" in pay(li, "80", points_kind="money", points="80", key="only-one")

    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"amount": ""}, "This field is required."),
        ({"amount": "0"}, "Type the amount of the bill."),
        ({"amount": "1.234"}, "Type a number with at most 2 decimals."),
        ({"amount": "100", "points_kind": "subsidy", "points": "51"}, "at most 50.00 points may pay for this cart"),
        ({"amount": "100", "points_kind": "subsidy", "points": "50"}, "too few free points"),
        ({"amount": "100", "due": "9000"}, "What is due has changed. Look at it, then pay."),
    ],
    ids=["nothing", "zero", "decimals", "too many points", "points that are not there", "another amount was shown"],
)
def test_a_refused_payment_says_why(growth: GrowthStage, li: Client, form: dict[str, str], why: str) -> None:
    growth.grant("li", "money", 1)

    page = pay(li, **form)

    assert why in page
    assert not Order.objects.filter(state=OrderState.CONFIRMED).exists()


def test_without_a_provider_the_payment_is_reported(growth: GrowthStage, li: Client, settings: Any) -> None:
    settings.SANDBOX = False

    page = pay(li, "1000")

    assert Order.objects.get().state == OrderState.PLACED
    assert "Pay outside, then tell us" in page
    assert "Pay now" not in page


def test_an_open_card_order_that_is_paid_opens_its_card(growth: GrowthStage, li: Client, settings: Any) -> None:
    settings.SANDBOX = False
    card = open_card(growth)
    settings.SANDBOX = True

    page = said(text_of(through_cashier(li, li.post(f"/growth/orders/{card.order.number}/pay"))))

    card.refresh_from_db()
    assert card.state == CardState.OPEN
    assert "Paid." in page


def test_another_members_receipt_is_not_found(growth: GrowthStage, li: Client) -> None:
    number = growth.buy("zhao").number

    assert li.get(f"/growth/receipts/{number}").status_code == 404
    assert li.post(f"/growth/orders/{number}/pay").status_code == 404


def test_a_card_is_bought_at_its_store_and_takes_its_part_off_bills(growth: GrowthStage, li: Client) -> None:
    plan = growth.card()
    assert "Buy for ¥299.00" in said(text_of(li.get(PAY)))

    through_cashier(li, li.post(f"{PAY}/cards/{plan.pk}", {"key": "card"}))
    page = pay(li, "100")

    assert "Bill ¥100.00, the card takes ¥20.00 off." in page
    assert Order.objects.order_by("-pk")[0].amount == 80 * YUAN
    assert balances(growth.members["li"].pk)["shopping_points", "free"] == (500 + 3 * 299 + 3 * 80) * YUAN


def test_a_card_is_not_sold_twice(growth: GrowthStage, li: Client) -> None:
    plan = growth.card()

    for key in ("one", "two"):
        page = text_of(through_cashier(li, li.post(f"{PAY}/cards/{plan.pk}", {"key": key})))

    assert "you have a card of this store, which is still good" in page
    assert Card.objects.count() == 1


def test_the_owner_confirms_what_a_card_gives_by_its_code(growth: GrowthStage, li: Client, owner: Client) -> None:
    code = asked_code(growth, li)
    looked = said(text_of(owner.post("/growth/store/teahouse/use", {"code": code})))
    assert CardUse.objects.get().state == UseState.ASKED

    owner.post("/growth/store/teahouse/use", {"code": code, "confirm": "1"})

    assert "What to give Coffee Price free Member 李**" in looked
    assert CardUse.objects.get().state == UseState.USED
    assert "Given today" in said(shown(owner, "store/teahouse/cards"))
    assert "had today" in said(shown(li, "cards"))
    assert "The store has confirmed it" in said(shown(li, f"cards/codes/{CardUse.objects.get().pk}"))


def test_a_wrong_code_is_refused_with_a_sentence(growth: GrowthStage, owner: Client) -> None:
    assert "this code is not good any more" in text_of(owner.post("/growth/store/teahouse/use", {"code": "000000"}))
    assert "The code has six digits." in text_of(owner.post("/growth/store/teahouse/use", {"code": "12"}))


def test_only_its_owner_sees_a_store_from_inside(growth: GrowthStage, li: Client) -> None:
    for page in ("", "/orders", "/poster", "/partners", "/shareholders", "/cards", "/use"):
        assert li.get(f"/growth/store/teahouse{page}").status_code == 404, page
    assert "My store" not in said(shown(li, "me"))
    assert "You own no store here" in said(shown(li, "store"))


def test_the_owner_of_one_store_is_led_to_it(growth: GrowthStage, owner: Client) -> None:
    assert owner.get("/growth/store")["Location"] == "/growth/store/teahouse"
    assert "My store" in said(shown(owner, "me"))


def test_the_owner_reads_turnover_commission_and_what_waits(growth: GrowthStage, owner: Client) -> None:
    growth.share("li", 4)
    growth.buy("li")
    growth.settle()
    growth.buy("zhao", 500)

    page = said(shown(owner, "store/teahouse"))

    assert "¥500.00 Commission ¥100.00 After commission ¥400.00 Not settled yet ¥400.00" in page
    assert "To shareholders, 58 % of turnover ¥23.20" in page  # 4 % of 58 % of 1,000
    assert "Paid to you ¥776.80" in page  # 800 after commission, less that


def test_orders_of_a_store_name_customers_as_others_see_them(growth: GrowthStage, owner: Client) -> None:
    growth.buy("li")

    page = said(shown(owner, "store/teahouse/orders"))

    assert "李**" in page
    assert "李雷" not in page


def test_the_poster_leads_to_paying_at_the_store(growth: GrowthStage, owner: Client) -> None:
    page = shown(owner, "store/teahouse/poster")

    assert "http://testserver/growth/s/teahouse" in page
    assert 'aria-label="QR code that leads to paying at this store"' in page


def test_partners_and_shareholders_are_listed(growth: GrowthStage, owner: Client) -> None:
    growth.share("li", 5, initiator=True)
    growth.buy("zhao", 5000)
    growth.settle()

    partners = said(shown(owner, "store/teahouse/partners"))
    holders = said(shown(owner, "store/teahouse/shareholders"))

    assert "赵**" in partners
    assert "bought ¥5,000.00" in partners
    assert "李** initiator" in holders
    assert "Head office what is not sold 95 %" in holders


def test_a_shareholder_and_a_partner_see_what_they_earned(growth: GrowthStage, li: Client) -> None:
    growth.share("li", 5, initiator=True)
    growth.buy("zhao", 5000)
    growth.settle()

    shares, partner = said(shown(li, "shares")), said(shown(growth.browser("zhao"), "partnerships"))

    assert "Of shares ¥145.00 Of managing ¥100.00 Together ¥245.00" in shares  # S1-E9
    assert "Tea house" in partner
    assert "Bought there ¥5,000.00" in partner


def test_a_card_of_the_owner_waits_for_an_operator(growth: GrowthStage, owner: Client) -> None:
    page = owner.get("/growth/store/teahouse/cards")
    form = {"key": key_in(page), "title": "茶卡", "price": "99", "days": "30", "visit_off": "10"}
    form |= {"points": "0", "special_title": "红茶", "special_price": "9.9", "free_days": "30"}

    added = said(text_of(owner.post("/growth/store/teahouse/cards", form, follow=True)))

    plan = CardPlan.objects.get()
    assert "It is sold once an operator has let it." in added
    assert "waits for an operator" in added
    assert (plan.price, plan.visit_off, plan.active) == (9_900, 1_000, False)
    assert [(item.title, item.price) for item in plan.items.all()] == [("红茶", 990)]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"visit_off": "100"}, "Type less than 100 percent."),
        ({"special_title": "红茶"}, "The special needs a name and a price above 0."),
        ({"days": "0"}, "Ensure this value is greater than or equal to 1."),
    ],
    ids=["all off", "special without a price", "no days"],
)
def test_a_card_that_makes_no_sense_is_refused(
    growth: GrowthStage, owner: Client, more: dict[str, str], why: str
) -> None:
    form = {"key": "k", "title": "茶卡", "price": "99", "days": "30", "visit_off": "10", **more}

    page = text_of(owner.post("/growth/store/teahouse/cards", form))

    assert why in page
    assert not CardPlan.objects.exists()


def test_an_owner_takes_a_card_off_sale_and_puts_it_back(growth: GrowthStage, owner: Client) -> None:
    plan = growth.card()
    address = f"/growth/store/teahouse/cards/{plan.pk}/switch"

    for button, active in (("stop", False), ("sell", True)):
        owner.post(address, {button: "1"})
        plan.refresh_from_db()
        assert plan.active is active


def test_stores_are_found_by_name(growth: GrowthStage, li: Client) -> None:
    assert "Tea house" in said(shown(li, "stores?q=tea"))
    assert "No store fits this" in said(shown(li, "stores?q=coffee"))


def test_every_field_of_the_payment_is_labelled(growth: GrowthStage, li: Client) -> None:
    growth.grant("li", "money", 100)

    page = read(li, "s/teahouse")

    unnamed = [one for one in page.fields if one.get("id") not in page.labels and not one.get("aria-label")]
    assert [one for one in unnamed if one.get("type") != "radio"] == []
