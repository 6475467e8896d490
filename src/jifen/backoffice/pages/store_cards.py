"""The membership cards of a store: what is sold, to whom, and what was had of them today (S1-33)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.fields import MinorField
from jifen.backoffice.figures import show_amount, show_moment, show_money
from jifen.backoffice.pages.stores import member_cell, store_title
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Table, columns, number, slice_of
from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.digits import number_of
from jifen.storefront.models import (
    DAYS_MAX,
    TIMES_MAX,
    WHOLE,
    Card,
    CardItem,
    CardPlan,
    CardState,
    CardUse,
    ItemKind,
)
from jifen.storefront.plans import NewItem, NewPlan, add_plan, plans_of, sell_plan, stop_plan
from jifen.storefront.shares import percent
from jifen.storefront.terms import card_kind
from jifen.stores.models import Store

TONES = {CardState.ORDERED: "wait", CardState.OPEN: "good", CardState.CLOSED: "bad"}
PARTS_MAX = 3  # of a free item's line: name, days, times


def _percent(label: Any, initial: int | None = None, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        initial=initial,
        required=False,
        help_text=help_text,
    )


class PlanForm(ReasonForm):
    """A card and what it gives."""

    title = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    title_en = forms.CharField(label=gettext_lazy("English name"), max_length=60, required=False)
    price = MinorField(label=gettext_lazy("Price in yuan"))
    days = forms.IntegerField(label=gettext_lazy("Good for days"), min_value=1, max_value=DAYS_MAX, initial=365)
    points = MinorField(label=gettext_lazy("Shopping points on opening"), required=False)
    visit_off = _percent(gettext_lazy("Off every bill, in percent"))
    goods_price = _percent(
        gettext_lazy("Price of the store's products, in percent"), help_text=gettext_lazy("At 78 a price of 100 is 78.")
    )
    sourced_share = _percent(gettext_lazy("Shopping points pay of platform products, in percent"))
    free = forms.CharField(
        label=gettext_lazy("Free once a day"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "jf-input"}),
        help_text=gettext_lazy("One a line: the name, a comma, for how many days; and a comma, how often in all."),
    )
    special = forms.CharField(label=gettext_lazy("Special of the day"), max_length=60, required=False)
    special_price = MinorField(label=gettext_lazy("Price of the special, in yuan"), required=False)

    field_order = (
        *("title", "title_en", "price", "days", "points", "visit_off", "goods_price", "sourced_share"),
        *("free", "special", "special_price", "reason", "key"),
    )

    def clean_free(self) -> list[tuple[str, int, int | None]]:
        """Return name, days and times of each line."""
        found = []
        for line in str(self.cleaned_data["free"]).replace("，", ",").splitlines():
            if not line.strip():
                continue
            name, *parts = (part.strip() for part in line.split(","))
            numbers = [number_of(part) for part in parts]
            if not 1 <= len(numbers) < PARTS_MAX or None in numbers:
                raise forms.ValidationError(_("Write each line as: coffee, 90"))
            days, times = numbers[0] or 0, numbers[1] if len(numbers) > 1 else None
            if not 1 <= days <= DAYS_MAX or (times is not None and not 1 <= times <= TIMES_MAX):
                raise forms.ValidationError(_("Write each line as: coffee, 90"))
            found.append((name, days, times))
        return found

    def clean(self) -> dict[str, Any]:
        """Ask for the special's name and its price together."""
        values = super().clean() or {}
        if bool(values.get("special")) != bool(values.get("special_price")) and "special_price" in values:
            self.add_error("special_price", _("A special has a name and a price."))
        return values


@page("see_stores")
def cards(desk: Desk, store_id: int) -> HttpResponseBase:
    """Show what cards a store sells, who has one, and what was had today."""
    found = get_object_or_404(Store, pk=store_id, programme=desk.programme)
    plans = plans_of(found.pk)
    return act_or_show(
        desk.request,
        [_add(desk, found), *(_switch(desk, plan) for plan in plans)],
        lambda offers: show(
            desk.request,
            "backoffice/agent.html",
            _("Membership cards of %(store)s") % {"store": store_title(found)},
            state=Cell(""),
            facts=[(_("Store"), Cell(f"{found.code} {store_title(found)}", href=to(desk, "store", found.pk)))],
            sections=[
                (_("Cards on sale"), "table", _plans(desk, plans)),
                (_("Had today"), "table", _uses(desk, found)),
                (_("Cards of members"), "table", _cards(desk, found)),
            ],
            offers=offers,
        ),
    )


def plan_title(plan: CardPlan) -> str:
    """Return what a card is called, in the reader's language."""
    return (plan.title_en or plan.title) if language() == "en" else plan.title


def item_title(item: CardItem) -> str:
    """Return what an item of a card is called, in the reader's language."""
    return (item.title_en or item.title) if language() == "en" else item.title


def benefits(desk: Desk, plan: CardPlan) -> list[str]:
    """Return what a card gives, in words."""
    found = []
    kind = card_kind(desk.terms)
    if plan.points and kind:
        points = show_amount(plan.points, desk.terms.kinds[kind].decimals)
        found.append(f"{points} {desk.kind_title(kind)}")
    if plan.visit_off:
        found.append(_("%(share)s %% off every bill") % {"share": percent(plan.visit_off)})
    if plan.goods_price < WHOLE:
        found.append(_("the store's products at %(share)s %%") % {"share": percent(plan.goods_price)})
    if plan.sourced_share:
        found.append(_("points pay %(share)s %% of platform products") % {"share": percent(plan.sourced_share)})
    return [*found, *(_item_text(item) for item in plan.items.all())]


def _item_text(item: CardItem) -> str:
    values = {"item": item_title(item), "days": item.days, "times": item.times, "price": show_money(item.price)}
    if item.kind == ItemKind.SPECIAL:
        return _("%(item)s at %(price)s, one a day") % values
    if item.times is not None:
        return _("%(item)s free, once a day for %(days)s days, %(times)s times in all") % values
    return _("%(item)s free, once a day for %(days)s days") % values


def _plans(desk: Desk, plans: list[CardPlan]) -> Table:
    headings = columns(_("Card"), _("State"), _("Price"), _("Good for days"), _("What it gives"), numbers=(2, 3))
    rows = [
        [
            Cell(plan_title(plan)),
            _plan_state(plan),
            number(show_money(plan.price)),
            number(f"{plan.days:,}"),
            Cell("; ".join(benefits(desk, plan))),
        ]
        for plan in plans
    ]
    return Table(headings, rows, empty=_("The store has no cards yet."))


def _plan_state(plan: CardPlan) -> Cell:
    if plan.active:
        return Cell(_("on sale"), tone="good")
    if plan.approved_by_id:
        return Cell(_("not on sale"), tone="plain")
    return Cell(_("waits for an operator"), tone="wait")


def _uses(desk: Desk, found: Store) -> Table:
    rows = CardUse.objects.filter(store=found, used_on=desk.today).select_related("item", "card__member")
    cells = [
        [Cell(show_moment(one.used_at, desk.zone)), member_cell(desk, one.card.member), Cell(item_title(one.item))]
        for one in rows.order_by("-pk")
    ]
    return Table(columns(_("When"), _("Member"), _("What")), cells)


def _cards(desk: Desk, found: Store) -> Table:
    rows = slice_of(Card.objects.filter(store=found).select_related("member", "plan", "order"), desk.request)
    headings = columns(
        *(_("Member"), _("Card"), _("State"), _("Opened on"), _("Good until"), _("Points granted"), _("Taken back")),
        _("Order"),
        numbers=(5, 6),
    )
    return rows_of(desk.request, rows, headings, lambda one: _card(desk, one))


def _card(desk: Desk, card: Card) -> list[Cell]:
    kind = card_kind(desk.terms)
    decimals = desk.terms.kinds[kind].decimals if kind else 0
    return [
        member_cell(desk, card.member),
        Cell(plan_title(card.plan)),
        Cell(str(card.get_state_display()), tone=TONES[CardState(card.state)]),
        Cell(f"{card.opened_on or ''}"),
        Cell(f"{card.until_on or ''}"),
        number(show_amount(card.granted, decimals) if card.granted else ""),
        number(show_amount(card.taken_back, decimals) if card.taken_back else ""),
        Cell(card.order.number, href=to(desk, "order", card.order.number)),
    ]


def _add(desk: Desk, found: Store) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        add_plan(
            store_id=found.pk,
            plan=_plan(desk, values),
            reason=values["reason"],
            operator_id=desk.operator.pk,
            key=values["key"],
        )
        return _("Added. The card is on sale.")

    note = _("What was sold stays as it was; for other terms add another card and stop this one.")
    return Action("add", _("Add a card"), "change_stores", run, form=PlanForm, note=note, tone="main")


def _plan(desk: Desk, values: Mapping[str, Any]) -> NewPlan:
    kind = card_kind(desk.terms)
    unit = 10 ** (desk.terms.kinds[kind].decimals - MONEY_DECIMALS) if kind else 1
    items = [NewItem(title=name, days=days, times=times) for name, days, times in values["free"]]
    if values["special"]:
        items.append(NewItem(title=values["special"], days=values["days"], price=values["special_price"]))
    return NewPlan(
        title=values["title"],
        title_en=values["title_en"],
        price=values["price"],
        days=values["days"],
        points=(values["points"] or 0) * unit,
        visit_off=_bp(values["visit_off"], 0),
        goods_price=_bp(values["goods_price"], WHOLE),
        sourced_share=_bp(values["sourced_share"], 0),
        items=tuple(items),
    )


def _bp(typed: Decimal | None, otherwise: int) -> int:
    return otherwise if typed is None else int(typed * 100)


def _switch(desk: Desk, plan: CardPlan) -> Action:
    named = {"card": plan_title(plan)}

    def run(values: Mapping[str, Any]) -> str:
        act = stop_plan if plan.active else sell_plan
        act(plan_id=plan.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("The card is sold no more.") if plan.active else _("The card is on sale.")

    if plan.active:
        return Action(f"stop{plan.pk}", _("Stop %(card)s") % named, "change_stores", run, tone="bad")
    return Action(f"sell{plan.pk}", _("Let %(card)s be sold") % named, "change_stores", run)
