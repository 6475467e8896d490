"""The programme with an exchange: an account in our own page, a device entered as bought there, tickets set free."""

from decimal import Decimal

from playwright.sync_api import expect

from jifen.programmes.declared import declare
from jifen.programmes.models import Programme
from tests.browser.lot import credit, settle_until
from tests.browser.people import Member, Operator
from tests.browser.visits import DESKTOP, PHONE, Visits
from tests.databases import connected_to
from tests.running import Server

CODE = "parking_exchange"
NUMBER = "11010519491231002X"  # the example of GB 11643


def test_a_device_of_the_exchange_is_entered_and_tickets_are_set_free(
    parking_visits: Visits, parking_lot: Server
) -> None:
    """All in Chinese (S0-72, S0-74, S0-77 … S0-79)."""
    page = parking_visits.open(**PHONE)
    member = Member(page, parking_lot, CODE)
    operator, other = (
        Operator(parking_visits.open(**DESKTOP), parking_lot, name, CODE) for name in parking_lot.operators
    )
    operator.log_in()
    other.log_in()
    member.log_in()
    expect(page.locator(".hero")).to_be_visible()
    _open_account(member)
    _see_the_account_of_the_company(member)
    credit(parking_lot, CODE, yuan=7_000)
    _enter_a_device(member)
    _approve(operator, "R-2026-1")
    _see_the_device(member)
    settle_until(parking_lot, CODE)
    settle_until(parking_lot, CODE, days=1)
    _price(parking_lot)
    _convert(member)
    _propose(operator, "20")
    expect(operator.page.get_by_role("alert")).to_be_visible()
    _buy_tickets(member, "40")
    _approve(operator, "X")
    _propose(operator, "20")
    _release(other)
    member.go("exchange")
    tickets = page.locator("section", has_text="茶票").locator("dd")
    expect(tickets).to_have_text(["20.00", "30.00", "40.00", "20.00", "0.00"])


def _open_account(member: Member) -> None:
    page = member.page
    member.go("me")
    page.get_by_role("link", name="交易所").click()
    page.fill("input[name=name]", "王芳")
    page.fill("input[name=number]", "110105194912310021")
    page.check("input[name=consent]")
    page.click("main form button >> nth=0")
    expect(page.locator("main .error")).to_be_visible()
    page.fill("input[name=number]", NUMBER)
    page.click("main form button >> nth=0")
    expect(page.locator("#toasts")).to_contain_text("已开通")


def _enter_a_device(member: Member) -> None:
    page = member.page
    page.locator("summary", has_text="手工报单").click()
    form = page.locator("details[open] form")
    form.locator("select[name=item]").select_option("device")
    form.locator("input[name=quantity]").fill("1")
    form.locator("input[name=paid]").fill("7000")
    form.locator("input[name=reference]").fill("R-2026-1")
    form.locator("button").click()
    expect(page.locator("#toasts")).to_contain_text("等待运营方审核")
    expect(page.locator("#entries")).to_contain_text("R-2026-1")


def _see_the_account_of_the_company(member: Member) -> None:
    """Devices of the exchange are paid in lease credit too, so the way to a top-up stands on one's own page."""
    page = member.page
    member.go("me")
    page.get_by_role("link", name="银行转账充值").click()
    expect(page.locator("main")).to_contain_text("6222020200001234567")
    page.get_by_role("link", name="返回").click()
    expect(page.locator("h1")).to_have_text("我的")
    member.go("exchange")


def _approve(operator: Operator, reference: str) -> None:
    page = operator.page
    operator.go("exchange/entries/")
    page.locator(".jf-table tbody tr", has_text=reference).first.locator("a").first.click()
    operator.act("approve", reason="小票已核对")
    expect(page.locator("body")).to_contain_text("已批准")


def _see_the_device(member: Member) -> None:
    member.go("lots")
    expect(member.page.locator("article")).to_contain_text("21,000.00")


def _price(server: Server) -> None:
    """Let a ticket cost 2 CNY."""
    from jifen.members.models import Operator as Person

    with connected_to(server.database):
        declare(
            programme_id=Programme.objects.get(code=CODE).pk,
            name="ticket_price",
            value=Decimal(2),
            starts_at=None,
            operator_id=Person.objects.get(username=server.operators[0]).pk,
        )


def _convert(member: Member) -> None:
    """Of 210 released 147 are green points; 100 of them buy 50 tickets, which are frozen."""
    page = member.page
    member.go("exchange")
    page.get_by_role("link", name="兑换：绿色积分").click()
    page.fill("input[name=amount]", "100")
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator("main")).to_contain_text("50.00")
    page.click("main form button")
    member.go("exchange")
    expect(page.locator("section", has_text="茶票").locator("dd").nth(1)).to_have_text("50.00")


def _buy_tickets(member: Member, quantity: str) -> None:
    market = member.page.frame_locator("iframe.framed")
    form = market.locator("form:has(input[value=ticket])")
    form.locator("input[name=quantity]").fill(quantity)
    form.locator("button").click()
    market.get_by_role("button", name="同步到商城").click()
    expect(member.page.locator("#toasts")).to_contain_text("已与交易所同步")
    expect(member.page.locator("#entries")).to_contain_text("× 40")


def _propose(operator: Operator, amount: str) -> None:
    operator.go("exchange/tickets/")
    operator.page.locator(".jf-table tbody a").first.click()
    operator.act("release", reason="已购两倍", amount=amount)


def _release(other: Operator) -> None:
    other.go("exchange/releases/")
    other.page.locator(".jf-table tbody a").first.click()
    other.act("confirm")
    expect(other.page.locator("body")).to_contain_text("已释放")
