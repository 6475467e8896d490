"""The console's pages of stores: registered, changed, sold in parts and with cards (S1-17, S1-27 … S1-36)."""

import re
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client

from jifen.backoffice.roles import ROLES
from jifen.members.models import Operator
from jifen.sales.models import Order
from jifen.storefront.models import Card, CardPlan, ShareProposal
from jifen.storefront.plans import add_own_plan
from jifen.storefront.shares import sold_bp
from jifen.stores.models import Patron, Store
from tests.backoffice.office import LOGIN, Office, send, text_of
from tests.sales.shop import YUAN
from tests.storefront.street import PLAN, Street, open_street

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}(?: [a-z]+)*")
NAMES = re.compile(
    r"English en|简体中文|消费增值积分|门店cafe|深圳市|罗湖区|广东省|Coffee card|Coffee|Cake|Lunch"
    r"|咖啡卡|咖啡|蛋糕|套餐"
    r"|购物积分|\S+/\S+|\b(?:approver|auditor|chief|finance|operator|system|wang|li)\b|Olga|Rita|Ann|Ben|Ivy"
)
SEEING = ("operator", "finance", "approver", "auditor")


class Town(Street):
    """A street with operators of every role at their desks."""

    def desk(self, role: str, *, language: str = "en") -> Client:
        """Return a browser in which an operator of a role has logged in."""
        operator, new = Operator.objects.get_or_create(username=role, defaults={"is_staff": True})
        if new:
            operator.is_superuser = role == "chief"
            operator.set_password(LOGIN)
            operator.save()
            operator.groups.set(Group.objects.filter(name=role))
        client = Client(headers={"accept-language": language})
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        client.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def address(self, rest: str = "") -> str:
        """Return the address of a page of the programme."""
        return f"/console/p/{self.programme.code}/{rest}"

    @property
    def shop(self) -> str:
        """The address of the café's page."""
        return self.address(f"stores/{self.cafe.pk}/")


@pytest.fixture
def town(db: None) -> Town:
    street = open_street()
    return Town(street.programme, street.wang, street.li)


@pytest.fixture
def busy(town: Town) -> Town:
    """A town in which something of everything has happened."""
    town.sell("Ivy", 500, 49_800, initiator=True)
    town.propose("Ben", 400, 32_800)
    town.pay("Ann", town.cafe, 1_234)
    card = town.card("Ann")
    town.use("Ann", card, "Coffee")
    town.pay("Ben", town.cafe, 200)
    Patron.objects.filter(member_id=town.member("Ann")).update(partner=True, partner_since=date(2026, 11, 1))
    return town


def addresses(town: Town) -> list[str]:
    """Return the address of every page of stores."""
    proposals = [f"shares/{one}/" for one in ShareProposal.objects.values_list("pk", flat=True)]
    own = ["stores/", "shares/", f"stores/{town.cafe.pk}/cards/", *proposals]
    return [town.shop, *(town.address(one) for one in own)]


def test_a_store_is_registered(town: Town) -> None:
    town.member("Olga")
    town.member("Rita")

    said = send(
        town.desk("operator"),
        town.address("stores/"),
        "register",
        code="cafe",
        title="咖啡馆",
        title_en="Café",
        owner="13800000000",
        referrer=town.code("Rita"),
        region="罗湖区",
        phone="",
        rate="18",
    )

    store = Store.objects.get()
    assert "Registered. The store sells from now on." in said
    assert (store.owner_id, store.referrer_id) == (town.member("Olga"), town.member("Rita"))
    assert (store.region, f"{store.rate:.2f}") == ("440303", "0.18")
    assert "registered a store" in text_of(town.desk("auditor").get("/console/acts/"))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"rate": "3.99"}, "the commission is between 0.04 and 1"),
        ({"owner": "13999999999"}, "nobody in this programme has the phone or code 13999999999"),
        ({"region": "Atlantis"}, "There is no such region."),
        ({"region": "鼓楼区"}, "Several regions are called so: "),
        ({"reason": ""}, "This field is required."),
        ({"code": "a b"}, "letters, digits, - and _ only"),
    ],
)
def test_what_no_store_is_is_said_on_the_form(town: Town, values: dict[str, str], why: str) -> None:
    fields = {"code": "cafe", "title": "咖啡馆", **values}

    said = send(town.desk("operator"), town.address("stores/"), "register", **fields)

    assert why in said
    assert not Store.objects.exists()


def test_stores_are_found_and_show_what_they_sold_today(busy: Town) -> None:
    busy.register("bar", rate=None, title="酒吧")
    desk, address = busy.desk("auditor"), busy.address("stores/")

    def found(**query: str) -> list[bool]:
        page = text_of(desk.get(address, query))
        return ["门店cafe" in page, "酒吧" in page]

    assert found() == [True, True]
    assert found(q="CAFE") == [True, False]
    assert found(q="酒") == [False, True]
    assert found(q=busy.code("Olga")) == [True, False]
    assert found(q="M999999") == [False, False]
    assert found(state="closed") == [False, False]
    assert "3 ¥1,734.00" in text_of(desk.get(address, {"q": "cafe"}))
    book = ZipFile(BytesIO(desk.get(address, {"export": "xlsx"}).content))
    assert "门店cafe" in book.read("xl/sharedStrings.xml").decode()


def test_one_page_tells_everything_of_a_store(busy: Town) -> None:
    page = text_of(busy.desk("auditor").get(busy.shop))

    assert "¥1,734.00" in page  # turnover
    assert "¥346.80" in page  # commission: 246.80 + 60 + 40
    assert "¥1,387.20 of ¥1,734.00 turnover, paid with the next close" in page
    assert "广东省深圳市罗湖区" in page
    assert "head office 95 %" in page
    assert f"{busy.code('Ivy')} Ivy · initiator 5 %" in page
    assert f"{busy.code('Ann')} Ann 2026-11-01 by purchases ¥1,534.00" in page
    assert f"{busy.code('Ben')} Ben ¥200.00 ¥4,800.00" in page
    assert "by purchases of ¥5,000.00; all get the same" in page
    assert "1 on sale, 1 with members" in page
    assert Order.objects.filter(store=busy.cafe).latest("pk").number in page


def test_a_store_is_changed_closed_and_opened_again(town: Town) -> None:
    desk = town.desk("operator")

    changed = send(desk, town.shop, "change", title="新名", rate="25", reason="new contract")
    closed = send(desk, town.shop, "close", reason="holidays")
    opened = send(desk, town.shop, "open", reason="back")

    assert "Changed. Orders that were placed keep their commission." in changed
    assert "The store sells no more." in closed
    assert "The store sells again." in opened
    store = Store.objects.get()
    assert (store.title, f"{store.rate:.2f}", store.active) == ("新名", "0.25", True)


def test_shares_are_sold_by_two_people(town: Town) -> None:
    town.member("Ivy")
    proposed = send(
        town.desk("operator"), town.shop, "sell", member=town.code("Ivy"), share="5", amount="49800", initiator="on"
    )
    page = town.address(f"shares/{ShareProposal.objects.get().pk}/")

    own = text_of(town.desk("operator").get(page))
    approved = send(town.desk("approver"), page, "approve")

    assert "Proposed. Another operator approves it." in proposed
    assert "Approve" not in own.split("What you can do")[-1]
    assert "Approved. It counts from now on." in approved
    assert sold_bp(town.cafe.pk) == 500
    assert town.money("reserve") == 49_800 * YUAN
    assert "5 % as initiator ¥49,800.00 approved" in text_of(town.desk("finance").get(town.address("shares/")))


def test_whoever_proposed_reads_why_somebody_else_decides(town: Town) -> None:
    proposal = send(town.desk("chief"), town.shop, "sell", member=town.code("Ivy"), share="5", amount="1")
    page = town.address(f"shares/{ShareProposal.objects.get().pk}/")

    shown, sent = text_of(town.desk("chief").get(page)), send(town.desk("chief"), page, "approve")

    assert "Proposed." in proposal
    assert "You proposed it, so another operator must decide." in shown
    assert "Approved." not in sent
    assert sold_bp(town.cafe.pk) == 0


def test_what_waits_for_a_decision_is_counted_at_the_side(busy: Town) -> None:
    page = busy.desk("approver").get(busy.address("shares/")).content.decode()

    assert re.search(r"Shares of stores.*?>\s*1\s*<", page, re.DOTALL)


def test_a_proposal_is_rejected_with_a_reason(busy: Town) -> None:
    waiting = ShareProposal.objects.get(state="proposed")

    said = send(busy.desk("approver"), busy.address(f"shares/{waiting.pk}/"), "reject", reason="no money came")

    assert "Rejected. Nothing was posted." in said
    assert "no money came" in said


def test_shares_are_given_up_by_two_people(busy: Town) -> None:
    send(busy.desk("operator"), busy.shop, "return", member=busy.code("Ivy"))
    page = busy.address(f"shares/{ShareProposal.objects.latest('pk').pk}/")

    said = send(busy.desk("approver"), page, "approve")

    assert "Approved." in said
    assert sold_bp(busy.cafe.pk) == 0


def test_a_card_is_added_stopped_and_sold_again(town: Town) -> None:
    desk, page = town.desk("operator"), town.address(f"stores/{town.cafe.pk}/cards/")

    added = send(
        desk,
        page,
        "add",
        title="咖啡卡",
        title_en="Coffee card",
        price="300",
        days="365",
        points="500",
        visit_off="20",
        goods_price="78",
        sourced_share="70",
        free="Coffee, 90\n蛋糕，365，2",
        special="Lunch",
        special_price="9.9",
    )
    plan = CardPlan.objects.get()
    stopped = send(desk, page, f"stop{plan.pk}", reason="over")
    again = send(desk, page, f"sell{plan.pk}", reason="again")

    assert "Added. The card is on sale." in added
    assert "500.00 shopping points; 20 % off every bill; the store's products at 78 %" in added
    assert "Coffee free, once a day for 90 days; 蛋糕 free, once a day for 365 days, 2 times in all" in added
    assert "Lunch at ¥9.90, one a day" in added
    assert (plan.points, plan.visit_off, plan.goods_price, plan.sourced_share) == (50_000, 2000, 7800, 7000)
    assert "The card is sold no more." in stopped
    assert "The card is on sale." in again


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"sourced_share": "71"}, "points pay at most 0.7 of a product of the platform"),
        ({"free": "Coffee"}, "Write each line as: coffee, 90"),
        ({"free": "Coffee, 90, 0"}, "Write each line as: coffee, 90"),
        ({"special": "Lunch"}, "A special has a name and a price."),
        ({"price": "0"}, "greater than or equal to 0.01"),
    ],
)
def test_what_no_card_is_is_said_on_the_form(town: Town, values: dict[str, str], why: str) -> None:
    page = town.address(f"stores/{town.cafe.pk}/cards/")

    said = send(town.desk("operator"), page, "add", **{"title": "卡", "price": "300", "days": "365", **values})

    assert why in said
    assert not CardPlan.objects.exists()


def test_the_card_of_an_owner_waits_for_an_operator(town: Town) -> None:
    page = town.address(f"stores/{town.cafe.pk}/cards/")
    plan = add_own_plan(member_id=town.member("Olga"), code="cafe", plan=PLAN, key="own")

    shown = text_of(town.desk("auditor").get(page))
    send(town.desk("operator"), page, f"sell{plan.pk}")

    assert "waits for an operator" in shown
    assert CardPlan.objects.get().active


def test_the_order_of_a_card_is_confirmed_and_refunded_at_the_console(town: Town, settings: object) -> None:
    settings.SANDBOX = False  # type: ignore[attr-defined]  # of the fixture
    card = town.card("Ann")
    page = town.address(f"orders/{card.order.number}/")

    confirmed = send(town.desk("operator"), page, "confirm")
    state = Card.objects.get().state
    send(town.desk("operator"), page, "refund", amount="300")

    assert "The payment is confirmed" in confirmed
    assert (state, Card.objects.get().state) == ("open", "closed")
    assert town.has("Ann", "shopping_points") == 0


def test_what_was_had_today_is_listed(busy: Town) -> None:
    page = text_of(busy.desk("auditor").get(busy.address(f"stores/{busy.cafe.pk}/cards/")))

    assert f"{busy.code('Ann')} Ann Coffee" in page
    assert f"{busy.code('Ann')} Ann Coffee card open" in page


@pytest.mark.parametrize("role", list(ROLES))
def test_a_role_opens_its_pages_and_no_others(busy: Town, role: str) -> None:
    desk = busy.desk(role)

    seen = {desk.get(address).status_code for address in addresses(busy)}

    assert seen == ({200} if role in SEEING else {403})


@pytest.mark.parametrize(("role", "action"), [("auditor", "close"), ("finance", "change"), ("approver", "sell")])
def test_a_role_does_no_more_than_it_may(town: Town, role: str, action: str) -> None:
    answer = town.desk(role).post(town.shop, {"action": action, f"{action}-reason": "so", f"{action}-key": "1"})

    assert answer.status_code == 403
    assert Store.objects.get().active


def test_what_belongs_to_another_programme_is_not_found(busy: Town, office: Office) -> None:
    desk = busy.desk("chief")

    for address in addresses(busy):
        if not address.endswith(("/stores/", "/shares/")):
            other = address.replace(busy.programme.code, office.programme.code, 1)
            assert desk.get(other).status_code == 404, other


def test_a_programme_without_stores_does_not_offer_them(office: Office) -> None:
    assert "Shares of stores" not in text_of(office.desk("chief").get(office.address("members/")))


def test_the_pages_speak_one_language(busy: Town) -> None:
    english, chinese = busy.desk("chief"), busy.desk("chief", language="zh-hans")

    for address in addresses(busy):
        left = ENGLISH.findall(NAMES.sub(" ", text_of(chinese.get(address))))
        assert left == [], address
        assert CHINESE.findall(NAMES.sub(" ", text_of(english.get(address)))) == [], address
