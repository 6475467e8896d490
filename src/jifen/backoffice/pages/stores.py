"""Stores: found by code, name or owner, with what they sold today; and how a new one is registered (S1-17, S1-27)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.figures import show_money
from jifen.backoffice.mixes import plain
from jifen.backoffice.showing import (
    EXPORT_ROWS_MAX,
    act_or_show,
    export,
    export_query,
    rows_of,
    show,
    to,
    wants_export,
)
from jifen.backoffice.tables import Cell, Column, Filter, columns, number, slice_of
from jifen.engine.digits import member_number
from jifen.members.models import Member
from jifen.members.phones import find_by_phone
from jifen.storefront.figures import NOTHING, Figures, figures_of
from jifen.storefront.registering import (
    LATITUDE_MAX,
    LONGITUDE_MAX,
    RATIO_MAX,
    NewStore,
    StoreFields,
    register_store,
)
from jifen.stores.models import CODE_LENGTH, Store, StoreType
from jifen.stores.regions import division, full_name
from jifen.stores.regions import search as search_regions

PERCENT_DIGITS, PERCENT_DECIMALS = 10, 7
REGIONS_NAMED = 5
SERVICES_MAX = 500
DEGREE_DIGITS, DEGREE_DECIMALS = 9, 6


def _degrees(label: Any, most: int) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=-most,
        max_value=most,
        max_digits=DEGREE_DIGITS,
        decimal_places=DEGREE_DECIMALS,
        required=False,
        help_text=gettext_lazy("In degrees of WGS 84, as phones measure; empty: unknown."),
    )


def ratio_field() -> forms.DecimalField:
    """Return the field for the points that a store gives for 1 CNY (S3-12)."""
    return forms.DecimalField(
        label=gettext_lazy("Points for 1 CNY"),
        min_value=0,
        max_value=RATIO_MAX,
        max_digits=PERCENT_DIGITS,
        decimal_places=PERCENT_DECIMALS,
        required=False,
        help_text=gettext_lazy("Such as 0.4, where the stores of the programme give points. Empty: none."),
    )


def share_field() -> forms.DecimalField:
    """Return the field for the share of its sales that a store pays (S3-17)."""
    return forms.DecimalField(
        label=gettext_lazy("Share of sales in percent"),
        min_value=0,
        max_value=100,
        max_digits=PERCENT_DIGITS,
        decimal_places=PERCENT_DECIMALS,
        required=False,
        help_text=gettext_lazy("Empty: that of the programme."),
    )


class StoreForm(ReasonForm):
    """What of a store may change."""

    title = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    title_en = forms.CharField(label=gettext_lazy("English name"), max_length=100, required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=20, required=False)
    rate = forms.DecimalField(
        label=gettext_lazy("Commission in percent"),
        min_value=0,
        max_value=100,
        max_digits=PERCENT_DIGITS,
        decimal_places=PERCENT_DECIMALS,
        required=False,
        help_text=gettext_lazy("Empty: that of the programme. Orders that were placed keep theirs."),
    )
    latitude = _degrees(gettext_lazy("Latitude"), LATITUDE_MAX)
    longitude = _degrees(gettext_lazy("Longitude"), LONGITUDE_MAX)
    services = forms.CharField(
        label=gettext_lazy("Services"),
        max_length=SERVICES_MAX,
        required=False,
        help_text=gettext_lazy("Words with spaces between them, by which members find the store."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    concession = forms.DecimalField(
        label=gettext_lazy("Concession in percent"),
        min_value=0,
        max_value=100,
        max_digits=PERCENT_DIGITS,
        decimal_places=PERCENT_DECIMALS,
        required=False,
        help_text=gettext_lazy("What the store gives up of each bill, where the programme has concessions."),
    )

    ratio = ratio_field()

    field_order = (
        *("code", "title", "title_en", "type", "branch", "owner", "referrer", "region", "address", "latitude"),
        *("longitude", "phone", "services", "concession", "rate", "ratio", "reason"),
    )


class NewStoreForm(StoreForm):
    """A store with what it keeps for good."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=CODE_LENGTH, help_text=gettext_lazy("It stands in the payment code.")
    )
    type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        choices=StoreType.choices,
        required=False,
        help_text=gettext_lazy("A branch sells points to its own stores. It cannot be changed later."),
    )
    branch = forms.CharField(
        label=gettext_lazy("Branch"),
        max_length=CODE_LENGTH,
        required=False,
        help_text=gettext_lazy("Code of the branch that the store buys points from; empty: head office. For good."),
    )
    owner = forms.CharField(
        label=gettext_lazy("Owner"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Phone or member code; empty: head office. It cannot be changed later."),
    )
    referrer = forms.CharField(
        label=gettext_lazy("Who brought the store"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Phone or member code; empty: nobody. It cannot be changed later."),
    )
    region = forms.CharField(
        label=gettext_lazy("Region"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Code or name of the district, such as 440305. It cannot be changed later."),
    )

    def clean_region(self) -> str:
        """Return the code of the division that was typed by code or name."""
        text = "".join(str(self.cleaned_data["region"]).split())
        if not text or division(text) is not None:
            return text
        found = search_regions(text)
        if len(found) == 1 or (found and found[0].name == text and found[1].name != text):
            return found[0].code
        if not found:
            raise forms.ValidationError(_("There is no such region."))
        named = "; ".join(f"{one.code} {full_name(one.code)}" for one in found[:REGIONS_NAMED])
        raise forms.ValidationError(_("Several regions are called so: %(regions)s") % {"regions": named})


@page("see_stores")
def stores(desk: Desk) -> HttpResponseBase:
    """List stores, newest first, with what they sold today; register one."""
    found = _found(desk)
    if wants_export(desk.request):
        rows = list(found.order_by("-pk")[:EXPORT_ROWS_MAX])
        sold = figures_of([one.pk for one in rows], desk.today, desk.today)
        return export(desk, "stores", _columns(desk), [_row(desk, one, sold) for one in rows])
    shown = slice_of(found, desk.request)
    today = figures_of([one.pk for one in shown.rows], desk.today, desk.today)
    table = rows_of(desk.request, shown, _columns(desk), lambda one: _row(desk, one, today))
    return act_or_show(
        desk.request,
        [_register(desk)],
        lambda offers: show(
            desk.request,
            "backoffice/list.html",
            _("Stores"),
            table=table,
            filters=_filters(desk),
            links=[] if desk.terms.float_kind else [Cell(_("Shares of stores"), href=to(desk, "share_proposals"))],
            export_query=export_query(desk),
            offers=offers,
        ),
    )


def store_title(store: Store) -> str:
    """Return what a store is called, in the reader's language."""
    return (store.title_en or store.title) if language() == "en" else store.title


def rate_text(rate: Decimal | None) -> str:
    """Return a commission in percent; "" for that of the programme."""
    return f"{plain(rate * 100)} %" if rate is not None else ""


def member_cell(desk: Desk, member: Member | None) -> Cell:
    """Return a member with the way to its page; nothing for nobody."""
    return Cell(f"{member.code} {member.name}", href=to(desk, "member", member.pk)) if member is not None else Cell("")


def ratio_text(ratio: Decimal | None) -> str:
    """Return the points for 1 CNY as people read them; nothing for none."""
    return f"{ratio.normalize():f}" if ratio is not None else ""


def state_cell(store: Store) -> Cell:
    """Return whether a store sells, as a badge."""
    return Cell(_("sells"), tone="good") if store.active else Cell(_("closed"), tone="bad")


def fields_of(values: Mapping[str, Any]) -> StoreFields:
    """Return what a form says of a store."""
    rate, concession = values["rate"], values.get("concession")
    return StoreFields(
        title=values["title"],
        title_en=values["title_en"],
        address=values["address"],
        phone=values["phone"],
        rate=rate / 100 if rate is not None else None,
        latitude=values["latitude"],
        longitude=values["longitude"],
        services=values["services"],
        concession=concession / 100 if concession is not None else None,
        ratio=values.get("ratio"),
    )


def form_for(desk: Desk, form: type[StoreForm]) -> type[StoreForm]:
    """Return a form of stores without the fields that say nothing in the programme at hand."""
    if not desk.terms.float_kind:
        return type(form.__name__, (form,), {"type": None, "branch": None, "ratio": None, "__doc__": form.__doc__})
    return type(form.__name__, (form,), {"rate": share_field(), "concession": None, "__doc__": form.__doc__})


def _found(desk: Desk) -> QuerySet[Store]:
    found = Store.objects.filter(programme=desk.programme).select_related("owner", "referrer", "branch")
    state, words = desk.request.GET.get("state", ""), desk.request.GET.get("q", "").strip()
    of_type = desk.request.GET.get("type", "")
    if of_type in StoreType.values and desk.terms.float_kind:
        found = found.filter(type=of_type)
    if state in ("open", "closed"):
        found = found.filter(active=state == "open")
    if words:
        named = Q(code__iexact=words) | Q(title__icontains=words) | Q(title_en__icontains=words)
        owner = find_by_phone(desk.programme.pk, words)
        code = member_number(words)
        member_id = code if code is not None else owner.pk if owner else None
        found = found.filter(named | Q(owner_id=member_id) if member_id is not None else named)
    return found


def _filters(desk: Desk) -> list[Filter]:
    read = desk.request.GET
    states = [("", _("all")), ("open", _("sells")), ("closed", _("closed"))]
    types = Filter("type", _("Type"), [("", _("all")), *StoreType.choices], read.get("type", ""))
    return [
        Filter("q", _("Code, name, or phone or code of the owner"), value=read.get("q", ""), kind="search"),
        Filter("state", _("State"), states, read.get("state", "")),
        *([types] if desk.terms.float_kind else []),
    ]


def _columns(desk: Desk) -> list[Column]:
    alliance = [_("Type"), _("Branch"), _("Points for 1 CNY")] if desk.terms.float_kind else []
    rate = _("Share of sales") if alliance else _("Commission")
    titles = [_("Code"), _("Name"), _("State"), _("Owner"), _("Brought by"), _("Region"), *alliance, rate]
    first = len(titles) - (2 if alliance else 1)
    return columns(*titles, *(_("Orders today"), _("Turnover today"), _("Joined on")), numbers=range(first, first + 4))


def _row(desk: Desk, store: Store, sold: Mapping[int, Figures]) -> list[Cell]:
    today = sold.get(store.pk, NOTHING)
    branch = store.branch.code if store.branch is not None else ""
    alliance = [Cell(str(store.get_type_display())), Cell(branch), number(ratio_text(store.ratio))]
    return [
        Cell(store.code, href=to(desk, "store", store.pk)),
        Cell(store_title(store)),
        state_cell(store),
        member_cell(desk, store.owner),
        member_cell(desk, store.referrer),
        Cell(full_name(store.region)),
        *(alliance if desk.terms.float_kind else []),
        number(rate_text(store.rate)),
        number(f"{today.orders:,}"),
        number(show_money(today.turnover)),
        Cell(f"{store.joined_on}"),
    ]


def _register(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        new = NewStore(
            programme_id=desk.programme.pk,
            code=values["code"],
            owner=values["owner"],
            referrer=values["referrer"],
            region=values["region"],
            type=values.get("type") or StoreType.STORE,
            branch=values.get("branch", ""),
        )
        register_store(new=new, operator_id=desk.operator.pk, reason=values["reason"], **fields_of(values))
        return _("Registered. The store sells from now on.")

    return Action(
        "register", _("Register a store"), "change_stores", run, form=form_for(desk, NewStoreForm), tone="main"
    )
