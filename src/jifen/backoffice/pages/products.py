"""Products: what members can buy. A price is that of new orders only; placed orders keep theirs."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.fields import MinorField, typed
from jifen.backoffice.figures import show_money
from jifen.backoffice.showing import show, to
from jifen.backoffice.tables import Cell, Table, columns, number
from jifen.sales.models import PRICE_MAX, Product

if TYPE_CHECKING:
    Base = forms.ModelForm[Product]
else:
    Base = forms.ModelForm  # takes no parameter at run time


class ProductForm(Base):
    """A product's fields; the price is typed in yuan."""

    price = MinorField(label=gettext_lazy("Price in yuan"), help_text=gettext_lazy("For new orders only."))

    class Meta:
        model = Product
        fields = ("code", "title", "title_en", "price", "stock", "points_allowed", "active", "position")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["stock"].show_hidden_initial = True  # orders may take from it while the form is open
        if self.instance.pk:
            self.initial["price"] = typed(self.instance.price)
            self.fields["code"].disabled = True

    def clean_price(self) -> int:
        """Refuse what the database would refuse."""
        price: int = self.cleaned_data["price"]
        if price > PRICE_MAX:
            raise forms.ValidationError(_("The price is too high."))
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


@page("see_products")
def products(desk: Desk) -> HttpResponseBase:
    """List the products in the order of the mall."""
    headings = columns(
        *(_("Code"), _("Title"), _("English title"), _("Price"), _("Stock"), _("Points"), _("State")), numbers=(3, 4)
    )
    found = Product.objects.filter(programme=desk.programme).order_by("-active", "position", "id")
    table = Table(headings, [_row(desk, one) for one in found], empty=_("There are no products yet."))
    links = [Cell(_("Add a product"), href=to(desk, "product_add"))] if desk.may("change_products") else []
    return show(desk.request, "backoffice/list.html", _("Products"), table=table, links=links)


def _row(desk: Desk, product: Product) -> list[Cell]:
    return [
        Cell(product.code, href=to(desk, "product", product.pk)),
        Cell(product.title),
        Cell(product.title_en),
        number(show_money(product.price)),
        number(_("without limit") if product.stock is None else f"{product.stock:,}"),
        Cell(_("may pay a part") if product.points_allowed else ""),
        Cell(_("on sale"), tone="good") if product.active else Cell(_("not on sale"), tone="plain"),
    ]


@page("change_products")
def product_add(desk: Desk) -> HttpResponseBase:
    """Add a product."""
    return _edit(desk, Product(programme=desk.programme), _("Add a product"))


@page("change_products")
def product(desk: Desk, product_id: int) -> HttpResponseBase:
    """Change a product; to take it off sale is how one removes it."""
    found = get_object_or_404(Product, pk=product_id, programme=desk.programme)
    return _edit(desk, found, found.title)


def _edit(desk: Desk, found: Product, title: str) -> HttpResponseBase:
    form = ProductForm(desk.request.POST or None, instance=found)
    if form.is_valid():
        if _save(form):
            messages.success(desk.request, _("Saved. Orders placed before keep their price."))
            return HttpResponseRedirect(to(desk, "products"))
        form.add_error("stock", _("Orders took from the stock meanwhile. Nothing was saved; open the page again."))
    return show(desk.request, "backoffice/form.html", title, form=form, submit=_("Save"), back=to(desk, "products"))


@transaction.atomic
def _save(form: ProductForm) -> bool:
    """Save the product, unless its stock was to be changed and moved while the form was open; say whether it was."""
    product = form.save(commit=False)
    if product.pk is None:
        product.save()
        return True
    fields = [name for name in form.fields if name != "stock" or name in form.changed_data]
    if "stock" in fields:
        now = Product.objects.select_for_update(no_key=True).get(pk=product.pk).stock
        if form.data.get(form["stock"].html_initial_name, "") != ("" if now is None else str(now)):
            return False
    product.save(update_fields=fields)
    return True
