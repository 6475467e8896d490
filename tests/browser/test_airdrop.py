"""Airdrops: from registering over a pack, a store and a walk to what the unlocked credit buys (S2-01 … S2-46)."""

from datetime import date
from fractions import Fraction
from math import floor

from playwright.sync_api import Page, expect

from tests.bracelet import report_a_walk
from tests.browser.people import Member, Operator
from tests.browser.square import FIRST_VERSION, SPORT, STORE, TOKEN, first_day, found_wrong
from tests.browser.test_frame import CHECK
from tests.browser.visits import DESKTOP, NARROW, PHONE, Visits
from tests.running import Server

NEWCOMER, GUEST = "李雷", "Lily"
PAGES = ("", "weight", "token", "activate", "partner", "centers/apply", "nearby", "invite", "statement", "mall", "me")


def test_a_newcomer_activates_pays_shares_in_an_airdrop_walks_and_spends(square_visits: Visits, square: Server) -> None:
    """All in Chinese; every amount is computed beside the platform from the document's numbers."""
    owner, newcomer = (Member(square_visits.open(**PHONE), square, SPORT) for _ in range(2))
    operator = Operator(square_visits.open(**DESKTOP), square, square.operators[0], SPORT)
    day = first_day(square, SPORT)
    owner.log_in()
    expect(owner.page.locator(".hero")).to_be_visible()
    newcomer.register(owner.invite_link(), NEWCOMER)
    page = newcomer.page
    expect(page.locator(".hero")).to_contain_text("未激活")
    expect(page.locator(".hero .big")).to_have_text("300.00")  # S2-23
    _activate(newcomer)
    _pay_at_the_store(newcomer)
    operator.log_in()
    operator.settle_next_day()
    _share_in_the_airdrop(newcomer, day)
    _walk(newcomer)
    _unlock_and_spend(newcomer)
    _read_what_the_newcomer_brought(owner)
    assert found_wrong(square, SPORT) == []


def test_the_first_version_in_english_on_the_narrowest_phone(square_visits: Visits, square: Server) -> None:
    page = square_visits.open(locale="en-GB", **NARROW)
    owner, member = (Member(one, square, FIRST_VERSION) for one in (square_visits.open(**NARROW), page))
    owner.log_in()
    expect(owner.page.locator(".hero")).to_be_visible()
    member.register(owner.invite_link(), GUEST)
    expect(page.locator(".hero .big")).to_have_text("300.00")
    member.go("invite")
    expect(page.locator("main")).to_contain_text("activated")  # who may refer (S2-08)
    _buy(member, "Pack 99", pay="Pay now", receive="Confirm receipt", buy="Buy")
    member.go(f"s/{STORE}")
    page.fill("input[name=amount]", "0")
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.locator("main .error")).to_have_text("Type the amount of the bill.")
    page.fill("input[name=amount]", "1000")
    expect(page.locator("main form")).to_contain_text("1,000.00")  # ten times a concession of 100 (S2-D2)
    page.get_by_role("button", name="Pay", exact=True).click()
    member.pay_at_cashier()
    expect(page.locator("h1")).to_have_text("Receipt")
    member.go()
    expect(page.locator(".hero .big")).to_have_text("1,399.00")
    owner.go()
    expect(owner.page.locator(".hero .big")).to_have_text("699.00")  # 300 + 99 + a referral 100 + 200 as the store
    assert {path: wide for path in PAGES if (wide := _wide(page, f"/{FIRST_VERSION}/{path}"))} == {}
    assert found_wrong(square, FIRST_VERSION) == []


def _buy(member: Member, pack: str, *, pay: str, receive: str, buy: str) -> None:
    """Order a pack, pay it through Alipay, and confirm that it has come (S2-02, S2-22)."""
    page = member.page
    member.go("activate")
    page.get_by_role("link", name=f"{buy} {pack}", exact=True).click()
    member.say_where_to()
    page.click("main form button")
    page.get_by_role("button", name=pay).click()
    member.pay_at_cashier()
    page.get_by_role("button", name=receive).click()
    expect(page.get_by_role("button", name=receive)).to_have_count(0)


def _activate(member: Member) -> None:
    _buy(member, "服务卡A", pay="立即付款", receive="确认收货", buy="购买")
    member.go()
    expect(member.page.locator(".hero")).to_contain_text("已激活")
    expect(member.page.locator(".hero .big")).to_have_text("399.00")
    expect(member.page.locator(".hero")).to_contain_text("199.00")  # frozen: 100 for registering, 99 of the card


def _pay_at_the_store(member: Member) -> None:
    page = member.page
    member.go(f"s/{STORE}")
    page.fill("input[name=amount]", "1000")
    page.get_by_role("button", name="付款", exact=True).click()
    member.pay_at_cashier("wechat_pay")
    expect(page.locator("h1")).to_have_text("收据")


def _share_in_the_airdrop(member: Member, day: date) -> None:
    """A day's part of the first year's 150,000, by 399 of 399 + 300 + 99 + 100 + 10 % of 1099 (S2-17, S2-33)."""
    days = (day.replace(year=day.year + 1) - day).days if (day.month, day.day) != (2, 29) else 366
    quantity = 150_000 * TOKEN // days
    share = floor(quantity * Fraction(399) / Fraction("1007.9"))
    page = member.page
    member.go()
    expect(page.locator(".hero .big")).to_have_text("0.00")  # used up (S2-28)
    member.go("weight")
    for text in ("399.00", "1,007.90", _tokens(quantity), _tokens(share)):
        expect(page.locator("main")).to_contain_text(text)
    member.go("token")
    expect(page.locator(".hero .big")).to_have_text(_tokens(share))
    page.locator("ul.rows a", has_text="空投").first.click()
    expect(page.locator("dialog .why")).to_contain_text("1,007.9")


def _walk(member: Member) -> None:
    """Pair a bracelet and walk for an hour; its program is the one of the how-to (S2-44, S2-45, S2-47)."""
    page = member.page
    member.go("sport/devices")
    page.fill("#title", "蓝色手环")
    page.locator("main form button").last.click()
    device, pairing, address = page.locator("#paired dl code").all_inner_texts()
    printed = report_a_walk(
        address=address, device=device, pairing=pairing, secret=page.locator("#secret").input_value()
    )
    assert printed.startswith("200 "), printed
    member.go("sport/records")
    page.locator("#records details summary").first.click()
    expect(page.locator("#records dl").first).to_contain_text(f"蓝色手环 · {device}")
    expect(page.locator("#records dl").first).to_contain_text("2.00 挑战金")


def _unlock_and_spend(member: Member) -> None:
    """Two points are unlocked, become 1.94 of shopping credit, and pay for a bottle of water in part (S2-42, S2-43)."""
    page = member.page
    member.go("challenge")
    expect(page.locator(".hero .big")).to_have_text("197.00")
    page.get_by_role("link", name="兑换").click()
    page.fill("input[name=amount]", "2")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="确认").click()
    member.go("wallets")
    expect(page.locator("main")).to_contain_text("1.94")
    member.go("mall/water")
    member.say_where_to()
    page.fill("input[name=points]", "1.94")
    page.click("main form button")
    expect(page.locator("main dl").first).to_contain_text("¥8.06")
    page.get_by_role("button", name="立即付款").click()
    member.pay_at_cashier()
    expect(page.locator("main")).to_contain_text("已确认")
    member.go("wallets/shopping_credit")
    expect(page.locator("main")).to_contain_text("-1.94")


def _read_what_the_newcomer_brought(owner: Member) -> None:
    """10 % of 1099 in weight, 0.1 % in tokens out of the reserve, and ten points unlocked (S2-25, S2-29, S2-38)."""
    owner.go("statement")
    for amount in ("+109.90", "+1.099", "+10.00"):
        expect(owner.page.locator("#lines .amount").get_by_text(amount, exact=True).first).to_be_visible()


def _tokens(minor: int) -> str:
    """Return tokens as pages show them: two decimals at least."""
    whole, decimals = divmod(minor, TOKEN)
    return f"{whole:,}.{f'{decimals:08}'.rstrip('0').ljust(2, '0')}"


def _wide(page: Page, address: str) -> int:
    """Return by how many pixels a page is wider than the screen."""
    page.goto(address)
    return int(page.evaluate(CHECK)["wide"])
