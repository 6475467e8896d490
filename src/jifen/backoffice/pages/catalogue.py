"""Head office's catalogue: goods at a value in points, found as members find them; as an Excel list (S3-15, S3-26)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.fields import MinorField, typed
from jifen.backoffice.product_pictures import PicturesPart
from jifen.backoffice.showing import export, export_query, rows_of, show, to, wants_export
from jifen.backoffice.tables import Cell, Column, Filter, columns, number, slice_of
from jifen.backoffice.worth import show_value
from jifen.engine.digits import number_of
from jifen.sales.catalogue import flat, in_category, with_words
from jifen.sales.import_rows import COLUMNS, NO, YES
from jifen.sales.models import PRICE_MAX, REDEMPTION, Category, Product
from jifen.sales.pricing import redemption_of

EXPORT_MAX = 50_000
STATES = ("yes", "no")

if TYPE_CHECKING:
    Base = forms.ModelForm[Product]
else:
    Base = forms.ModelForm  # takes no parameter at run time


class GoodsForm(PicturesPart, Base):
    """Goods of the catalogue; their value is typed in points."""

    price = MinorField(label=gettext_lazy("Value in points"), help_text=gettext_lazy("For new exchanges only."))
    active = forms.BooleanField(label=gettext_lazy("On offer"), required=False)
    category = forms.TypedChoiceField(
        label=gettext_lazy("Category"), coerce=int, empty_value=None, required=False, choices=()
    )

    class Meta:
        model = Product
        fields = ("code", "title", "title_en", "price", "stock", "about", "about_en", "active", "position")
        widgets = {  # noqa: RUF012 — Django's own shape of a form
            "about": forms.Textarea(attrs={"rows": 3}),
            "about_en": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        rows = [("", "–"), *((str(one.pk), path_of(one)) for one in flat(self.instance.programme_id))]
        self.fields["category"].choices = rows  # type: ignore[attr-defined]  # a choice field
        self.initial["active"] = self.instance.active
        self.initial["category"] = self.instance.category_id
        self.fields["stock"].show_hidden_initial = True  # exchanges may take from it while the form is open
        if self.instance.pk:
            self.initial["price"] = typed(self.instance.price)
            self.fields["code"].disabled = True
        self.order_fields(["code", "category", "title", "title_en", "price", "stock", "about", "about_en"])
        self.add_picture_fields()

    def clean_price(self) -> int:
        """Refuse what the database would refuse."""
        price: int = self.cleaned_data["price"]
        if price > PRICE_MAX:
            raise forms.ValidationError(_("The value is too high."))
        return price

    def clean_stock(self) -> int | None:
        """Refuse what the database would refuse."""
        stock: int | None = self.cleaned_data["stock"]
        if stock is not None and stock < 0:
            raise forms.ValidationError(_("The stock cannot be less than nothing."))
        return stock

    def clean_code(self) -> str:
        """Refuse a code that another product of the programme has."""
        code: str = self.cleaned_data["code"]
        others = Product.objects.filter(programme_id=self.instance.programme_id, code=code).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("Another product has this code."))
        return code

    def clean(self) -> dict[str, Any]:
        """Refuse more pictures than there may be."""
        values = super().clean() or self.cleaned_data
        self.check_pictures()
        return values

    @transaction.atomic
    def keep(self) -> bool:
        """Save, unless the stock was to be changed and moved while the form was open; say whether it was saved."""
        goods = self.save(commit=False)
        goods.category_id = self.cleaned_data["category"]
        if goods.pk is not None:
            stock = Product.objects.select_for_update(no_key=True).get(pk=goods.pk).stock
            if "stock" not in self.changed_data:
                goods.stock = stock
            elif self.data.get(self["stock"].html_initial_name, "") != ("" if stock is None else str(stock)):
                return False
        goods.save()
        self.keep_pictures(goods)
        return True


def path_of(category: Category | None) -> str:
    """Return a category with the one above it."""
    if category is None:
        return ""
    return " / ".join(title_of(one) for one in (category.parent, category) if one is not None)


def title_of(category: Category) -> str:
    """Return what a category is called."""
    return category.title_en if language() == "en" and category.title_en else category.title


def check_catalogue(desk: Desk) -> None:
    """Answer that there is no such page where the document has no catalogue."""
    if redemption_of(desk.terms) is None:
        raise Http404


@page("see_products")
def catalogue(desk: Desk) -> HttpResponseBase:
    """List the goods, newest first; those that have all words, of a category, on offer or not."""
    check_catalogue(desk)
    read = desk.request.GET
    found = Product.objects.filter(programme=desk.programme, zone=REDEMPTION).select_related("category__parent")
    chosen = number_of(read.get("category", ""))
    found = in_category(found, chosen) if chosen is not None else found
    found = with_words(found, read.get("q", ""))
    state = read.get("state", "")
    found = found.filter(active=state == "yes") if state in STATES else found
    if wants_export(desk.request):
        rows = found.order_by("category__position", "category_id", "position", "id")[:EXPORT_MAX]
        return export(desk, "catalogue", _list_columns(), [_list_row(one) for one in rows.iterator(2_000)])
    headings = columns(
        *(_("Code of the goods"), _("Title"), _("Category"), _("Value in points"), _("Stock"), _("State")),
        numbers=(3, 4),
    )
    return show(
        desk.request,
        "backoffice/list.html",
        _("Redemption catalogue"),
        table=rows_of(desk.request, slice_of(found, desk.request), headings, lambda one: _row(desk, one)),
        lead=_("Goods are exchanged for points and never sold: a value is no price in money."),
        filters=_filters(desk),
        links=_links(desk),
        export_query=export_query(desk),
    )


def _filters(desk: Desk) -> list[Filter]:
    read = desk.request.GET
    rows = [(str(one.pk), path_of(one)) for one in flat(desk.programme.pk)]
    states = [("", _("all")), ("yes", _("on offer")), ("no", _("not on offer"))]
    return [
        Filter("q", _("Name or code"), value=read.get("q", ""), kind="search"),
        Filter("category", _("Category"), [("", _("all")), *rows], read.get("category", "")),
        Filter("state", _("State"), states, read.get("state", "")),
    ]


def _links(desk: Desk) -> list[Cell]:
    links = [Cell(_("Categories"), href=to(desk, "categories")), Cell(_("Import"), href=to(desk, "product_imports"))]
    return [Cell(_("Add goods"), href=to(desk, "goods_add")), *links] if desk.may("change_products") else links


def _row(desk: Desk, goods: Product) -> list[Cell]:
    return [
        Cell(goods.code, href=to(desk, "goods", goods.pk)),
        Cell(goods.title_en if language() == "en" else goods.title),
        Cell(path_of(goods.category)),
        number(show_value(desk, goods.price)),
        number(_("without limit") if goods.stock is None else f"{goods.stock:,}"),
        Cell(_("on offer"), tone="good") if goods.active else Cell(_("not on offer"), tone="plain"),
    ]


def _list_columns() -> list[Column]:
    """Return the headings of the Excel list, which can be imported again."""
    return [Column(words[0 if language() == "en" else 1]) for words in COLUMNS.values()]


def _list_row(goods: Product) -> list[Cell]:
    english = language() == "en"
    category, active = goods.category, YES if goods.active else NO
    top = category.parent or category if category is not None else None
    texts: Iterable[str] = (
        goods.code,
        top.title if top is not None else "",
        category.title if category is not None and category != top else "",
        goods.title,
        goods.title_en,
        typed(goods.price),
        ("unlimited" if english else "不限") if goods.stock is None else str(goods.stock),
        active[3] if english else active[0],
        str(goods.position),
        goods.about,
        goods.about_en,
    )
    return [Cell(text) for text in texts]


@page("change_products")
def goods_add(desk: Desk) -> HttpResponseBase:
    """Add goods."""
    check_catalogue(desk)
    return _edit(desk, Product(programme=desk.programme, zone=REDEMPTION), _("Add goods"))


@page("change_products")
def goods(desk: Desk, product_id: int) -> HttpResponseBase:
    """Change goods; to take them off offer is how one removes them."""
    check_catalogue(desk)
    found = get_object_or_404(Product, pk=product_id, programme=desk.programme, zone=REDEMPTION)
    return _edit(desk, found, found.title_en if language() == "en" else found.title)


def _edit(desk: Desk, found: Product, title: str) -> HttpResponseBase:
    form = GoodsForm(desk.request.POST or None, desk.request.FILES or None, instance=found)
    if form.is_valid():
        if form.keep():
            messages.success(desk.request, _("Saved. Exchanges made before keep their value."))
            return HttpResponseRedirect(to(desk, "catalogue"))
        form.add_error("stock", _("Exchanges took from the stock meanwhile. Nothing was saved; open the page again."))
    return show(desk.request, "backoffice/form.html", title, form=form, submit=_("Save"), back=to(desk, "catalogue"))
