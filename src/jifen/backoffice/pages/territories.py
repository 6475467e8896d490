"""Territories on a map: what is sold in each province, who holds it, and the sale of more (S1-22, 卖地图)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

from django import forms
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.fields import MinorField, typed
from jifen.backoffice.figures import show_money
from jifen.backoffice.showing import EXPORT_ROWS_MAX, act_or_show, export, export_query, show, to, wants_export
from jifen.backoffice.tables import Cell, Column, Figure, Filter, Table, columns, number
from jifen.engine.amounts import Rate
from jifen.engine.rules.territory import Territory as TerritoryRule
from jifen.explain.model import percent
from jifen.storefront.people import member_of
from jifen.stores.models import Territory
from jifen.stores.regions import Level as LevelName
from jifen.stores.regions import full_name, level, search
from jifen.territories.deeds import Offer, propose_return, propose_sale
from jifen.territories.fees import fee_of, fees_of, set_fee
from jifen.territories.maps import (
    SHADES,
    Place,
    Province,
    Region,
    Sold,
    held_now,
    map_of,
    places_of,
    region_of,
    totals_of,
)
from jifen.territories.models import Level

Held = dict[str, Territory]
MAY_SELL = "sell_territories"


class FeeField(MinorField):
    """A fee, which may be nothing."""

    def clean(self, value: Any) -> Any:
        """Return fen; 0 is a fee here."""
        text = value.strip() if isinstance(value, str) else value
        return 0 if text in ("0", "0.0", "0.00") else super().clean(value)


class SaleForm(ReasonForm):
    """Who gets the territory, and for how much."""

    member = forms.CharField(
        label=gettext_lazy("Member"), max_length=30, help_text=gettext_lazy("A phone, or a code such as M7.")
    )
    fee = FeeField(label=gettext_lazy("Fee in yuan"))

    field_order = ("member", "fee", "reason", "key")


class FeeForm(ReasonForm):
    """What territories of a level cost."""

    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=Level.choices)
    fee = FeeField(label=gettext_lazy("Fee in yuan"))

    field_order = ("level", "fee", "reason", "key")


@dataclass(frozen=True)
class TileShown:
    """A tile as the map draws it."""

    name: str
    count: str
    says: str
    href: str
    row: int
    column: int
    shade: int
    held: bool


@page("see_territories")
def territories(desk: Desk) -> HttpResponseBase:
    """Show the map of provinces, what is sold in all, and find divisions by name."""
    _refuse_without(desk)
    held = held_now(desk.programme.pk)
    if wants_export(desk.request):
        rows = [_holding_row(desk, one) for one in list(held.values())[:EXPORT_ROWS_MAX]]
        return export(desk, "territories", _holding_columns(), rows)
    asked = desk.request.GET.get("q", "").strip()
    provinces = map_of(held)
    return act_or_show(
        desk.request,
        [_set_fee(desk)],
        lambda offers: show(
            desk.request,
            "backoffice/territories.html",
            _("Territories"),
            lead=_("A member holds a division alone. Of every order in it the holder gets the rate of the level, less "
                   "what is paid to holders of smaller divisions inside."),
            figures=_figures(desk, held),
            filters=[Filter("q", _("Name or code of a division"), value=asked, kind="search")],
            export_query=export_query(desk),
            found=_places(desk, places_of(search(asked), held), whole=True) if asked else None,
            heading=_("Map"),
            tiles=[_tile(desk, one) for one in provinces],
            shades=shades(),
            table=_province_table(desk, provinces, held),
            offers=offers,
        ),
    )  # fmt: skip


@page("see_territories")
def territory(desk: Desk, region: str) -> HttpResponseBase:
    """Show a division: who holds it, what lies in it; let an operator propose its sale or return."""
    _refuse_without(desk)
    held = held_now(desk.programme.pk)
    found = region_of(region, held)
    if found is None:
        raise Http404
    return act_or_show(
        desk.request,
        [_return(desk, found.place.territory) if found.place.territory else _sell(desk, region)],
        lambda offers: show(
            desk.request,
            "backoffice/territories.html",
            full_name(region),
            lead=_held_by(found.place),
            figures=_own_figures(desk, found),
            filters=[],
            path=[(_("Map"), to(desk, "territories")), *_way(desk, found)],
            heading=found.place.division.name,
            table=_places(desk, found.inside),
            offers=offers,
        ),
    )


def _refuse_without(desk: Desk) -> None:
    if desk.terms.rule(TerritoryRule) is None:
        raise Http404


def _way(desk: Desk, found: Region) -> list[tuple[str, str]]:
    return [(one.name, to(desk, "territory", one.code)) for one in found.path]


def _held_by(place: Place) -> str:
    one = place.territory
    if one is None:
        return _("Nobody holds it.")
    values = {"member": f"{one.member.code} {one.member.name}", "day": one.since_on, "fee": show_money(one.fee)}
    return _("%(member)s has held it since %(day)s, for %(fee)s.") % values


def _figures(desk: Desk, held: Held) -> list[Figure]:
    totals, fees = totals_of(held), fees_of(desk.programme.pk)
    rule = desk.terms.rule(TerritoryRule)
    assert rule is not None
    rows = [
        (_("Provinces sold"), totals.provinces, fees["province"], rule.province),
        (_("Cities sold"), totals.cities, fees["city"], rule.city),
        (_("Districts sold"), totals.districts, fees["district"], rule.district),
    ]
    return [
        *(Figure(title, _of(sold), _each(fee, rate)) for title, sold, fee, rate in rows),
        Figure(_("Fees of all that are held"), show_money(totals.fees), href=to(desk, "territory_deeds")),
    ]


def _each(fee: int, rate: Rate) -> str:
    return _("%(fee)s each, earns %(rate)s") % {"fee": show_money(fee), "rate": percent(rate.num, rate.den)}


def _own_figures(desk: Desk, found: Region) -> list[Figure]:
    fee = show_money(fee_of(desk.programme.pk, found.place.division.code))
    figures = [Figure(_("Level"), str(Level(found.place.level).label), fee)]
    if found.place.inside is not None:
        figures.append(Figure(_("Sold inside"), _of(found.place.inside)))
    return figures


def _of(sold: Sold) -> str:
    return _("%(sold)s of %(whole)s") % {"sold": f"{sold.sold:,}", "whole": f"{sold.whole:,}"}


def _tile(desk: Desk, one: Province) -> TileShown:
    name = one.tile.name_en if language() == "en" else one.tile.name
    counts = {"name": name, "sold": one.inside.sold, "whole": one.inside.whole}
    return TileShown(
        name=name,
        count=f"{one.inside.percent}%",
        says=_("%(name)s: %(sold)s of %(whole)s sold") % counts,
        href=to(desk, "territory", one.tile.code),
        row=one.tile.row,
        column=one.tile.column,
        shade=one.inside.shade,
        held=one.held,
    )


def shades() -> list[tuple[int, str]]:
    """Return what the shades of the map mean."""
    edges = [0, *SHADES, 100]
    between = [f"{max(low, 1)}–{high} %" for low, high in pairwise(edges)]
    names = [_("nothing sold"), *between, _("all sold")]
    return list(enumerate(names))


def _province_table(desk: Desk, provinces: list[Province], held: Held) -> Table:
    headings = columns(_("Province"), _("Sold inside"), _("Holder"), _("Since"), _("Entry fee"), numbers=(1, 4))
    rows = [
        [
            Cell(full_name(one.tile.code), href=to(desk, "territory", one.tile.code)),
            number(_of(one.inside)),
            *_holder_cells(desk, held.get(one.tile.code)),
        ]
        for one in sorted(provinces, key=lambda one: one.tile.code)
    ]
    return Table(headings, rows)


def _places(desk: Desk, found: Sequence[Place], *, whole: bool = False) -> Table:
    titles = (_("Division"), _("Level"), _("Sold inside"), _("Holder"), _("Since"), _("Entry fee"))
    headings = columns(*titles, numbers=(2, 5))
    rows = [
        [
            _division_cell(desk, one, whole=whole),
            Cell(str(Level(one.level).label)),
            number(_of(one.inside) if one.inside is not None else ""),
            *_holder_cells(desk, one.territory),
        ]
        for one in found
    ]
    return Table(headings, rows, empty=_("Nothing smaller lies in it."))


def _division_cell(desk: Desk, one: Place, *, whole: bool) -> Cell:
    code = one.division.code
    return Cell(full_name(code) if whole else one.division.name, href=to(desk, "territory", code))


def _holder_cells(desk: Desk, one: Territory | None) -> list[Cell]:
    if one is None:
        return [Cell(_("for sale"), tone="plain"), Cell(""), number("")]
    return [
        Cell(f"{one.member.code} {one.member.name}", href=to(desk, "member", one.member_id)),
        Cell(f"{one.since_on}"),
        number(show_money(one.fee)),
    ]


def _holding_columns() -> list[Column]:
    return columns(_("Code"), _("Division"), _("Level"), _("Holder"), _("Since"), _("Entry fee"), numbers=(5,))


def _holding_row(desk: Desk, one: Territory) -> list[Cell]:
    return [
        Cell(one.region),
        Cell(full_name(one.region)),
        Cell(str(Level(level(one.region)).label)),
        *_holder_cells(desk, one),
    ]


def _sell(desk: Desk, region: str) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        offer = Offer(member_of(desk.programme.pk, values["member"]).pk, region, values["fee"])
        propose_sale(offer=offer, reason=values["reason"], key=values["key"], operator_id=desk.operator.pk)
        return _("Proposed. Another operator approves it.")

    return Action(
        "sell",
        _("Propose to sell it"),
        MAY_SELL,
        run,
        form=SaleForm,
        initial={"fee": typed(fee_of(desk.programme.pk, region))},
        note=_("The member earns from the close of the day of the approval on."),
        tone="main",
        open=True,
    )


def _return(desk: Desk, held: Territory) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        propose_return(territory_id=held.pk, reason=values["reason"], key=values["key"], operator_id=desk.operator.pk)
        return _("Proposed. Another operator approves it.")

    note = _("The fee stays paid; what was earned stays earned.")
    return Action("return", _("Propose to take it back"), MAY_SELL, run, note=note, tone="bad")


def _set_fee(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        set_fee(
            programme_id=desk.programme.pk,
            of=cast(LevelName, values["level"]),
            amount=values["fee"],
            reason=values["reason"],
            operator_id=desk.operator.pk,
        )
        return _("Set. Sales that were proposed before keep their fee.")

    return Action("set_fee", _("Set what a level costs"), MAY_SELL, run, form=FeeForm)
