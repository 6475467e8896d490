"""Products: what members can buy. A price is that of new orders only; placed orders keep theirs."""

from decimal import Decimal
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
from jifen.backoffice.mixes import add_mix_fields, clean_mix, mix_words, plain, save_mix
from jifen.backoffice.product_pictures import PicturesPart
from jifen.backoffice.showing import show, to
from jifen.backoffice.tables import Cell, Filter, Table, columns, number
from jifen.engine.programme import Programme as Terms
from jifen.sales.baskets import price_of
from jifen.sales.models import PACKS, PRICE_MAX, REDEMPTION, SOURCED, ZONES, PaymentShare, Product, Zone
from jifen.sales.packs import unlisted_packs
from jifen.sales.pricing import redemption_of
from jifen.stores.terms import merchants_here

if TYPE_CHECKING:
    Base = forms.ModelForm[Product]
else:
    Base = forms.ModelForm  # takes no parameter at run time


class ProductForm(PicturesPart, Base):
    """A product's fields, description and pictures (S2-20); the price is typed in yuan, shares in percent."""

    price = MinorField(label=gettext_lazy("Price in yuan"), help_text=gettext_lazy("For new orders only."))
    concession = forms.DecimalField(
        label=gettext_lazy("Concession in percent"),
        min_value=0,
        max_value=100,
        max_digits=10,
        decimal_places=7,
        required=False,
        help_text=gettext_lazy("What its seller gives up of the price; empty: nothing."),
    )

    class Meta:
        model = Product
        fields = (
            *("code", "zone", "title", "title_en", "price", "concession", "stock", "points_allowed"),
            *("about", "about_en", "sent", "active", "position"),
        )
        widgets = {  # noqa: RUF012 — Django's own shape of a form
            "about": forms.Textarea(attrs={"rows": 3}),
            "about_en": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {  # noqa: RUF012 — Django's own shape of a form
            "sent": gettext_lazy("Who buys it says where to, and the order belongs to that region."),
        }

    def __init__(self, *arguments: Any, terms: Terms, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.terms = terms
        self.shares: list[PaymentShare] = []
        if not merchants_here(terms):
            del self.fields["concession"]
        elif self.instance.concession is not None:
            self.initial["concession"] = plain(self.instance.concession * 100)
        self.fields["stock"].show_hidden_initial = True  # orders may take from it while the form is open
        if self.instance.price is not None:
            self.initial["price"] = typed(self.instance.price)
        if self.instance.pk:
            self.fields["code"].disabled = self.fields["zone"].disabled = True
        if terms.repurchase is not None:
            del self.fields["zone"]
        else:
            del self.fields["points_allowed"]
            zones = self.fields["zone"]
            assert isinstance(zones, forms.ChoiceField)
            zones.choices = zones_of(terms)
            add_mix_fields(self, terms, self.instance)
        last = ("about", "about_en", "sent", "active", "position")
        self.order_fields([name for name in self.fields if name not in last])
        self.add_picture_fields()

    def clean_price(self) -> int:
        """Refuse what the database would refuse."""
        price: int = self.cleaned_data["price"]
        if price > PRICE_MAX:
            raise forms.ValidationError(_("The price is too high."))
        return price

    def clean_concession(self) -> Decimal | None:
        """Return the part of the price."""
        percent: Decimal | None = self.cleaned_data["concession"]
        return percent / 100 if percent is not None else None

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
        """Refuse a device that the programme does not sell, and shares that it does not allow."""
        values = super().clean() or self.cleaned_data
        zone = values.get("zone", Zone.GOODS)
        rule = self.terms.units
        if zone == Zone.DEVICES and (rule is None or values.get("code") != rule.product):
            code = "–" if rule is None else rule.product
            self.add_error("code", _("The device of this programme has the code %(code)s.") % {"code": code})
        if zone != Zone.DEVICES and rule is not None and values.get("code") == rule.product:
            self.add_error("zone", _("This code is the programme's device; it stands in the zone of devices."))
        self._check_pack(values, zone)
        if self.terms.repurchase is None:
            self.shares = clean_mix(self, self.terms, zone)
        self.check_pictures()
        return values

    def _check_pack(self, values: dict[str, Any], zone: str) -> None:
        """Refuse a pack that the document does not have, and a pack's name elsewhere (S2-02)."""
        packs = self.terms.packs
        known = packs is not None and packs.pack_of(values.get("code", "")) is not None
        if zone == PACKS and not known:
            names = ", ".join(pack.name for pack in packs.packs) if packs is not None else "–"
            self.add_error("code", _("The packs of this programme have the codes %(codes)s.") % {"codes": names})
        if zone != PACKS and known:
            self.add_error("zone", _("This code is a pack of the programme; it stands in the zone of packs."))


def zones_of(terms: Terms) -> list[tuple[str, str]]:
    """Return the zones that a programme's mall can have; sourced goods and packs where its document has them."""
    absent = {REDEMPTION, SOURCED if terms.sourced is None else "", PACKS if terms.packs is None else ""}
    return [(zone, str(label)) for zone, label in ZONES if zone not in absent]


@page("see_products")
def products(desk: Desk) -> HttpResponseBase:
    """List the products in the order of the mall; where nothing is sold, the catalogue."""
    if redemption_of(desk.terms) is not None:
        return HttpResponseRedirect(to(desk, "catalogue"))
    headings = columns(
        *(_("Code"), _("Title"), _("English title"), _("Zone"), _("Price"), _("Stock"), _("Points"), _("Supplier")),
        _("State"),
        numbers=(4, 5),
    )
    found = Product.objects.filter(programme=desk.programme).order_by("-active", "zone", "position", "id")
    zone = desk.request.GET.get("zone", "")
    found = found.filter(zone=zone) if zone in dict(ZONES) else found
    rows = [_row(desk, one) for one in found.select_related("supplier").prefetch_related("shares")]
    return show(
        desk.request,
        "backoffice/list.html",
        _("Products"),
        table=Table(headings, rows, empty=_("There are no products yet.")),
        filters=[Filter("zone", _("Zone"), [("", _("all")), *zones_of(desk.terms)], zone)],
        links=_links(desk),
    )


def _links(desk: Desk) -> list[Cell]:
    bundles = Cell(_("Bundles"), href=to(desk, "bundles"))
    return (
        [Cell(_("Add a product"), href=to(desk, "product_add")), bundles] if desk.may("change_products") else [bundles]
    )


def _row(desk: Desk, product: Product) -> list[Cell]:
    rule = desk.terms.units
    price = rule.unit_price if rule is not None and product.zone == Zone.DEVICES else product.price
    pack = desk.terms.packs.pack_of(product.code) if desk.terms.packs is not None else None
    price = price_of(pack) if pack is not None else price
    supplier = product.supplier
    return [
        Cell(product.code, href=to(desk, "product", product.pk)),
        Cell(product.title),
        Cell(product.title_en),
        Cell(str(product.get_zone_display())),
        number(show_money(price)),
        number(_("without limit") if product.stock is None else f"{product.stock:,}"),
        Cell(mix_words(desk.terms, product)),
        Cell(supplier.name, href=to(desk, "supplier", supplier.pk)) if supplier is not None else Cell(""),
        Cell(_("on sale"), tone="good") if product.active else Cell(_("not on sale"), tone="plain"),
    ]


@page("change_products")
def product_add(desk: Desk) -> HttpResponseBase:
    """Add a product, or with `?pack=` the listing of a pack that nobody has listed yet (S2-50)."""
    packs, name = desk.terms.packs, desk.request.GET.get("pack", "")
    unlisted = unlisted_packs(desk.programme.pk, packs) if packs is not None and name else []
    found = next((one for one in unlisted if one.code == name), None) or Product(programme=desk.programme)
    return _edit(desk, found, _("Add a product"))


@page("change_products")
def product(desk: Desk, product_id: int) -> HttpResponseBase:
    """Change a product; to take it off sale is how one removes it."""
    found = get_object_or_404(Product.objects.exclude(zone=REDEMPTION), pk=product_id, programme=desk.programme)
    return _edit(desk, found, found.title)


def _edit(desk: Desk, found: Product, title: str) -> HttpResponseBase:
    form = ProductForm(desk.request.POST or None, desk.request.FILES or None, instance=found, terms=desk.terms)
    if form.is_valid():
        if _save(form):
            messages.success(desk.request, _("Saved. Orders placed before keep their price."))
            return HttpResponseRedirect(to(desk, "products"))
        form.add_error("stock", _("Orders took from the stock meanwhile. Nothing was saved; open the page again."))
    lead = ""
    if found.zone == Zone.DEVICES:
        lead = _("The price of a device stands in the programme's document, whatever is typed here.")
    if found.zone == PACKS:
        lead = _("The price of a pack stands in the programme's document, whatever is typed here.")
    return show(
        desk.request, "backoffice/form.html", title, form=form, submit=_("Save"), back=to(desk, "products"), lead=lead
    )


@transaction.atomic
def _save(form: ProductForm) -> bool:
    """Save the product, unless its stock was to be changed and moved while the form was open; say whether it was."""
    product = form.save(commit=False)
    if product.pk is None:
        product.save()
    elif not _save_fields(product, form):
        return False
    if form.terms.repurchase is None:
        save_mix(product, form.shares)
    form.keep_pictures(product)
    return True


def _save_fields(product: Product, form: ProductForm) -> bool:
    own = {field.name for field in Product._meta.fields}
    fields = [name for name in form.fields if name in own and (name != "stock" or name in form.changed_data)]
    if "stock" in fields:
        now = Product.objects.select_for_update(no_key=True).get(pk=product.pk).stock
        if form.data.get(form["stock"].html_initial_name, "") != ("" if now is None else str(now)):
            return False
    product.save(update_fields=fields)
    return True
