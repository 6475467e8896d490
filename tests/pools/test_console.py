"""The pool on the console: the desk, forced exits, outside money by two operators (S1-05 … S1-12)."""

import re
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from tests.backoffice.office import send, text_of

if TYPE_CHECKING:
    from tests.backoffice.office import Office
    from tests.pools.market import Market


def page(market: "Market", rest: str, *, role: str = "auditor", language: str = "en") -> str:
    return text_of(market.desk(role, language=language).get(market.address(rest)))


def test_the_desk_shows_the_price_exactly_and_what_stands_behind_it(market: "Market") -> None:
    for _ in range(2):
        market.buy("Anna", 100_000)

    said = page(market, "pool/")

    assert "¥1.680672268907" in said
    assert "exactly ¥320.00 ÷ 190.40" in said
    assert "at least ¥256.00 together, and never more than the ¥320.00" in said
    assert "Operator's reserve of the pool ¥0.00" in said
    assert "all others 20 % 16 %" in said


def test_the_desk_counts_the_orders_until_the_next_exit(market: "Market") -> None:
    """S1-D5: the first member exits at order 1,137."""
    market.buy("Anna", 100_000)
    market.buy("Ben", 100_000)

    said = page(market, "pool/")

    assert "112.00 ¥188.23 ¥1,200.00 15.6% 1,135" in said
    assert "each bring ¥160.00 into the pool, the mean of the last 2" in said


def test_a_pool_that_nothing_has_fed_yet_says_so(market: "Market") -> None:
    said = page(market, "pool/")

    assert "¥1.000000000000" in said
    assert "Nobody holds points." in said
    assert "There is nothing to draw for this time yet." in said


@pytest.mark.parametrize("span", ["1", "7", "30", "365", "999", "x"])
def test_the_curves_are_drawn_for_every_time(market: "Market", span: str) -> None:
    market.buy("Anna", 100_000)
    market.buy("Anna", 100_000)

    answer = market.desk("auditor").get(market.address("pool/") + f"?span={span}")

    shown = {"30": 0, "365": 0}.get(span, 3)  # no day was closed yet
    assert answer.content.decode().count('<path d="M') == shown


def test_a_curve_goes_in_steps_from_the_first_value_to_the_last(market: "Market") -> None:
    from datetime import UTC, datetime, timedelta

    from jifen.backoffice.pool_chart import draw_curve

    begun = datetime(2026, 11, 1, tzinfo=UTC)
    values = [(begun + timedelta(hours=n), value) for n, value in enumerate((10, 10, 30, 20))]

    curve = draw_curve("Price", values, str)

    assert curve is not None
    assert (curve.first, curve.last) == ("10", "20")
    assert [text for _, text in curve.lines] == ["10", "20", "30"]
    heights = [int(height) for height in re.findall(r"V(\d+)", curve.path)]
    assert len(heights) == 2
    (begin,) = re.findall(r"M\d+ (\d+)", curve.path)
    assert heights[0] < heights[1] < int(begin)
    assert draw_curve("Price", values[:1], str) is None
    flat = draw_curve("Price", [(at, 7) for at, _ in values], str)
    assert flat is not None
    assert [text for _, text in flat.lines] == ["7"]


def test_forced_exits_are_listed_with_their_price_and_exported(market: "Market") -> None:
    """A pool fed enough from outside makes the first holder sell at 1.2 times (S1-09)."""
    from jifen.payouts.outside_money import approve_injection, propose_injection

    market.buy("Anna", 10_000)
    anna = market.member("Anna")
    proposal = propose_injection(
        programme_id=market.programme.pk, amount=20_000, reason="x", operator_id=market.operator("finance"), key="k"
    )
    approve_injection(injection_id=proposal.pk, operator_id=market.operator("approver"))

    said = page(market, "pool/exits/")
    book = market.desk("auditor").get(market.address("pool/exits/") + "?export=xlsx").content

    assert f"{anna.code} Anna 11.20 19.285714 ¥172.80 ¥100.00" in said
    assert b"Anna" in ZipFile(BytesIO(book)).read("xl/sharedStrings.xml")
    assert anna.code in page(market, f"pool/exits/?member={anna.code}")
    assert "Anna" not in page(market, "pool/exits/?member=M1")
    assert "Anna" not in page(market, "pool/exits/?day=2001-01-01&member=")
    assert "Anna" in page(market, "pool/exits/?day=2001-02-31")
    assert "Operator's reserve of the pool ¥43.20" in page(market, "pool/")


def test_an_injection_is_proposed_by_one_and_approved_by_another(market: "Market") -> None:
    market.buy("Anna", 100_000)

    said = send(market.desk("finance"), market.address("injections/"), "inject", amount="50")
    number = market.programme.pk and _last(market, "injection")
    own = text_of(market.desk("finance").get(market.address(f"injections/{number}/")))
    done = send(market.desk("approver"), market.address(f"injections/{number}/"), "approve")

    assert "Proposed. Another operator approves it." in said
    assert "Approve" not in own.replace("Approver", "")
    assert "Approved and posted." in done
    assert market.pool.money == 21_000


def test_a_subsidy_is_proposed_for_a_phone_or_code_and_rejected(market: "Market") -> None:
    anna = market.member("Anna")
    finance = market.desk("finance")

    wrong = send(finance, market.address("subsidies/"), "subsidise", amount="50", member="M999999")
    send(finance, market.address("subsidies/"), "subsidise", amount="50", member=anna.code.lower(), key="second")
    number = _last(market, "subsidy")
    done = send(market.desk("approver"), market.address(f"subsidies/{number}/"), "reject")

    assert "nobody in this programme has the phone or code M999999" in wrong
    assert "Rejected. Nothing was posted." in done
    assert "rejected ¥50.00 because" in page(market, "subsidies/")


def _last(market: "Market", name: str) -> int:
    from jifen.payouts.models import PoolInjection, Subsidy

    model = {"injection": PoolInjection, "subsidy": Subsidy}[name]
    return int(model._default_manager.filter(programme=market.programme).latest("pk").pk)


def test_operators_without_the_role_see_no_pool_and_move_no_money(market: "Market") -> None:
    assert market.desk("system").get(market.address("pool/")).status_code == 403

    answer = market.desk("operator").post(
        market.address("injections/"), {"action": "inject", "inject-amount": "50", "inject-reason": "x"}
    )

    assert answer.status_code == 403


def test_a_programme_without_a_pool_has_no_such_pages(office: "Office") -> None:
    chief = office.desk("chief")

    assert chief.get(office.address("pool/")).status_code == 404
    assert "Price and pool" not in text_of(chief.get(office.address()))


@pytest.mark.parametrize("rest", ["pool/", "pool/exits/", "injections/", "subsidies/"])
def test_the_pages_speak_chinese(market: "Market", rest: str) -> None:
    market.buy("Anna", 100_000)
    market.buy("Anna", 100_000)

    said = page(market, rest, language="zh-hans")

    assert "盈利池" in said
    assert re.search(r"Price|Pool|Proposed|exits|Worth|orders", said.replace("pool/", "")) is None
