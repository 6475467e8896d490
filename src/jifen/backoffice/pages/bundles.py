"""Bundles: so many products of a list, chosen by the member, for one price (S0-02)."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.fields import MinorField, typed
from jifen.backoffice.figures import show_money
from jifen.backoffice.mixes import add_mix_fields, clean_mix, mix_words, save_mix
from jifen.backoffice.showing import show, to
from jifen.backoffice.tables import Cell, Table, columns, number
from jifen.engine.programme import Programme as Terms
from jifen.sales.models import BUNDLED, CHOSEN_MAX, PRICE_MAX, Bundle, BundleProduct, PaymentShare, Product, Zone

if TYPE_CHECKING:
    Base = forms.ModelForm[Bundle]
    SeveralProducts = forms.ModelMultipleChoiceField[Product]
else:
    Base, SeveralProducts = forms.ModelForm, forms.ModelMultipleChoiceField  # take no parameter at run time


class ProductsField(SeveralProducts):
    """Products by their titles and prices."""

    def label_from_instance(self, product: Any) -> str:
        """Return what a product is called here."""
        return f"{product.title_en if language() == 'en' else product.title} {show_money(product.price)}"


class BundleForm(Base):
    """A bundle's fields; the price is typed in yuan, shares in percent."""

    price = MinorField(label=gettext_lazy("Price in yuan"), help_text=gettext_lazy("For new orders only."))
    offered = ProductsField(
        queryset=Product.objects.none(),
        label=gettext_lazy("Products to choose from"),
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=gettext_lazy("Their stock falls with the bundle's orders."),
    )

    class Meta:
        model = Bundle
        fields = ("code", "zone", "title", "title_en", "price", "chosen", "points_allowed", "active", "position")

    def __init__(self, *arguments: Any, terms: Terms, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.terms = terms
        self.shares: list[PaymentShare] = []
        goods = Product.objects.filter(programme_id=self.instance.programme_id, zone__in=BUNDLED)
        self.fields["offered"].queryset = goods.order_by("position", "id")  # type: ignore[attr-defined]  # of its class
        self.fields["zone"].choices = [  # type: ignore[attr-defined]  # a choice field
            one for one in Zone.choices if one[0] != Zone.DEVICES
        ]
        if self.instance.pk:
            self.initial["price"] = typed(self.instance.price)
            self.initial["offered"] = [one.pk for one in self.instance.products.all()]
            self.fields["code"].disabled = self.fields["zone"].disabled = True
        if terms.repurchase is not None:
            del self.fields["zone"]
        else:
            del self.fields["points_allowed"]
            add_mix_fields(self, terms, self.instance)
        self.order_fields([name for name in self.fields if name not in ("active", "position")])

    def clean_code(self) -> str:
        """Refuse a code that another bundle of the programme has."""
        code: str = self.cleaned_data["code"]
        others = Bundle.objects.filter(programme_id=self.instance.programme_id, code=code).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("Another bundle has this code."))
        return code

    def clean_price(self) -> int:
        """Refuse what the database would refuse."""
        price: int = self.cleaned_data["price"]
        if price > PRICE_MAX:
            raise forms.ValidationError(_("The price is too high."))
        return price

    def clean_chosen(self) -> int:
        """Refuse what the database would refuse."""
        chosen: int = self.cleaned_data["chosen"]
        if not 1 <= chosen <= CHOSEN_MAX:
            raise forms.ValidationError(_("Between 1 and %(most)s products."), params={"most": CHOSEN_MAX})
        return chosen

    def clean(self) -> dict[str, Any]:
        """Refuse a bundle of which nobody could choose enough, and shares that the programme does not allow."""
        values = super().clean() or self.cleaned_data
        chosen, offered = values.get("chosen") or 0, values.get("offered") or ()
        if len(offered) < chosen:
            self.add_error("offered", _("There are fewer products than one has to choose."))
        if (values.get("price") or chosen) < chosen:
            self.add_error("price", _("The price is less than 0.01 for each product."))
        if self.terms.repurchase is None:
            self.shares = clean_mix(self, self.terms, values.get("zone", Zone.GOODS))
        return values


@page("see_products")
def bundles(desk: Desk) -> HttpResponseBase:
    """List the bundles in the order of the mall."""
    headings = columns(
        *(_("Code"), _("Title"), _("English title"), _("Zone"), _("Price"), _("To choose"), _("Out of"), _("Points")),
        _("State"),
        numbers=(4, 5, 6),
    )
    found = Bundle.objects.filter(programme=desk.programme).order_by("-active", "position", "id")
    rows = [_row(desk, one) for one in found.prefetch_related("shares", "products")]
    links = [Cell(_("Add a bundle"), href=to(desk, "bundle_add"))] if desk.may("change_products") else []
    return show(
        desk.request,
        "backoffice/list.html",
        _("Bundles"),
        table=Table(headings, rows, empty=_("There are no bundles yet.")),
        links=links,
        lead=_("A member chooses so many products of a list and pays one price for them."),
    )


def _row(desk: Desk, bundle: Bundle) -> list[Cell]:
    return [
        Cell(bundle.code, href=to(desk, "bundle", bundle.pk)),
        Cell(bundle.title),
        Cell(bundle.title_en),
        Cell(str(bundle.get_zone_display())),
        number(show_money(bundle.price)),
        number(str(bundle.chosen)),
        number(str(len(bundle.products.all()))),
        Cell(mix_words(desk.terms, bundle)),
        Cell(_("on sale"), tone="good") if bundle.active else Cell(_("not on sale"), tone="plain"),
    ]


@page("change_products")
def bundle_add(desk: Desk) -> HttpResponseBase:
    """Add a bundle."""
    return _edit(desk, Bundle(programme=desk.programme), _("Add a bundle"))


@page("change_products")
def bundle(desk: Desk, bundle_id: int) -> HttpResponseBase:
    """Change a bundle; to take it off sale is how one removes it."""
    found = get_object_or_404(Bundle, pk=bundle_id, programme=desk.programme)
    return _edit(desk, found, found.title)


def _edit(desk: Desk, found: Bundle, title: str) -> HttpResponseBase:
    form = BundleForm(desk.request.POST or None, instance=found, terms=desk.terms)
    if form.is_valid():
        _save(form)
        messages.success(desk.request, _("Saved. Orders placed before keep their price."))
        return HttpResponseRedirect(to(desk, "bundles"))
    return show(desk.request, "backoffice/form.html", title, form=form, submit=_("Save"), back=to(desk, "bundles"))


@transaction.atomic
def _save(form: BundleForm) -> None:
    bundle = form.save(commit=False)
    bundle.save()
    offered = {product.pk for product in form.cleaned_data["offered"]}
    bundle.rows.exclude(product_id__in=offered).delete()
    known = set(bundle.rows.values_list("product_id", flat=True))
    BundleProduct.objects.bulk_create(
        BundleProduct(bundle=bundle, product_id=product_id) for product_id in sorted(offered - known)
    )
    if form.terms.repurchase is None:
        save_mix(bundle, form.shares)
