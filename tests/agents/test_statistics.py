"""What is known of agents (S0-45, S0-54, S0-69)."""

from datetime import date

from jifen.agents.months import month_before, read_month
from jifen.agents.statistics import agent_figures, best_sellers, by_month, month_sales, team_sizes
from jifen.agents.terms import month_end, terms_now
from jifen.facts.days import open_day
from tests.agents.firm import Firm


def build(firm: Firm) -> None:
    """Wang above Li, Zhao and Sun; Zhao is an agent too, with Qian below, and Sun sold something back."""
    for name, referrer in (("Wang", ""), ("Li", "Wang"), ("Zhao", "Li"), ("Qian", "Zhao"), ("Sun", "Wang")):
        firm.member(name, referrer)
    for name, units, sold in (("Wang", 5, 1), ("Li", 2, 2), ("Zhao", 7, 4), ("Qian", 3, 3), ("Sun", 0, -1)):
        firm.set(name, units=units, month_units=sold, volume_amount=units * 700_000)
    for name in ("Wang", "Zhao"):
        firm.set(name, agent=True, agent_since=date(2026, 1, 1))
    firm.set("Wang", team_units=12, carry=4, strikes=1, rank=2, team_amount=12 * 700_000)


def test_the_sales_of_agents_below_do_not_count(firm: Firm) -> None:
    build(firm)
    wang, zhao = firm.member("Wang").pk, firm.member("Zhao").pk

    assert month_sales([wang, zhao]) == {wang: 1 + 2 - 1, zhao: 4 + 3}
    assert month_sales([]) == {}


def test_the_ranking_agrees_with_the_sales_of_each(firm: Firm) -> None:
    build(firm)
    agents = [firm.member(name).pk for name in ("Wang", "Zhao")]

    ranked = best_sellers(firm.programme.pk, limit=10)

    assert [one.member_id for one in ranked] == agents[::-1]
    assert dict(ranked) == month_sales(agents)
    assert best_sellers(firm.programme.pk, limit=1) == ranked[:1]


def test_of_equal_sales_who_joined_earlier_comes_first(firm: Firm) -> None:
    build(firm)
    firm.set("Wang", month_units=6)

    assert [one.member_id for one in best_sellers(firm.programme.pk, limit=9)] == [
        firm.member("Wang").pk,
        firm.member("Zhao").pk,
    ]


def test_an_agent_in_figures(firm: Firm) -> None:
    build(firm)
    wang = firm.member("Wang").pk

    found = agent_figures([wang], terms_now(firm.programme.pk), open_day(firm.programme.pk))[wang]

    assert (found.own_units, found.team_units, found.spaces, found.people) == (5, 12, 17, 4)
    assert (found.sold, found.target, found.missing, found.permille) == (2, 3 + 4, 5, 285)
    assert (found.carry, found.strikes, found.rank) == (4, 1, 2)
    assert (found.own_amount, found.team_amount) == (3_500_000, 8_400_000)


def test_the_people_of_many_are_counted_as_those_of_few(firm: Firm) -> None:
    build(firm)
    people = [member.pk for member in firm.members.values()]
    today = open_day(firm.programme.pk)

    one_by_one = {pk: team_sizes(firm.programme.pk, [pk], today)[pk] for pk in people}

    assert one_by_one == dict(zip(people, (4, 2, 1, 0, 0), strict=True))
    assert team_sizes(firm.programme.pk, people * 20, today) == one_by_one


def test_months() -> None:
    assert month_end(date(2024, 2, 3)) == date(2024, 2, 29)
    assert month_end(date(2026, 12, 1)) == date(2026, 12, 31)
    assert month_before(date(2026, 1, 15)) == date(2025, 12, 1)
    assert month_before(date(2026, 12, 15), -1) == date(2027, 1, 1)
    assert read_month("2026-03", date(2026, 5, 9)) == date(2026, 3, 1)
    assert read_month("spring", date(2026, 5, 9)) == date(2026, 5, 1)
    assert by_month({(date(2026, 3, 1), "a"): 1, (date(2026, 3, 31), "a"): 2, (date(2026, 4, 1), "a"): 4}) == {
        (date(2026, 3, 1), "a"): 3,
        (date(2026, 4, 1), "a"): 4,
    }
