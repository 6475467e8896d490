"""Packs and service cards: what was sold of each, and who is activated; partners by rank (S2-02 … S2-12, S2-50)."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.figures import show_money
from jifen.backoffice.showing import EXPORT_ROWS_MAX, export, export_query, rows_of, show, to, wants_export
from jifen.backoffice.tables import Cell, Column, Figure, Filter, Table, columns, number, slice_of
from jifen.engine.digits import member_number, number_of
from jifen.engine.rules.operation_center import OperationCenter
from jifen.engine.rules.pack_grant import Pack, PackGrant
from jifen.members.models import Member, Standing
from jifen.sales.baskets import price_of
from jifen.sales.models import CONFIRMED_STATES, OPEN_STATES, Order, OrderState, Product


@dataclass(frozen=True)
class Sales:
    """Pieces of a pack: received, on their way, waiting for payment; money in fen."""

    received: int = 0
    on_the_way: int = 0
    waiting: int = 0
    amount: int = 0
    refunded: int = 0


@page("see_airdrops")
def packs(desk: Desk) -> HttpResponseBase:
    """Show what each pack costs and brings, and how many were bought."""
    rule = desk.terms.packs
    if rule is None:
        raise Http404
    sold = _sold(desk, rule)
    standing = Standing.objects.filter(programme_id=desk.programme.pk)
    counts = standing.aggregate(some=Count("pk", filter=Q(active__gt=0)), all=Count("pk"), stand=Sum("active"))
    headings = columns(
        *(_("Pack"), _("Code"), _("Price"), _("Brings"), _("Received"), _("On the way"), _("Waiting for payment")),
        *(_("Turnover"), _("Refunded")),
        numbers=(2, 4, 5, 6, 7, 8),
    )
    codes = _codes(desk, rule)
    rows = [_row(desk, codes[pack.name], pack, sold.get(pack.name, Sales())) for pack in rule.packs]
    return show(
        desk.request,
        "backoffice/list.html",
        _("Packs and service cards"),
        lead=_("Prices and what packs bring stand in the programme's document. A pack counts when its receipt is "
               "confirmed; a member stays activated as long as one pack that activates stands."),
        figures=[
            Figure(_("Activated members"), f"{counts['some']:,}", _("of %(all)s") % {"all": f"{counts['all']:,}"}),
            Figure(_("Packs that stand"), f"{counts['stand'] or 0:,}"),
            Figure(_("On the way"), f"{sum(one.on_the_way for one in sold.values()):,}",
                   href=to(desk, "orders") + "?state=sent"),
        ],
        table=Table(headings, rows),
    )  # fmt: skip


def _sold(desk: Desk, rule: PackGrant) -> dict[str, Sales]:
    names, done = [pack.name for pack in rule.packs], Q(state__in=CONFIRMED_STATES)
    found = Order.objects.filter(programme=desk.programme, product__in=names).values("product")
    sums = found.annotate(
        received=Sum("quantity", filter=done, default=0),
        on_the_way=Sum("quantity", filter=Q(state=OrderState.SENT), default=0),
        waiting=Sum("quantity", filter=Q(state__in=OPEN_STATES), default=0),
        paid=Sum("amount", filter=done, default=0),
        back=Sum("refunded", filter=done, default=0),
    )
    return {
        one["product"]: Sales(one["received"], one["on_the_way"], one["waiting"], one["paid"], one["back"])
        for one in sums.order_by("product")
    }


def _codes(desk: Desk, rule: PackGrant) -> dict[str, Cell]:
    """Return the packs' codes, with the way to where pictures and description are set (S2-20, S2-50)."""
    names = [pack.name for pack in rule.packs]
    if not desk.may("change_products"):
        return {name: Cell(name) for name in names}
    listed = dict(Product.objects.filter(programme=desk.programme, code__in=names).values_list("code", "pk"))
    add = to(desk, "product_add")
    ways = {name: to(desk, "product", listed[name]) if name in listed else f"{add}?pack={name}" for name in names}
    return {name: Cell(name, href=href) for name, href in ways.items()}


def _row(desk: Desk, code: Cell, pack: Pack, sold: Sales) -> list[Cell]:
    rule = desk.terms.packs
    assert rule is not None
    title = pack.title_en if language() == "en" else pack.title
    brings = [f"{pack.points} {desk.kind_title(rule.kind)}"]
    if rule.frozen_kind and pack.frozen:
        brings.append(
            _("%(amount)s %(kind)s, frozen") % {"amount": pack.frozen, "kind": desk.kind_title(rule.frozen_kind)}
        )
    center = desk.terms.rule(OperationCenter)
    if center is not None and center.pack == pack.name:
        brings.append(_("a centre"))
    return [
        Cell(title),
        code,
        number(show_money(price_of(pack))),
        Cell(" · ".join(brings)),
        number(f"{sold.received:,}"),
        number(f"{sold.on_the_way:,}"),
        number(f"{sold.waiting:,}"),
        number(show_money(sold.amount)),
        number(show_money(sold.refunded)),
    ]


@page("see_airdrops")
def partners(desk: Desk) -> HttpResponseBase:
    """List the members who have a rank, the newest member first; all of them in Excel."""
    if desk.terms.partner_ranks is None:
        raise Http404
    found = _partners(desk)
    if wants_export(desk.request):
        rows = [_partner(desk, one) for one in found.order_by("-pk")[:EXPORT_ROWS_MAX]]
        return export(desk, "partners", _partner_columns(), rows)
    read = desk.request.GET
    ranks = [(str(place), desk.rank_title(place)) for place in range(1, len(desk.terms.rank_names) + 1)]
    table = rows_of(desk.request, slice_of(found, desk.request), _partner_columns(), lambda one: _partner(desk, one))
    return show(
        desk.request,
        "backoffice/list.html",
        _("Partners"),
        lead=_("Ranks are found with each close of a day and count from the next."),
        table=table,
        filters=[
            Filter("q", _("Member code or name"), value=read.get("q", ""), kind="search"),
            Filter("rank", _("Rank"), [("", _("all")), *ranks], read.get("rank", "")),
        ],
        export_query=export_query(desk),
    )


def _partners(desk: Desk) -> QuerySet[Member]:
    found = Member.objects.filter(programme=desk.programme, standing__rank__gt=0).select_related("standing")
    rank, words = number_of(desk.request.GET.get("rank", "")), desk.request.GET.get("q", "").strip()
    if rank is not None:
        found = found.filter(standing__rank=rank)
    if words:
        code = member_number(words)
        found = found.filter(Q(pk=code) if code is not None else Q(name__startswith=words))
    return found.annotate(direct=Count("referred"))


def _partner_columns() -> list[Column]:
    return columns(
        *(_("Member"), _("Rank"), _("Activated"), _("Direct referrals"), _("Consumption of the team"), _("Joined")),
        numbers=(3, 4),
    )


def _partner(desk: Desk, one: Member) -> list[Cell]:
    direct: int = getattr(one, "direct", 0)
    return [
        Cell(f"{one.code} {one.name}", href=to(desk, "member", one.pk)),
        Cell(desk.rank_title(one.standing.rank), tone="good"),
        Cell(_("yes") if one.standing.active else _("no")),
        number(f"{direct:,}"),
        number(show_money(one.standing.team_amount)),
        Cell(f"{one.joined_on}"),
    ]
