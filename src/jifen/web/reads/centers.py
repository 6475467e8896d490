"""Operation centres on the phone: conditions, one's application, one's areas and sub-centres (S2-13 … S2-15, S2-58)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext as _

from jifen.centers.areas import AreaDay, days_in, stores_in
from jifen.centers.conditions import (
    Condition,
    center_rule,
    centers_of,
    conditions_of,
    fits,
    holder_of,
    leads_to_fitting,
    named_levels,
)
from jifen.centers.models import CenterApplication, CenterInvitation
from jifen.centers.promoting import Branch, invitations_to, sub_centers
from jifen.engine.rules.center_income import CenterIncome
from jifen.engine.rules.operation_center import OperationCenter
from jifen.members.models import Member
from jifen.stores.models import Center, Store
from jifen.stores.regions import Division, children, division, full_name, parents, provinces, search
from jifen.tables.charts import Columns, Series, draw_columns, marks_of
from jifen.tables.report_figures import Figures
from jifen.web.amounts import Money
from jifen.web.markup import Markup
from jifen.web.reads.incomes import DAYS_SHOWN, Earned, Rated, chart_of, earned_by, incomes_of, rated
from jifen.web.reads.terms import Now, read_now
from jifen.web.templatetags.jifen import language, named

STORES_SHOWN = 50
TABLE_DAYS = 14
TONES = {"submitted": "wait", "approved": "good", "refused": "bad", "withdrawn": ""}


@dataclass(frozen=True)
class Ticked:
    """A condition with what it says."""

    met: bool
    text: str
    page: str = ""  # the name of an address where it can be met


@dataclass(frozen=True)
class ApplicationShown:
    """An application of the member."""

    id: int
    region: str
    state: str
    tone: str
    reason: str
    waits: bool


@dataclass(frozen=True)
class Place:
    """A division in the picker."""

    code: str
    name: str
    taken: str  # the nickname of who has it
    inside: bool  # whether smaller ones lie in it
    fits: bool  # whether it is of a level of which centres are


@dataclass(frozen=True)
class ApplyPage:
    """What a centre needs, where one looks for a region, and one's applications."""

    conditions: list[Ticked]
    region: str
    name: str
    free: bool
    fits: bool  # whether the region is of a level of which centres are
    levels: str  # what these levels are called; "" where any will do
    path: list[tuple[str, str]]
    places: list[Place]
    asked: str
    applications: list[ApplicationShown]
    invitations: list[CenterInvitation]
    rates: list[Rated]

    @property
    def ready(self) -> bool:
        """Whether the member may apply for the region chosen."""
        return bool(self.region) and self.free and self.fits and all(one.met for one in self.conditions)


@dataclass(frozen=True)
class Area:
    """A centre of the member: its region, what was sold there, and its stores."""

    center: Center
    name: str
    stores: Sequence[Store]
    more_stores: int
    today: AreaDay
    days: list[tuple[AreaDay, Money, Money, Money]]
    amount: Money
    concession: Money
    chart: Markup | None


@dataclass(frozen=True)
class CenterPage:
    """All of a holder's centres, and what they brought."""

    areas: list[Area]
    earned: list[Earned]
    charts: list[tuple[Earned, Markup]]
    subs: int
    rates: list[Rated]


@dataclass(frozen=True)
class SubShown:
    """A centre of the tree below."""

    name: str
    holder: str
    code: str
    depth: int
    by: str
    branch: Branch


def refuse_without(now: Now) -> None:
    """Answer that there is no such page where the document has no operation centres."""
    if center_rule(now.terms) is None:
        raise Http404


def read_apply(member: Member, now: Now, region: str, asked: str) -> ApplyPage:
    """Return what a member needs for a centre, and the divisions to choose from."""
    rule = center_rule(now.terms)
    if rule is None:
        raise Http404
    chosen = division(region)
    found = search(asked) if asked else children(region) if chosen is not None else provinces()
    code = chosen.code if chosen is not None else ""
    applications = CenterApplication.objects.filter(member=member).order_by("-pk")[:TABLE_DAYS]
    return ApplyPage(
        conditions=[_ticked(one) for one in conditions_of(member, now.terms)],
        region=code,
        name=full_name(code),
        free=bool(code) and holder_of(member.programme_id, code) is None,
        fits=bool(code) and fits(rule, code),
        levels=_levels(rule),
        path=[(one.code, one.name) for one in reversed(parents(code))] if code else [],
        places=_places(rule, member.programme_id, found, whole=bool(asked)),
        asked=asked,
        applications=[_application(one) for one in applications],
        invitations=invitations_to(member.pk),
        rates=_rates(now),
    )


def read_center(member: Member, now: Now) -> CenterPage:
    """Return a holder's areas with their stores, orders and what they brought."""
    refuse_without(now)
    earned = earned_by(member, now, (CenterIncome.use,))
    charts = [(one, chart_of(member, now, one.rule, one.name)) for one in earned]
    return CenterPage(
        areas=[_area(one, now) for one in centers_of(member.pk)],
        earned=earned,
        charts=[(one, chart) for one, chart in charts if chart is not None],
        subs=len(sub_centers(member.pk)),
        rates=_rates(now),
    )


def read_subs(member: Member) -> list[SubShown]:
    """Return the tree of centres that a member promoted."""
    return [
        SubShown(
            name=full_name(one.center.region),
            holder=one.center.member.nickname,
            code=one.center.member.code,
            depth=one.depth,
            by=one.center.parent.nickname if one.center.parent is not None and one.depth > 1 else "",
            branch=one,
        )
        for one in sub_centers(member.pk)
    ]


def holds_center(member: Member) -> bool:
    """Return whether a member has a centre now."""
    return Center.objects.filter(member=member, until_on__isnull=True).exists()


def _levels(rule: OperationCenter) -> str:
    """Return what the levels of centres are called; "" where any will do."""
    called = named_levels(rule.levels)
    return called.zh if language() == "zh_Hans" else called.en


def _ticked(one: Condition) -> Ticked:
    if one.what == "pack":
        name = named(one.pack) if one.pack is not None else ""
        return Ticked(one.met, _("The pack %(pack)s, bought and received") % {"pack": name}, "web:activate")
    if one.what == "rank":
        return Ticked(one.met, _("The rank %(rank)s, or a higher one") % {"rank": named(one.rank)}, "web:partner")
    return Ticked(one.met, _("The region has no centre yet"))


def _application(one: CenterApplication) -> ApplicationShown:
    return ApplicationShown(
        id=one.pk,
        region=full_name(one.region),
        state=str(one.get_state_display()),
        tone=TONES[one.state],
        reason=one.reason,
        waits=one.state == "submitted",
    )


def _places(rule: OperationCenter, programme_id: int, found: Sequence[Division], *, whole: bool) -> list[Place]:
    """Return divisions to choose, and those on the way to one."""
    found = [one for one in found if leads_to_fitting(rule, one.code)]
    codes = [one.code for one in found]
    held = Center.objects.filter(programme_id=programme_id, region__in=codes, until_on__isnull=True)
    taken = {one.region: one.member.nickname for one in held.select_related("member")}
    return [
        Place(
            code=one.code,
            name=full_name(one.code) if whole else one.name,
            taken=taken.get(one.code, ""),
            inside=bool(children(one.code)),
            fits=fits(rule, one.code),
        )
        for one in found
    ]


def _rates(now: Now) -> list[Rated]:
    return [rated(rule, rule.rate, now.terms) for rule in incomes_of(now.terms) if isinstance(rule, CenterIncome)]


def _area(center: Center, now: Now) -> Area:
    days = days_in(center.programme_id, center.region, max(now.next_close, now.today), DAYS_SHOWN)
    stores = stores_in(center.programme_id, center.region)
    shown = list(stores[: STORES_SHOWN + 1])
    busy = [one for one in reversed(days) if one.orders or one.refunded][:TABLE_DAYS]
    return Area(
        center=center,
        name=full_name(center.region),
        stores=shown[:STORES_SHOWN],
        more_stores=max(stores.count() - STORES_SHOWN, 0) if len(shown) > STORES_SHOWN else 0,
        today=days[-1],
        days=[(one, Money(one.amount), Money(one.concession), Money(one.refunded)) for one in busy],
        amount=Money(sum(one.amount for one in days)),
        concession=Money(sum(one.concession for one in days)),
        chart=_chart(days) if busy else None,
    )


def _chart(days: list[AreaDay]) -> Markup:
    chart = Columns(
        label=_("Orders in %(days)s days") % {"days": len(days)},
        description=_("Each column is what was sold in the area on a business day."),
        days=[f"{one.day.month}-{one.day.day}" for one in days],
        tips=[f"{one.day:%Y-%m-%d}: {Money(one.amount)}" for one in days],
        series=[Series(name=_("Orders"), colour="c0", values=[one.amount for one in days])],
    )
    decimals = Money(0).decimals
    return Markup(draw_columns(chart, Figures(decimals, language()).marks(marks_of(chart), decimals)))


def now_of(programme_id: int) -> Now:
    """Return where the programme stands; one without operation centres has no such pages."""
    now = read_now(programme_id)
    refuse_without(now)
    return now
