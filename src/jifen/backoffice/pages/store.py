"""One store, whole: takings, shareholders, partners, cards and orders; and what operators change (S1-26 … S1-36)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.fields import MinorField
from jifen.backoffice.figures import show_amount, show_money
from jifen.backoffice.mixes import plain
from jifen.backoffice.pages.orders import order_columns, order_row
from jifen.backoffice.pages.stores import (
    StoreForm,
    fields_of,
    form_for,
    member_cell,
    rate_text,
    ratio_text,
    state_cell,
    store_title,
)
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Figure, Table, columns, number, slice_of
from jifen.engine.rules.shopping_grant import ShoppingGrant
from jifen.sales.models import Order
from jifen.sales.settlements import owed_to_store
from jifen.storefront.cap_table import CapTable, Holder, cap_table
from jifen.storefront.earnings import paydays
from jifen.storefront.figures import NOTHING, Figures, figures_of
from jifen.storefront.models import Card, CardPlan, CardState
from jifen.storefront.partners import Customer, Fund, fund_of, nearest_of, partners_of
from jifen.storefront.people import member_of
from jifen.storefront.registering import change_store, close_store, open_store
from jifen.storefront.shares import Purchase, percent, propose_purchase, propose_return
from jifen.stores.models import Store
from jifen.stores.regions import full_name
from jifen.stores.terms import owes_stores


class PurchaseForm(ReasonForm):
    """Who buys shares, how much, and what was paid."""

    member = forms.CharField(label=gettext_lazy("Phone or member code"), max_length=40)
    share = forms.DecimalField(
        label=gettext_lazy("Share in percent"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    amount = MinorField(label=gettext_lazy("Paid by bank, in yuan"))
    initiator = forms.BooleanField(label=gettext_lazy("The initiator of the store"), required=False)

    field_order = ("member", "share", "amount", "initiator", "reason", "key")


class ReturnForm(ReasonForm):
    """Who gives up shares."""

    member = forms.CharField(label=gettext_lazy("Phone or member code"), max_length=40)

    field_order = ("member", "reason", "key")


@page("see_stores")
def store(desk: Desk, store_id: int) -> HttpResponseBase:
    """Tell everything about a store on one page."""
    rows = Store.objects.select_related("owner", "referrer", "standing", "branch")
    found = get_object_or_404(rows, pk=store_id, programme=desk.programme)
    shares, fund = cap_table(found, desk.today), fund_of(found, desk.terms, desk.today)
    return act_or_show(
        desk.request,
        _actions(desk, found, shares),
        lambda offers: show(
            desk.request,
            "backoffice/agent.html",
            store_title(found),
            state=state_cell(found),
            figures=_figures(desk, found, fund),
            facts=_facts(desk, found, fund),
            sections=[
                *([] if desk.terms.float_kind or owes_stores(desk.terms) else _sold_sections(desk, found, shares)),
                (_("Orders"), "table", _orders(desk, found)),
            ],
            offers=offers,
        ),
    )


def _sold_sections(desk: Desk, found: Store, shares: CapTable) -> list[tuple[str, str, Table]]:
    """Return who holds shares of a store, and its partners."""
    return [(_("Shareholders"), "table", _shareholders(desk, shares)), *_partner_sections(desk, found)]


def _figures(desk: Desk, found: Store, fund: Fund | None) -> list[Figure]:
    today = figures_of([found.pk], desk.today, desk.today).get(found.pk, NOTHING)
    month = figures_of([found.pk], desk.today.replace(day=1), desk.today).get(found.pk, NOTHING)
    figures = [
        Figure(_("Turnover today"), show_money(today.turnover), _refunded(today)),
        Figure(_("Turnover this month"), show_money(month.turnover), _refunded(month)),
    ]
    if owes_stores(desk.terms):
        owed = Figure(_("Still owed"), show_money(owed_to_store(found.pk)), href=to(desk, "store_due", found.pk))
        return [*figures, Figure(_("Concessions this month"), show_money(month.concession)), owed]
    waiting = _("of %(turnover)s turnover, paid with the next close") % {
        "turnover": show_money(found.standing.turnover)
    }
    figures += [
        Figure(_("Commission today"), show_money(today.commission)),
        Figure(_("Commission this month"), show_money(month.commission)),
        Figure(_("Takings to be paid"), show_money(found.standing.net), waiting),
    ]
    grant = desk.terms.rule(ShoppingGrant)
    if grant is not None:
        shown = show_amount(month.shopping, desk.terms.kinds[grant.kind].decimals)
        figures.append(Figure(_("Points granted this month"), shown, desk.kind_title(grant.kind)))
    if fund is not None:
        payday = _("next payday %(day)s") % {"day": fund.payday or "–"}
        figures.append(Figure(_("Partners' fund"), show_money(fund.amount), payday))
    return figures


def _refunded(figures: Figures) -> str:
    return _("refunded: %(amount)s") % {"amount": show_money(figures.refunded)} if figures.refunded else ""


def _facts(desk: Desk, found: Store, fund: Fund | None) -> list[tuple[str, Cell]]:
    cards = Card.objects.filter(store=found, state=CardState.OPEN, until_on__gte=desk.today).count()
    plans = CardPlan.objects.filter(store=found, active=True).count()
    sold = _("%(plans)s on sale, %(cards)s with members") % {"plans": plans, "cards": f"{cards:,}"}
    rows = [
        (_("Code"), Cell(found.code)),
        *_terms_with(desk, found),
        (_("Owner"), member_cell(desk, found.owner) if found.owner else Cell(_("head office"))),
        (_("Brought by"), member_cell(desk, found.referrer)),
        (_("Region"), Cell(full_name(found.region))),
        (_("Address"), Cell(found.address)),
        (_("Phone"), Cell(found.phone)),
        (_("Concession"), Cell(rate_text(found.concession))),
        (_("Services"), Cell(found.services)),
        (_("Latitude, longitude"), Cell(f"{found.latitude}, {found.longitude}" if found.latitude is not None else "")),
        (_("Joined on"), Cell(f"{found.joined_on}")),
        (_("Membership cards"), Cell(sold, href=to(desk, "store_cards", found.pk))),
        (_("Partners"), Cell(_terms_of(fund) if fund is not None else "")),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _terms_with(desk: Desk, found: Store) -> list[tuple[str, Cell]]:
    """Return what was agreed on with a store: its commission; in an alliance what it is, gives and pays."""
    rate = Cell(rate_text(found.rate) or _("that of the programme"))
    if not desk.terms.float_kind:
        return [(_("Commission"), rate)]
    branch = found.branch
    return [
        (_("Type"), Cell(str(found.get_type_display()))),
        (_("Branch"), Cell(branch.code, href=to(desk, "store", branch.pk)) if branch is not None else Cell("")),
        (_("Points for 1 CNY"), Cell(ratio_text(found.ratio))),
        (_("Share of sales"), rate),
        (_("Points"), Cell(_("what it holds, owes and settled"), href=to(desk, "store_points", found.pk))),
    ]


def _terms_of(fund: Fund) -> str:
    """Return what makes a partner, and how they share."""
    by = []
    if fund.threshold:
        by.append(_("purchases of %(amount)s") % {"amount": show_money(fund.threshold)})
    if fund.product:
        by.append(_("the product %(product)s") % {"product": fund.product})
    how = _("all get the same") if fund.equal else _("each by what was bought")
    return _("by %(ways)s; %(how)s") % {"ways": f" {_('or')} ".join(by), "how": how}


def _shareholders(desk: Desk, shares: CapTable) -> Table:
    headings = columns(
        *(_("Holder"), _("Share"), _("Since"), _("Until"), _("Earned by shares"), _("Earned by management")),
        numbers=(1, 4, 5),
    )
    own = [Cell(_("head office")), number(f"{percent(shares.head_office_bp)} %"), *(Cell("") for _place in range(4))]
    return Table(headings, [own, *(_holder(desk, one) for one in (*shares.holders, *shares.former))])


def _holder(desk: Desk, one: Holder) -> list[Cell]:
    name = f"{one.code} {one.name}"
    named = _("%(name)s · initiator") % {"name": name} if one.initiator else name
    return [
        Cell(named, href=to(desk, "member", one.member_id)),
        number(f"{percent(one.share_bp)} %"),
        Cell(f"{one.since_on}"),
        Cell(f"{one.until_on or ''}"),
        number(show_money(one.of_shares)),
        number(show_money(one.of_management) if one.of_management else ""),
    ]


def _partner_sections(desk: Desk, found: Store) -> list[tuple[str, str, Table]]:
    """Return the partners, the customers nearest to be one, and the last paydays."""
    partners = [_partner(desk, one) for one in partners_of(found, desk.terms, desk.today)]
    nearest = [_near(desk, one) for one in nearest_of(found, desk.terms)]
    paid = [[Cell(f"{one.day}"), number(show_money(one.amount))] for one in paydays(found, desk.today)]
    bought = columns(_("Member"), _("Since"), _("How"), _("Bought here"), _("Dividends"), numbers=(3, 4))
    lacking = columns(_("Member"), _("Bought here"), _("Missing"), numbers=(1, 2))
    return [
        (_("Partners"), "table", Table(bought, partners)),
        (_("Nearest to be partners"), "table", Table(lacking, nearest)),
        (_("Dividends of partners"), "table", Table(columns(_("Business day"), _("Paid"), numbers=(1,)), paid)),
    ]


def _partner(desk: Desk, one: Customer) -> list[Cell]:
    return [
        Cell(f"{one.code} {one.name}", href=to(desk, "member", one.member_id)),
        Cell(f"{one.since_on}"),
        Cell(_("by a product") if one.by_product else _("by purchases")),
        number(show_money(one.amount)),
        number(show_money(one.dividends)),
    ]


def _near(desk: Desk, one: Customer) -> list[Cell]:
    missing = show_money(one.missing) if one.missing is not None else ""
    return [
        Cell(f"{one.code} {one.name}", href=to(desk, "member", one.member_id)),
        number(show_money(one.amount)),
        number(missing),
    ]


def _orders(desk: Desk, found: Store) -> Table:
    rows = slice_of(Order.objects.filter(store=found).select_related("member"), desk.request)
    return rows_of(desk.request, rows, order_columns(), lambda one: order_row(desk, one))


def _actions(desk: Desk, found: Store, shares: CapTable) -> list[Action]:
    actions = [_change(desk, found), _switch(desk, found)]
    if desk.terms.float_kind or owes_stores(desk.terms):
        return actions
    if shares.head_office_bp:
        actions.append(_sell(desk, found, shares))
    if shares.holders:
        actions.append(_return(desk, found))
    return actions


def _change(desk: Desk, found: Store) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        change_store(store_id=found.pk, operator_id=desk.operator.pk, reason=values["reason"], **fields_of(values))
        return _("Changed. Orders that were placed keep their commission.")

    kept = ("title", "title_en", "address", "phone", "latitude", "longitude", "services")
    initial: dict[str, Any] = {name: getattr(found, name) for name in kept}
    initial["concession"] = plain(found.concession * 100) if found.concession is not None else None
    initial["rate"] = plain(found.rate * 100) if found.rate is not None else None
    return Action(
        "change", _("Change the store"), "change_stores", run, form=form_for(desk, StoreForm), initial=initial
    )


def _switch(desk: Desk, found: Store) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        act = close_store if found.active else open_store
        act(store_id=found.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("The store sells no more.") if found.active else _("The store sells again.")

    if found.active:
        note = _("Nobody can pay there any more. What was sold is settled as ever.")
        return Action("close", _("Close the store"), "change_stores", run, note=note, tone="bad")
    return Action("open", _("Open the store again"), "change_stores", run)


def _sell(desk: Desk, found: Store, shares: CapTable) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        purchase = Purchase(
            store_id=found.pk,
            member_id=member_of(desk.programme.pk, values["member"]).pk,
            share_bp=int(values["share"] * 100),
            amount=values["amount"],
            initiator=values["initiator"],
        )
        propose_purchase(purchase=purchase, reason=values["reason"], operator_id=desk.operator.pk, key=values["key"])
        return _("Proposed. Another operator approves it.")

    note = _("%(left)s %% are not sold. Shares earn a part of each day's turnover, and nothing is promised with them.")
    return Action(
        "sell",
        _("Propose to sell shares"),
        "sell_shares",
        run,
        form=PurchaseForm,
        note=note % {"left": percent(shares.head_office_bp)},
    )


def _return(desk: Desk, found: Store) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        propose_return(
            store_id=found.pk,
            member_id=member_of(desk.programme.pk, values["member"]).pk,
            reason=values["reason"],
            operator_id=desk.operator.pk,
            key=values["key"],
        )
        return _("Proposed. Another operator approves it.")

    note = _("All shares of the member go back to head office; what they earned stays paid.")
    return Action("return", _("Propose a return of shares"), "sell_shares", run, form=ReturnForm, note=note, tone="bad")
