"""Categories of the catalogue, in two levels (S3-15)."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.pages.catalogue import check_catalogue, title_of
from jifen.backoffice.showing import show, to
from jifen.backoffice.tables import Cell, Table, columns, number
from jifen.sales.catalogue import flat
from jifen.sales.models import LEVELS, Category, Product

if TYPE_CHECKING:
    Base = forms.ModelForm[Category]
else:
    Base = forms.ModelForm  # takes no parameter at run time


class CategoryForm(Base):
    """A category, and the one above it."""

    above = forms.TypedChoiceField(
        label=gettext_lazy("Below"), coerce=int, empty_value=None, required=False, choices=()
    )

    class Meta:
        model = Category
        fields = ("title", "title_en", "position", "active")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        tops = Category.objects.filter(programme_id=self.instance.programme_id, level=1).exclude(pk=self.instance.pk)
        rows = [(str(one.pk), title_of(one)) for one in tops.order_by("position", "id")]
        field = self.fields["above"]
        field.choices = [("", _("none: first level")), *rows]  # type: ignore[attr-defined]  # a choice field
        self.initial["above"] = self.instance.parent_id
        if self.instance.pk and self.instance.children.exists():
            field.disabled = True
            field.help_text = _("There are categories below it, so it stays on the first level.")
        self.order_fields(["above", "title", "title_en", "position", "active"])

    def clean(self) -> dict[str, Any]:
        """Refuse a name that stands there already."""
        values = super().clean() or self.cleaned_data
        same = Category.objects.filter(
            programme_id=self.instance.programme_id, parent_id=values.get("above"), title=values.get("title", "")
        )
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("title", _("Another category has this name here."))
        return values

    def keep(self) -> Category:
        """Save it, on its level."""
        category = self.save(commit=False)
        category.parent_id = self.cleaned_data["above"]
        category.level = LEVELS if category.parent_id else 1
        category.save()
        return category


@page("see_products")
def categories(desk: Desk) -> HttpResponseBase:
    """List the categories, each below the one above it."""
    check_catalogue(desk)
    counted = Product.objects.filter(programme=desk.programme, category__isnull=False, active=True)
    held = dict(counted.values_list("category_id").annotate(Count("id")))
    headings = columns(
        _("Category"), _("Subcategory"), _("English title"), _("Goods on offer"), _("State"), numbers=(3,)
    )
    rows = [_row(desk, one, held.get(one.pk, 0)) for one in flat(desk.programme.pk)]
    add = [Cell(_("Add a category"), href=to(desk, "category_add"))] if desk.may("change_products") else []
    return show(
        desk.request,
        "backoffice/list.html",
        _("Categories"),
        table=Table(headings, rows, empty=_("There are no categories yet.")),
        links=[*add, Cell(_("Redemption catalogue"), href=to(desk, "catalogue"))],
    )


def _row(desk: Desk, category: Category, held: int) -> list[Cell]:
    name = Cell(category.title, href=to(desk, "category", category.pk) if desk.may("change_products") else "")
    return [
        name if category.level == 1 else Cell(""),
        name if category.level == LEVELS else Cell(""),
        Cell(category.title_en),
        number(f"{held:,}", href=f"{to(desk, 'catalogue')}?category={category.pk}"),
        Cell(_("shown"), tone="good") if category.active else Cell(_("hidden"), tone="plain"),
    ]


@page("change_products")
def category_add(desk: Desk) -> HttpResponseBase:
    """Add a category."""
    check_catalogue(desk)
    return _edit(desk, Category(programme=desk.programme), _("Add a category"))


@page("change_products")
def category(desk: Desk, category_id: int) -> HttpResponseBase:
    """Change a category; its goods stay in it."""
    check_catalogue(desk)
    found = get_object_or_404(Category, pk=category_id, programme=desk.programme)
    return _edit(desk, found, found.title)


def _edit(desk: Desk, found: Category, title: str) -> HttpResponseBase:
    form = CategoryForm(desk.request.POST or None, instance=found)
    if form.is_valid():
        form.keep()
        messages.success(desk.request, _("Saved."))
        return HttpResponseRedirect(to(desk, "categories"))
    lead = _("Goods of a hidden category are found by their names only.")
    return show(
        desk.request, "backoffice/form.html", title, form=form, submit=_("Save"), back=to(desk, "categories"), lead=lead
    )
