"""Points with a price: from the QR code of a store over sale and forced exit to the close that pays the store (S1)."""

from fractions import Fraction
from math import floor

from playwright.sync_api import Page, expect

from tests.browser.people import Member, Operator
from tests.browser.street import OWNER, POINT, STORE, TITLE, YUAN, Pool, bound_to, found_wrong
from tests.browser.test_frame import CHECK
from tests.browser.visits import DESKTOP, NARROW, PHONE, Visits
from tests.running import Server

CODE, ABROAD = "growth", "abroad"
FIRST, SECOND = "李雷", "韩梅梅"
SOLD_BY_RULES = "您的积分已按规则卖出"
PAGES = ("", "growth", "growth/holding", "growth/sell", "stores", f"s/{STORE}", "statement", "mall", "me", "invite")


def test_a_newcomer_pays_sells_and_is_made_to_sell_and_the_store_is_paid(
    street_visits: Visits, high_street: Server
) -> None:
    """All in Chinese; every amount is computed beside the platform (S1-01 … S1-12, S1-18, S1-19, S1-27)."""
    owner, first, second = (Member(street_visits.open(**PHONE), high_street, CODE) for _ in range(3))
    one, other = (Operator(street_visits.open(**DESKTOP), high_street, name, CODE) for name in high_street.operators)
    owner.log_in()
    expect(owner.page.locator(".hero")).to_be_visible()
    pool = Pool()
    _come_in_by_the_code(owner, first)
    assert bound_to(high_street, CODE, FIRST) == (STORE, OWNER)
    mine = _first_order(first, pool)
    link = first.invite_link()
    second.register(link, SECOND)
    expect(second.page.locator(".hero")).to_be_visible()
    assert bound_to(high_street, CODE, SECOND) == ("", FIRST)
    pay(second, 1000, pool)
    _price_has_risen(first, pool)
    balance = _sell(first, pool)
    mine -= 20 * POINT
    pay(second, 500, pool)
    for operator in (one, other):
        operator.log_in()
    balance += _forced_exit(first, (one, other), pool, mine)
    _buy_again(first, pool, balance)
    one.settle_next_day()
    _read_what_the_day_brought(owner, first)
    assert found_wrong(high_street, CODE) == []


def test_mistakes_are_told_in_english_on_the_narrowest_phone(street_visits: Visits, high_street: Server) -> None:
    page = street_visits.open(locale="en-GB", **NARROW)
    guest = street_visits.open(locale="en-GB", **NARROW)
    assert _wide(guest, f"/{ABROAD}/s/{STORE}") == 0
    expect(guest.locator("main")).to_contain_text("this store then stays your home store")
    member = Member(page, high_street, ABROAD)
    member.register(f"/{ABROAD}/join?store={STORE}", "Lily")
    expect(page.locator("h1")).to_have_text("Pay at a store")

    page.fill("input[name=amount]", "0")
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.locator("main .error")).to_have_text("Type the amount of the bill.")
    expect(page.locator("input[name=amount]")).to_have_value("0")
    pool = Pool()
    minted = pool.buy(1000)
    page.fill("input[name=amount]", "1000")
    expect(page.locator("main form")).to_contain_text(points(minted))
    page.get_by_role("button", name="Pay", exact=True).click()
    member.pay_at_cashier()
    expect(page.locator("h1")).to_have_text("Receipt")
    assert page.evaluate(CHECK)["wide"] == 0

    member.go("growth/sell")
    page.fill("input[name=amount]", points(minted + 1))
    page.get_by_role("button", name="Look at it once more").click()
    expect(page.locator("main .error")).to_have_text("too few free points")
    expect(page.locator("input[name=amount]")).to_have_value(points(minted + 1))
    assert page.evaluate(CHECK)["wide"] == 0
    member.go()
    expect(page.locator(".hero .big")).to_have_text(yuan(pool.worth(minted)))
    assert {path: wide for path in PAGES if (wide := _wide(page, f"/{ABROAD}/{path}"))} == {}


def pay(member: Member, amount: int, pool: Pool) -> int:
    """Pay an amount at the store through Alipay; look at quote and receipt; return the points."""
    page, minted = member.page, pool.buy(amount)
    member.go(f"s/{STORE}")
    page.fill("input[name=amount]", str(amount))
    expect(page.locator("main form dl")).to_contain_text(points(minted))
    page.get_by_role("button", name="付款", exact=True).click()
    member.pay_at_cashier()
    expect(page.locator("h1")).to_have_text("收据")
    receipt = page.locator("main dl.pairs")
    expect(receipt).to_contain_text(points(minted))
    expect(receipt).to_contain_text(plain(3 * amount * YUAN))  # shopping points (S1-24)
    return minted


def plain(minor: int) -> str:
    """Return an amount with two decimals."""
    return f"{minor // 100:,}.{minor % 100:02}"


def yuan(fen: int) -> str:
    """Return money as pages show it."""
    return f"¥{plain(fen)}"


def points(minor: int) -> str:
    """Return points as pages show them: two decimals at least."""
    return shortened(f"{minor // POINT:,}.{minor % POINT:08}")


def price(exact: Fraction, places: int = 4) -> str:
    """Return a price as pages show it: so many decimals, rounded down."""
    number = floor(exact * 10**places)
    return f"¥{shortened(f'{number // 10**places:,}.{number % 10**places:0{places}}')}"


def shortened(text: str) -> str:
    """Return a number without zeros at its end beyond two decimals."""
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def _come_in_by_the_code(owner: Member, newcomer: Member) -> None:
    """Scan the poster of the store while nobody is logged in, and register (S1-19)."""
    owner.go(f"store/{STORE}/poster")
    page = newcomer.page
    page.goto(owner.page.locator("#link").input_value())
    expect(page.locator("main")).to_contain_text(TITLE)
    page.get_by_role("link", name="注册").click()
    expect(page.locator("main")).to_contain_text(f"您来自门店：{TITLE}")
    newcomer.register(page.url, FIRST)
    expect(page.locator("h1")).to_have_text("到店付款")
    expect(page.locator("main")).to_contain_text(TITLE)


def _first_order(member: Member, pool: Pool) -> int:
    """Of 1000 the pool gets 160, which buy 112 points at 1 (S1-E1, S1-E2)."""
    page, minted = member.page, pay(member, 1000, pool)
    assert (minted, pool.price) == (112 * POINT, Fraction(160, 112))
    member.go("growth")
    expect(page.locator(".hero .big")).to_have_text(price(pool.price))
    expect(page.locator(".hero")).to_contain_text(yuan(pool.money))
    member.go("growth/holding")
    expect(page.locator("main")).to_contain_text(yuan(pool.worth(minted)))
    exit_at = 1200 * YUAN
    expect(page.locator("progress")).to_have_attribute("value", str(1000 * pool.worth(minted) // exit_at))
    expect(page.locator("main")).to_contain_text(yuan(exit_at))
    return minted


def _price_has_risen(member: Member, pool: Pool) -> None:
    """After the second order the price is 320 ÷ 190.4 (S1-E3)."""
    assert pool.price == Fraction(3200, 1904)
    member.go("growth")
    expect(member.page.locator(".hero .big")).to_have_text(price(pool.price))


def _sell(member: Member, pool: Pool) -> int:
    """Sell 20 points: look at what is paid, confirm, read why; return what was paid, in fen (S1-07, S1-08)."""
    page, before = member.page, pool.price
    paid = pool.sell(20 * POINT)
    member.go("growth/sell")
    page.fill("input[name=amount]", "20")
    expect(page.locator("main form dl.pairs")).to_contain_text(yuan(paid))
    page.get_by_role("button", name="下一步：核对").click()
    review = page.locator("main dl.pairs").last
    expect(review).to_contain_text(yuan(paid))
    expect(review).to_contain_text(f"{price(before)} → {price(pool.price)}")
    page.get_by_role("button", name="确认出售").click()
    expect(page.locator("#toasts")).to_contain_text(yuan(paid))
    page.locator("#sales li a").first.click()
    why = page.locator("#sheet-body")
    for number in (plain(paid), price(before, 12).lstrip("¥")):
        expect(why).to_contain_text(number)
    member.go()
    expect(page.locator(".hero")).to_contain_text(plain(paid))
    member.go("growth")
    expect(page.locator(".hero .big")).to_have_text(price(pool.price))
    assert pool.price > before
    return paid


def _forced_exit(member: Member, operators: tuple[Operator, Operator], pool: Pool, mine: int) -> int:
    """Let outside money raise the price to where the first one's points are worth 1.2 times 1000 (S1-09, S1-12)."""
    one, other = operators
    amount = 2300 * YUAN
    one.go("injections/")
    one.act("inject", reason="外部资金到账", amount="2300")
    expect(one.page.locator("body")).to_contain_text("等待另一位操作员批准")
    other.go("injections/")
    other.page.locator(".jf-table tbody a").first.click()
    other.act("approve")
    expect(other.page.locator("body")).to_contain_text("已批准并入账")
    pool.money += amount
    exit_price = pool.price
    assert pool.worth(mine) >= 1200 * YUAN
    paid = pool.sell(mine)
    assert paid == floor(Fraction(mine, POINT) * exit_price * 80)
    other.go("pool/exits/")
    row = other.page.locator(".jf-table tbody tr")
    expect(row).to_have_count(1)
    for text in (FIRST, yuan(paid), "1,000.00", points(mine)):
        expect(row).to_contain_text(text)
    _see_the_exit(member, paid)
    other.go("pool/")
    expect(other.page.locator("body")).to_contain_text(yuan(pool.money))
    return paid


def _see_the_exit(member: Member, paid: int) -> None:
    page = member.page
    for path in ("", "growth/holding"):
        member.go(path)
        expect(page.locator("main")).to_contain_text(SOLD_BY_RULES)
    member.go("growth/sell")
    newest = page.locator("#sales li").first
    expect(newest).to_contain_text("按规则卖出")
    expect(newest).to_contain_text(f"+{yuan(paid)}")


def _buy_again(member: Member, pool: Pool, balance: int) -> None:
    """Pay 100 out of the balance: it counts at once, and counts anew (S1-10)."""
    page, minted = member.page, pool.buy(100)
    member.go(f"s/{STORE}")
    page.fill("input[name=amount]", "100")
    page.check("input[name=points_kind][value=money]")
    page.fill("input[name=points]", "100")
    expect(page.locator("main form dl .sum")).to_contain_text(yuan(0))
    page.get_by_role("button", name="付款", exact=True).click()
    expect(page.locator("h1")).to_have_text("收据")
    expect(page.locator("main dl.pairs")).to_contain_text(points(minted))
    member.go()
    expect(page.locator(".hero .big")).to_have_text(yuan(pool.worth(minted)))
    expect(page.locator(".hero")).to_contain_text(plain(balance - 100 * YUAN))
    member.go("growth/holding")
    spent = page.locator("dl.pairs div", has_text="对应消费").locator("dd")
    expect(spent).to_have_text(yuan(100 * YUAN))
    expect(page.locator("main")).not_to_contain_text(SOLD_BY_RULES)
    expect(page.locator("main")).to_contain_text(yuan(120 * YUAN))


def _read_what_the_day_brought(owner: Member, first: Member) -> None:
    """The store is paid 80 % of 2600; referrers 0.3 %, theirs 0.2 % (S1-18, S1-27)."""
    turnover = (1000 + 1000 + 500 + 100) * YUAN
    page = owner.page
    owner.go(f"store/{STORE}")
    month = page.locator("section", has_text="本月").first
    for label, text in (("营业额", turnover), ("已付给您", turnover * 8 // 10), ("抽成", turnover * 2 // 10)):
        expect(month.locator("div", has_text=label).first).to_contain_text(yuan(text))
    own, below, his = 1100 * YUAN * 3 // 1000, 1500 * YUAN * 2 // 1000, 1500 * YUAN * 3 // 1000
    owner.go("statement")
    for amount in (turnover * 8 // 10, own, below):
        _listed(page, amount)
    first.go("statement")
    _listed(first.page, his)


def _listed(page: Page, amount: int) -> None:
    expect(page.locator("#lines .amount").get_by_text(f"+{plain(amount)}", exact=True)).to_be_visible()


def _wide(page: Page, address: str) -> int:
    """Return by how many pixels a page is wider than the screen."""
    page.goto(address)
    return int(page.evaluate(CHECK)["wide"])
