"""What a programme's document says of agents: who may become one, their ranks, their months and their rewards."""

from datetime import date
from typing import NamedTuple

from jifen.engine.programme import Programme as Terms
from jifen.engine.rule import Rule
from jifen.engine.rules.sales_ranking import SalesRanking
from jifen.engine.rules.unit_differential import UnitDifferential
from jifen.engine.rules.unit_peer import UnitPeer
from jifen.engine.rules.weighted_dividend import WeightedDividend
from jifen.facts.days import open_day
from jifen.programmes.terms import in_force, load

DIVIDEND, RANKING = WeightedDividend.use, SalesRanking.use
SUBSIDY_RULES = (UnitDifferential.use, UnitPeer.use, DIVIDEND, RANKING)


class RankTitle(NamedTuple):
    """A row of the rank table, the lowest first."""

    name: str
    title: str
    title_en: str


def terms_now(programme_id: int) -> Terms:
    """Return the terms in force on the open day."""
    return load(in_force(programme_id, open_day(programme_id)).pk)


def dividend_rule(terms: Terms) -> WeightedDividend | None:
    """Return how the revenue of a month is shared (S0-37)."""
    return terms.rule(WeightedDividend)


def ranking_rule(terms: Terms) -> SalesRanking | None:
    """Return how the best sellers of a month share a prize (S0-69)."""
    return terms.rule(SalesRanking)


def has_agents(terms: Terms) -> bool:
    """Return whether members can be appointed agents."""
    return terms.agency is not None


def referrer_must_be_agent(terms: Terms) -> bool:
    """Return whether only an agent can recommend an agent (S0-41)."""
    return terms.agency is not None and terms.agency.referrer_must_be_agent


def rank_titles(terms: Terms) -> list[RankTitle]:
    """Return the ranks that one can apply for, the lowest first."""
    table = terms.ranks.table if terms.ranks is not None else ()
    return [RankTitle(row.name, row.title, row.title_en) for row in table]


def new_units(terms: Terms) -> int:
    """Return how many devices an agent's team is to sell in a month before anything is carried over (S0-45)."""
    return 0 if terms.review is None else terms.review.new_units


def strikes_max(terms: Terms) -> int:
    """Return how many months missed in a row end an agency (S0-47); 0 where no months are reviewed."""
    return 0 if terms.review is None else terms.review.strikes


def subsidy_rules(terms: Terms) -> list[Rule]:
    """Return the rules that pay agents, in the order of the document."""
    return [rule for rule in terms.rules if rule.use in SUBSIDY_RULES]


def subsidy_kinds(terms: Terms) -> list[str]:
    """Return the kinds of points that agents are paid in, such as sales_points."""
    return sorted({str(getattr(rule, "kind", "") or terms.lot_kind) for rule in subsidy_rules(terms)})


def month_end(month: date) -> date:
    """Return the last day of the month that a day lies in."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
