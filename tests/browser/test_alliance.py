"""An alliance on two phones: a card is opened, a sale brings coins, they buy goods, the period is settled (S3)."""

import re
from decimal import Decimal

from playwright.sync_api import expect

from tests.browser.people import Member, Operator
from tests.browser.visits import DESKTOP, PHONE, Visits
from tests.counter.market import CODE, LOGIN, PHONES
from tests.databases import connected_to
from tests.running import Server

MEMBER, MOBILE = "韩梅梅", "13655550001"
OIL = 12_000  # minor units
OFFICE = ("lin", "he")


def test_a_card_a_sale_coins_goods_and_the_period(bazaar_visits: Visits, bazaar: Server) -> None:
    """Every figure is computed here from the document's numbers: ratio 0.4, coins for 1 yuan, 3 % of sales."""
    _prepare(bazaar)
    store, member = (Member(bazaar_visits.open(**PHONE), bazaar, CODE) for _ in range(2))
    clerk, other = (Operator(bazaar_visits.open(**DESKTOP), bazaar, name, CODE) for name in OFFICE)
    store.phone = PHONES["sun"]
    store.log_in()
    for operator in (clerk, other):
        operator.log_in()
    number = _open_a_card(store, clerk)
    _bind_it(member, number)
    _sell_for_too_few_coins(store, member, number)
    _pay_what_is_owed(store)
    _take_goods(member)
    clerk.settle_next_day()
    _settle_the_period(store, clerk, other)
    assert _wrong(bazaar) == []


def _open_a_card(store: Member, clerk: Operator) -> str:
    """The store applies for five cards and pays ten yuan; head office approves; the first one is opened."""
    page = store.page
    store.go("counter/tea/cards")
    page.fill("input[name=count]", "5")
    page.locator("main form .button", has_text="申请").click()
    page.get_by_role("button", name="支付 ¥10.00").click()
    store.pay_at_cashier()
    clerk.go("card-ranges/")
    clerk.page.locator('.jf-table a[href*="/card-ranges/"]').first.click()
    block = clerk.page.locator("details:has(input[name=action][value=approve])")
    if block.get_attribute("open") is None:
        block.locator("summary").click()
    clerk.page.locator("[name=approve-batch]").select_option(index=1)
    clerk.act("approve", reason="第一批")
    store.go("counter/tea/cards/open")
    number = page.locator("input[name=number]").input_value()
    assert re.fullmatch(r"8801\d{6}", number)
    page.fill("input[name=name]", MEMBER)
    page.fill("input[name=mobile]", MOBILE)
    page.get_by_role("button", name="确认开卡").click()
    expect(page.locator("main")).to_contain_text(_spaced(number))
    return number


def _bind_it(member: Member, number: str) -> None:
    """The member binds the card by the code that came to the phone, and sees it on the first page (S3-19)."""
    page = member.page
    member.go("member-card/bind")
    page.fill("input[name=text]", number)
    page.get_by_role("button", name="发送验证码").click()
    page.fill("input[name=code]", member.code("any"))
    page.fill("input[name=password]", LOGIN)
    page.get_by_role("button", name="绑定会员卡").click()
    member.go()
    expect(page.locator(".hero")).to_contain_text(_spaced(number))
    expect(page.locator(".hero .big")).to_have_text("0.00")


def _sell_for_too_few_coins(store: Member, member: Member, number: str) -> None:
    """With 150 coins a sale of 500 counts and brings nothing yet: 200 are owed (S3-D2)."""
    page = store.page
    _buy_coins(store, "150")
    store.go("counter/tea/sale")
    page.fill("input[name=card]", number)
    page.fill("input[name=amount]", "500")
    page.get_by_role("button", name="确认收款").click()
    expect(page.locator("[data-part=done] .notice")).to_contain_text("200.00")
    member.go()
    expect(member.page.locator(".hero .big")).to_have_text("0.00")
    expect(member.page.locator(".hero")).to_contain_text("200.00")


def _buy_coins(store: Member, coins: str) -> None:
    """One yuan each, for a direct store."""
    page = store.page
    store.go("counter/tea/points/buy")
    page.fill("input[name=points]", coins)
    expect(page.locator("main form")).to_contain_text(f"¥{coins}.00")
    page.get_by_role("button", name="付款购买").click()
    store.pay_at_cashier("wechat_pay")
    expect(page.locator("main form input[name=points]")).to_have_count(0)


def _pay_what_is_owed(store: Member) -> None:
    page = store.page
    _buy_coins(store, "100")
    store.go("counter/tea/points/owed")
    expect(page.locator(".hero .big")).to_have_text("200.00")
    page.get_by_role("button", name=re.compile("补发")).first.click()
    store.go("counter/tea")
    expect(page.locator(".hero .big")).to_have_text("50.00")


def _take_goods(member: Member) -> None:
    """Found by a part of its name, the oil takes 120 of 200 coins; its page knows no money (S3-15, S3-16)."""
    page = member.page
    member.go("mall?q=茶籽")
    expect(page.locator("main")).not_to_contain_text("¥")
    page.locator("main a", has_text="山茶籽油").first.click()
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("main .sum")).to_contain_text("80.00")
    page.locator("button[name=confirm]").click()
    expect(page.locator("main")).to_contain_text("120.00")
    member.go()
    expect(page.locator(".hero .big")).to_have_text("80.00")


def _settle_the_period(store: Member, clerk: Operator, other: Operator) -> None:
    """3 % of 500 are 15.00: settled and invoiced at head office, paid on the store's phone (S3-17)."""
    clerk.go("points-of-stores/")
    clerk.page.locator(".jf-table a", has_text="龙井茶馆").first.click()
    clerk.page.locator('a[href$="/open-period/"]').first.click()
    clerk.act("close")
    clerk.go("periods/")
    clerk.page.locator('.jf-table a[href*="/periods/"]').first.click()
    expect(clerk.page.locator("body")).to_contain_text("15.00")
    clerk.act("invoice", number="INV-1")
    page = store.page
    store.go("counter/tea/periods")
    page.locator("main a", has_text="¥15.00").first.click()
    expect(page.locator("main")).to_contain_text(MEMBER[0])
    page.get_by_role("button", name="支付 ¥15.00").click()
    store.pay_at_cashier()
    expect(page.locator(".tag", has_text="已付").first).to_be_visible()
    other.go("periods/")
    expect(other.page.locator(".jf-table")).to_contain_text("INV-1")


def _prepare(server: Server) -> None:
    """Open one more direct store, goods in the catalogue, and the console for two operators."""
    from jifen.cli.online.demo import ROLES
    from jifen.cli.online.operators import create_operator
    from jifen.members.models import Operator as Person
    from jifen.programmes.models import Programme
    from jifen.sales.models import Product
    from jifen.storefront.people import member_of
    from jifen.storefront.registering import register_store

    with connected_to(server.database):
        programme = Programme.objects.get(code=CODE)
        for name in OFFICE:
            create_operator(name, LOGIN, roles=ROLES)
        owner = member_of(programme.pk, PHONES["sun"])
        register_store(
            new={
                "programme_id": programme.pk,
                "code": "tea",
                "owner": owner.code,
                "referrer": "",
                "region": "330106",
                "type": "store",
                "branch": "",
            },
            title="龙井茶馆",
            title_en="Dragon Well",
            address="",
            phone="",
            rate=None,
            ratio=Decimal("0.4"),
            operator_id=Person.objects.get(username=OFFICE[0]).pk,
            reason="已签约",
        )
        Product.objects.create(
            programme=programme,
            code="oil",
            zone="redemption",
            title="山茶籽油 1 升",
            title_en="Camellia oil, 1 l",
            price=OIL,
            stock=3,
        )


def _spaced(number: str) -> str:
    """Return a card number as pages show it: 8801 0000 20."""
    return " ".join(re.findall(r"\d{1,4}", number))


def _wrong(server: Server) -> list[str]:
    """Return what the check of the books finds."""
    from jifen.programmes.models import Programme
    from jifen.settlement.verify import verify

    with connected_to(server.database):
        return [str(problem) for problem in verify(Programme.objects.get(code=CODE).pk)]
