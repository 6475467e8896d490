"""A month of agents through real orders and closes: subsidies, dividend, prize and review (S0-33 … S0-47, S0-69)."""

from datetime import date
from decimal import Decimal

from jifen.agents.models import Review
from jifen.agents.months import dividend_of, prize_of
from jifen.agents.statistics import Sale, agent_figures, best_sellers, by_month, subsidies
from jifen.agents.terms import month_end, terms_now
from jifen.facts.days import open_day
from jifen.facts.new import NewOrder
from jifen.facts.record import record_order
from jifen.programmes.declared import declare
from jifen.programmes.terms import in_force
from jifen.settlement.run import settle_day
from tests.agents.firm import Firm
from tests.backoffice.office import text_of

DEVICE = 700_000  # fen
POINT = 10_000  # minor units


def close_the_month(firm: Firm) -> date:
    """Close all days up to the end of the open month; return its last day."""
    last = month_end(open_day(firm.programme.pk))
    while (day := open_day(firm.programme.pk)) <= last:
        settle_day(programme_id=firm.programme.pk, day=day)
    return last


def buy(firm: Firm, name: str, devices: int) -> None:
    """Let a member lease devices, the payment confirmed."""
    programme_id = firm.programme.pk
    record_order(
        NewOrder(
            programme_id=programme_id,
            member_id=firm.member(name).pk,
            order_code=f"{name} {devices}",
            amount=devices * DEVICE,
            points_paid=0,
            version_id=in_force(programme_id, open_day(programme_id)).pk,
            quantity=devices,
            product="device",
        )
    )


def test_a_month_of_agents(firm: Firm) -> None:
    programme_id = firm.programme.pk
    close_the_month(firm)  # whatever day it is, the story begins on the first of a month
    wang, zhao = firm.appoint("Wang").member_id, firm.appoint("Zhao", licence=1).member_id
    firm.member("Li", "Wang")
    declare(
        programme_id=programme_id,
        name="parking_revenue",
        value=Decimal(1_000_000),
        starts_at=None,
        operator_id=firm.chief,
    )
    buy(firm, "Wang", 2)
    buy(firm, "Li", 3)
    so_far, first = best_sellers(programme_id, limit=9), open_day(programme_id)
    terms, today = terms_now(programme_id), first
    open_month = agent_figures([wang, zhao], terms, today)

    last = close_the_month(firm)

    # From the second day on Wang, a city agent, is paid 2.5 for each of Li's devices.
    daily = (last.day - 1) * 3 * 2 * POINT * 5 // 4
    left = 2 * 7_000 * 3 * POINT - 420 * POINT - daily  # of the lot, after the release of its first month
    assert so_far == [Sale(wang, 5)]
    assert (open_month[wang].missing, open_month[zhao].missing, open_month[zhao].target) == (0, 3, 3)
    dividend, prize = dividend_of(programme_id, terms, first), prize_of(programme_id, terms, first)
    assert dividend is not None
    assert prize is not None
    assert dividend.shares == [(wang, 5, 50_000 * POINT, left)]
    assert prize.shares == [(wang, 5, 1_000 * POINT, 0)]
    assert (dividend.declared, dividend.pool, dividend.blocked) == (100_000_000, 50_000 * POINT, 50_000 * POINT - left)
    assert by_month(subsidies(wang, terms, first, last)) == {
        (first, "unit_differential"): daily,
        (first, "weighted_dividend"): left,
    }
    reviews = Review.objects.filter(month=first).order_by("member_id")
    assert list(reviews.values_list("member_id", "sold", "target", "carry", "strikes", "passed")) == [
        (wang, 5, 3, 0, 0, True),
        (zhao, 0, 3, 3, 1, False),
    ]
    assert (firm.standing("Zhao").carry, firm.standing("Zhao").strikes) == (3, 1)
    assert best_sellers(programme_id, limit=9) == []
    page = text_of(firm.desk("auditor").get(firm.address("dividends/"), {"month": f"{first:%Y-%m}"}))
    assert "¥1,000,000.00" in page
    assert "Wang 5 50,000.00" in page


def test_three_months_missed_end_the_agency(firm: Firm) -> None:
    close_the_month(firm)
    member_id = firm.appoint("Wang").member_id

    for _ in range(3):
        close_the_month(firm)

    reviews = Review.objects.filter(member_id=member_id).order_by("month")
    seen = reviews.values_list("target", "carry", "strikes", "dismissed")
    assert list(seen) == [(3, 3, 1, False), (6, 6, 2, False), (9, 9, 3, True)]
    assert not firm.standing("Wang").agent
    assert "Your agency ended with the review of" in text_of(firm.phone("Wang").get(firm.page("company")))
