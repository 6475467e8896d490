"""What members see of their sales company: the application, then people, devices, targets and subsidies (S0-54)."""

from dataclasses import dataclass
from datetime import date

from jifen.agents.applications import application_of, check, check_referrer
from jifen.agents.errors import AgentError
from jifen.agents.meetings import MonthMeetings
from jifen.agents.models import MENDABLE, Application, ApplicationState, Meeting, PaperKind, Review
from jifen.agents.months import SharedOut, dividend_of, month_before, prize_of
from jifen.agents.statistics import AgentFigures, Sale, agent_figures, best_sellers, by_month, subsidies
from jifen.agents.terms import (
    dividend_rule,
    has_agents,
    rank_titles,
    ranking_rule,
    strikes_max,
    subsidy_kinds,
    subsidy_rules,
)
from jifen.engine.kinds import PointKind
from jifen.engine.message import Message
from jifen.facts.models import Fact
from jifen.members.models import Member
from jifen.web.amounts import Amount, Money
from jifen.web.markup import Markup
from jifen.web.reads.charts import first_day_shown
from jifen.web.reads.company_chart import draw_subsidies
from jifen.web.reads.orders import Step
from jifen.web.reads.terms import Now, read_now
from jifen.web.templatetags.jifen import language

MONTHS_SHOWN = 6
MEETINGS_SHOWN = 30
REVIEWS_SHOWN = 36
RANKING_SHOWN = 20
TONES = {
    ApplicationState.DRAFT: "",
    ApplicationState.SUBMITTED: "wait",
    ApplicationState.APPROVED: "good",
    ApplicationState.REJECTED: "bad",
    ApplicationState.WITHDRAWN: "",
}


@dataclass(frozen=True)
class PaperRow:
    """A file of the application, as its owner sees it."""

    id: int
    kind: str
    name: str
    picture: bool
    kilobytes: int


@dataclass(frozen=True)
class ApplicationPage:
    """An application with its history."""

    company: str
    licence_number: str
    contact: str
    rank: str
    area: int | None
    address: str
    state: str
    tone: str
    reason: str
    sent: bool
    can_change: bool
    can_withdraw: bool
    papers: list[PaperRow]
    steps: list[Step]
    missing: Message | None  # what keeps it from being sent
    missing_step: str


@dataclass(frozen=True)
class MonthRow:
    """What an agent was paid in a month."""

    month: date
    amount: Amount


@dataclass(frozen=True)
class Company:
    """An agent's company in numbers; amounts of subsidies are of one kind."""

    name: str
    rank: object
    since: date | None
    figures: AgentFigures
    own: Money
    team: Money
    strikes_max: int
    has_target: bool
    kind: PointKind | None
    today: Amount
    this_month: Amount
    months: list[MonthRow]
    chart: Markup
    monthly: bool  # whether the programme has a dividend or a ranking


@dataclass(frozen=True)
class PlaceRow:
    """One place of the month's ranking, or one share of the dividend."""

    place: int
    name: str
    mine: bool
    weight: int
    paid: Amount | None
    blocked: Amount | None


@dataclass(frozen=True)
class MonthPage:
    """The dividend and the ranking of a month."""

    month: date
    before: date
    after: date | None
    open: bool
    has_dividend: bool
    revenue: Money | None
    dividend: list[PlaceRow]
    has_ranking: bool
    prize: Money | None
    places: int
    ranking: list[PlaceRow]
    my_sales: int


def agents_here(programme_id: int) -> bool:
    """Return whether the programme has agents."""
    return has_agents(read_now(programme_id).terms)


def read_application(member: Member, found: Application) -> ApplicationPage:
    """Return an application of the member."""
    now, state = read_now(member.programme_id), ApplicationState(found.state)
    papers = found.papers.defer("cipher").order_by("kind", "id")
    can_change = state in MENDABLE
    missing = _missing(member, found, now) if can_change else None
    return ApplicationPage(
        company=found.company,
        licence_number=found.licence_number,
        contact=found.contact,
        rank=_rank_title(now, found.rank),
        area=found.area,
        address=found.address,
        state=str(state.label),
        tone=TONES[state],
        reason=found.reason,
        sent=state == ApplicationState.SUBMITTED,
        can_change=can_change,
        can_withdraw=state in (ApplicationState.DRAFT, ApplicationState.SUBMITTED),
        papers=[
            PaperRow(
                paper.pk,
                str(PaperKind(paper.kind).label),
                paper.name,
                picture=bool(paper.width),
                kilobytes=max(paper.size // 1024, 1),
            )
            for paper in papers
        ],
        steps=[
            Step(str(ApplicationState(step.state).label), step.at, step.reason)
            for step in found.steps.order_by("at", "id")
        ],
        missing=missing.message if missing is not None else None,
        missing_step=getattr(missing, "step", ""),
    )


def newest_application(member: Member) -> Application | None:
    """Return the member's newest application."""
    return application_of(member.pk)


def ended_why(member: Member) -> tuple[date, str] | None:
    """Return when and why the member's agency ended: by an operator, or by a review (then without words)."""
    if member.standing.agent:
        return None
    last = Fact.objects.filter(member=member, action__in=("appoint", "dismiss")).order_by("-tick").first()
    if last is None:
        return None
    if last.action == "dismiss":
        return last.business_date, last.reason
    review = Review.objects.filter(member=member, dismissed=True).order_by("-month").first()
    return None if review is None else (review.month, "")


def read_company(member: Member) -> Company:
    """Return an agent's company in numbers."""
    now, found = read_now(member.programme_id), application_of(member.pk)
    figures = agent_figures([member.pk], now.terms, now.today)[member.pk]
    last_day = now.closed_on or now.today
    first = min(first_day_shown(last_day), month_before(last_day, MONTHS_SHOWN - 1))
    sums, kind = subsidies(member.pk, now.terms, first, last_day), _kind(now)
    decimals, months = (kind.decimals if kind else 0), by_month(sums)
    held, table = member.standing.rank, now.terms.ranks.table if now.terms.ranks is not None else ()
    shown = sorted({month for month, _rule in months} | {last_day.replace(day=1)}, reverse=True)[:MONTHS_SHOWN]
    of_month = {month: sum(amount for (at, _rule), amount in months.items() if at == month) for month in shown}
    return Company(
        name=found.company if found is not None else "",
        rank=table[held - 1] if 0 < held <= len(table) else None,
        since=member.standing.agent_since,
        figures=figures,
        own=Money(figures.own_amount),
        team=Money(figures.team_amount),
        strikes_max=strikes_max(now.terms),
        has_target=now.terms.review is not None,
        kind=kind,
        today=Amount(sum(amount for (day, _rule), amount in sums.items() if day == last_day), decimals),
        this_month=Amount(of_month[shown[0]] if shown else 0, decimals),
        months=[MonthRow(month, Amount(of_month[month], decimals)) for month in shown],
        chart=draw_subsidies(sums, last_day, decimals, language()),
        monthly=dividend_rule(now.terms) is not None or ranking_rule(now.terms) is not None,
    )


def meeting_rows(member: Member) -> list[Meeting]:
    """Return the agent's meetings, the newest first."""
    return list(Meeting.objects.filter(member=member).order_by("-held_on", "-id")[:MEETINGS_SHOWN])


def review_rows(member: Member) -> list[Review]:
    """Return the reviews of the member's months, the newest first."""
    return list(Review.objects.filter(member=member).order_by("-month")[:REVIEWS_SHOWN])


def read_month_page(member: Member, month: date) -> MonthPage:
    """Return the dividend and the ranking of a month, as the agent sees them: others by their nicknames."""
    now = read_now(member.programme_id)
    last_day, terms = now.closed_on or now.today, now.terms
    is_open = month >= now.next_close.replace(day=1)
    dividend, prize = dividend_of(member.programme_id, terms, month), prize_of(member.programme_id, terms, month)
    ranking = ranking_rule(terms)
    sales = best_sellers(member.programme_id, limit=RANKING_SHOWN) if is_open and ranking is not None else []
    return MonthPage(
        month=month,
        before=month_before(month),
        after=None if is_open else month_before(month, -1),
        open=is_open or month > last_day,
        has_dividend=dividend is not None,
        revenue=Money(dividend.declared) if dividend is not None and dividend.declared is not None else None,
        dividend=_shares(member, dividend.shares if dividend is not None else [], _kind(now)),
        has_ranking=ranking is not None,
        prize=Money(prize.declared) if prize is not None and prize.declared is not None else None,
        places=ranking.places if ranking is not None else 0,
        ranking=_places(member, sales) if is_open else _shares(member, prize.shares if prize else [], _kind(now)),
        my_sales=next((sale.sold for sale in sales if sale.member_id == member.pk), 0),
    )


def meetings_now(member: Member) -> MonthMeetings:
    """Return how the agent stands with the meetings of this month."""
    now = read_now(member.programme_id)
    return agent_figures([member.pk], now.terms, now.today)[member.pk].meetings


def rank_choices(programme_id: int) -> list[tuple[str, str]]:
    """Return the ranks to apply for, in the reader's language."""
    terms = read_now(programme_id).terms
    return [(one.name, one.title_en if language() == "en" else one.title) for one in rank_titles(terms)]


def _missing(member: Member, found: Application, now: Now) -> AgentError | None:
    try:
        check(found, now.terms)
        check_referrer(member, now.terms)
    except AgentError as refusal:
        return refusal
    return None


def _rank_title(now: Now, name: str) -> str:
    found = next((one for one in rank_titles(now.terms) if one.name == name), None)
    return name if found is None else found.title_en if language() == "en" else found.title


def _kind(now: Now) -> PointKind | None:
    kinds = subsidy_kinds(now.terms) if subsidy_rules(now.terms) else []
    return now.terms.kinds[kinds[0]] if kinds else None


def _shares(member: Member, shares: list[SharedOut], kind: PointKind | None) -> list[PlaceRow]:
    decimals = kind.decimals if kind is not None else 0
    people = Member.objects.in_bulk([one.member_id for one in shares])
    return [
        PlaceRow(
            place=place,
            name=people[one.member_id].nickname,
            mine=one.member_id == member.pk,
            weight=one.weight,
            paid=Amount(one.paid, decimals),
            blocked=Amount(one.blocked, decimals),
        )
        for place, one in enumerate(shares, start=1)
    ]


def _places(member: Member, sales: list[Sale]) -> list[PlaceRow]:
    people = Member.objects.in_bulk([one.member_id for one in sales])
    return [
        PlaceRow(place, people[one.member_id].nickname, one.member_id == member.pk, one.sold, None, None)
        for place, one in enumerate(sales, start=1)
    ]
