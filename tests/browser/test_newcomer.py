"""Somebody new: an invite link, registration with consent, a first order, and an operator with only a phone at hand."""

import re

from playwright.sync_api import expect

from tests.browser.people import Member, Operator
from tests.browser.visits import PHONE, Visits
from tests.running import Server


def test_a_newcomer_registers_by_a_link_and_the_first_order_is_reviewed_on_a_phone(
    visits: Visits, platform: Server
) -> None:
    """All in English, all on phones."""
    member, newcomer = (Member(visits.open(locale="en-GB", **PHONE), platform) for _ in range(2))
    member.log_in()
    expect(member.page.locator(".hero")).to_be_visible()
    link = member.invite_link()
    newcomer.page.goto(link)
    expect(newcomer.page.locator(".foot").first).to_contain_text("Invited by")
    newcomer.ask_to_join(link)
    newcomer.page.click("main form button")
    expect(newcomer.page.locator("#id_consent_error")).to_have_text("Registering needs your consent.")
    newcomer.register(link, "李雷")
    expect(newcomer.page.locator("#toasts")).to_contain_text("Welcome!")
    expect(newcomer.page.locator("main")).to_contain_text("Nothing is locked yet.")
    number = newcomer.order("purifier")
    newcomer.report_payment(number, "bank transfer by Li Lei")

    operator = Operator(visits.open(locale="en-GB", **PHONE), platform, platform.operators[1])
    operator.log_in()
    operator.page.get_by_role("link", name="Payments to review").click()
    operator.page.get_by_role("link", name=number).click()
    operator.act("confirm", reason="seen on the account")
    expect(operator.page.locator("body")).to_contain_text("The payment is confirmed")
    day = operator.settle_next_day()
    operator.page.locator(f'.jf-table a[href$="/runs/{day}/"]').click()
    expect(operator.page.locator("h1")).to_have_text(f"Settlement of {day}")

    newcomer.go()
    expect(newcomer.page.locator(".hero")).to_contain_text("Locked")
    newcomer.go("lots")
    expect(newcomer.page.locator("article")).to_contain_text("15,000.00")  # the tier of 6000 CNY (S4-03)
    newcomer.go("statement")
    newcomer.page.locator("#lines a", has_text="Granted by orders").click()
    expect(newcomer.page.locator("dialog .why")).to_contain_text("The rule says")
    member.go("team/1")
    expect(member.page.locator("main li").first).to_contain_text(re.compile(r"\*\*\s*M\d"))
