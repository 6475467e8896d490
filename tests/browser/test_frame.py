"""The frame of every page: it is there, in Chinese, and its scripts and styles are allowed to run."""

from playwright.sync_api import Page, expect

from tests.running import Server


def test_a_visitor_on_a_phone_finds_the_login_of_members(phone: Page, server: Server) -> None:
    answer = phone.goto("/release/")

    assert answer is not None
    assert answer.status == 200
    expect(phone.locator("input[type=password]")).to_be_visible()


def test_an_operator_at_a_desk_finds_the_console(desktop: Page, server: Server) -> None:
    desktop.goto("/console/")
    desktop.fill("input[name=username]", server.operators[0])
    desktop.fill("input[name=password]", server.password)
    desktop.press("input[name=password]", "Enter")

    expect(desktop).to_have_url(f"{server.address}/console/p/release/")


def test_the_console_s_pages_run_under_their_content_security_policy(desktop: Page, server: Server) -> None:
    desktop.goto("/console/")
    desktop.fill("input[name=username]", server.operators[0])
    desktop.fill("input[name=password]", server.password)
    desktop.press("input[name=password]", "Enter")
    desktop.wait_for_url("**/p/release/")

    answers = [desktop.goto(f"/console/p/release/{page}/") for page in ("members", "orders", "ledger", "runs")]

    assert [answer.status for answer in answers if answer is not None] == [200] * 4
