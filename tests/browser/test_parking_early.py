"""The earlier programme of parking: a device paid by bank, its agreement signed before, and what a day was drawn."""

import hashlib
import re

from playwright.sync_api import Page, expect

from tests.browser.lot import settle_until
from tests.browser.people import Member, Operator, number_in
from tests.browser.visits import DESKTOP, PHONE, Visits
from tests.running import Server

CODE = "parking_early"
LEAST, RANGE = 1_000, 1_001  # fen of a day: 10.00 to 20.00


def test_a_device_paid_by_bank_earns_what_the_day_was_drawn(parking_visits: Visits, parking_lot: Server) -> None:
    """All in English (S0-58, S0-59, S0-87)."""
    page = parking_visits.open(locale="en-GB", **PHONE)
    member = Member(page, parking_lot, CODE)
    member.log_in()
    expect(page.locator(".hero")).to_be_visible()
    number = _sign(member)
    member.report_payment(number, "bank transfer, noon")
    _confirm(
        Operator(parking_visits.open(locale="en-GB", **DESKTOP), parking_lot, parking_lot.operators[0], CODE), number
    )
    member.go(f"devices/{number}")
    expect(page.locator("main")).to_contain_text("and the order counts")
    settle_until(parking_lot, CODE, days=2)

    amount = _draw(page, member)
    member.go()
    assert round(number_in(page.locator(".hero .big").inner_text()) * 100, 2) == round(amount * 2 * 0.8, 2)
    page.get_by_role("link", name="Statement").first.click()
    page.locator("#lines a", has_text="day").first.click()
    expect(page.locator("dialog .why")).to_contain_text(f"{amount / 100:.2f}".rstrip("0").rstrip("."))


def _sign(member: Member) -> str:
    """Sign for two devices before anything is paid; return the number of the order."""
    page = member.page
    member.go("mall")
    page.get_by_role("link", name="Smart parking device").click()
    page.fill("input[name=units]", "2")
    expect(page.locator("#quote")).to_contain_text("12,000.00")
    page.get_by_role("button", name="Read the agreement").click()
    page.fill("input[name=name]", "Wang Fang")
    page.check("input[name=agreed]")
    page.get_by_role("button", name="Sign, and order").click()
    page.wait_for_url(f"{member.server.address}/{CODE}/devices/2*")
    expect(page.locator("main")).to_contain_text("It counts once the operator has seen the money.")
    answer = page.request.get(page.get_by_role("link", name="PDF").get_attribute("href") or "")
    assert answer.body().startswith(b"%PDF-")
    number = page.url.rsplit("/", 1)[1]
    page.get_by_role("link", name="Report the transfer").click()
    page.wait_for_url(f"**/orders/{number}")
    return number


def _confirm(operator: Operator, number: str) -> None:
    operator.log_in()
    operator.page.get_by_role("link", name="Payments to review").click()
    operator.page.get_by_role("link", name=number).click()
    operator.act("confirm", reason="seen on the account")
    expect(operator.page.locator("body")).to_contain_text("The payment is confirmed")


def _draw(page: Page, member: Member) -> int:
    """Compute again what the newest day was drawn, with the seed that the page shows; return it in fen."""
    member.go("draws")
    day = page.locator("main details").first
    day.locator("summary").click()
    hashed = day.locator("dd code").last.inner_text()
    assert re.fullmatch(CODE + r"/\d{4}-\d\d-\d\d/\d+", hashed)
    drawn = LEAST + int(hashlib.sha256(hashed.encode()).hexdigest(), 16) % RANGE
    expect(day.locator("summary .amount")).to_have_text(f"¥{drawn / 100:.2f}")
    return drawn
