"""Lists of goods for the catalogue: uploaded, looked at line by line, imported as a whole or not at all (S3-15)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action, ReasonForm, refusal_text
from jifen.backoffice.figures import show_moment
from jifen.backoffice.pages.catalogue import check_catalogue
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Figure, Table, columns, number, slice_of
from jifen.backoffice.worth import show_value
from jifen.messages import translator
from jifen.sales.import_rows import COLUMNS, Line, Problem
from jifen.sales.importing import ROWS_MAX, Looked, drop_import, import_products, look, upload
from jifen.sales.models import ImportState, ProductImport
from jifen.tables.sheets import SheetError

SHOWN_MAX = 100
TONES = {ImportState.UPLOADED: "wait", ImportState.IMPORTED: "good", ImportState.DROPPED: "plain"}


class ListForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("List of goods"),
        help_text=gettext_lazy("Excel (.xlsx) or CSV; nothing changes before you have looked at it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )


@page("see_products")
def product_imports(desk: Desk) -> HttpResponseBase:
    """List what was uploaded, newest first, and take another list."""
    check_catalogue(desk)
    may = desk.may("change_products")
    form = ListForm(desk.request.POST or None, desk.request.FILES or None)
    if may and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            listed = upload(
                programme_id=desk.programme.pk, name=file.name, content=file.read(), operator_id=desk.operator.pk
            )
        except SheetError as error:
            form.add_error("file", refusal_text(error))
        else:
            return HttpResponseRedirect(to(desk, "product_import", listed.pk))
    found = ProductImport.objects.filter(programme=desk.programme).select_related("uploaded_by").defer("content")
    headings = columns(
        *(
            _("File"),
            _("State"),
            _("Goods added"),
            _("Goods changed"),
            _("Categories added"),
            _("Operator"),
            _("Uploaded"),
        ),
        numbers=(2, 3, 4),
    )
    return show(
        desk.request,
        "backoffice/product_imports.html",
        _("Lists of goods"),
        table=rows_of(desk.request, slice_of(found, desk.request), headings, lambda one: _row(desk, one)),
        form=form if may else None,
        most=ROWS_MAX,
        columns=[_heading(name) for name in COLUMNS],
        back=to(desk, "catalogue"),
    )


def _row(desk: Desk, listed: ProductImport) -> list[Cell]:
    return [
        Cell(listed.name, href=to(desk, "product_import", listed.pk)),
        Cell(str(listed.get_state_display()), tone=TONES[ImportState(listed.state)]),
        *(number(f"{count:,}") for count in (listed.added, listed.changed, listed.categories)),
        Cell(listed.uploaded_by.username),
        Cell(show_moment(listed.uploaded_at, desk.zone)),
    ]


@page("see_products")
def product_import(desk: Desk, import_id: int) -> HttpResponseBase:
    """Show what a list would do, with every error and its line; import it, or drop it."""
    check_catalogue(desk)
    listed = get_object_or_404(ProductImport, pk=import_id, programme=desk.programme)
    waits = listed.state == ImportState.UPLOADED
    looked = look(listed) if waits else Looked()
    actions = [_import(desk, listed, looked), _drop(desk, listed)] if waits else []
    return act_or_show(
        desk.request,
        actions,
        lambda offers: show(
            desk.request,
            "backoffice/sections.html",
            listed.name,
            lead=_lead(listed, looked),
            notices=_notices(looked),
            figures=_figures(listed, looked),
            links=[Cell(_("Lists of goods"), href=to(desk, "product_imports"))],
            sections=_sections(desk, looked) if waits else [],
            offers=offers,
        ),
    )


def _lead(listed: ProductImport, looked: Looked) -> str:
    if listed.state != ImportState.UPLOADED:
        return str(listed.get_state_display())
    if looked.problems:
        return _("Nothing can be imported while a line has an error. Mend the file and upload it again.")
    return _("Nothing has changed yet. Look at the list, then import it as a whole.")


def _notices(looked: Looked) -> list[str]:
    if not looked.ignored:
        return []
    return [_("These columns mean nothing here and are left out: %(names)s") % {"names": ", ".join(looked.ignored)}]


def _figures(listed: ProductImport, looked: Looked) -> list[Figure]:
    done = listed.state == ImportState.IMPORTED
    counts = (
        (_("Goods added"), listed.added if done else looked.added),
        (_("Goods changed"), listed.changed if done else looked.changed),
        (_("Categories added"), listed.categories if done else len(looked.categories)),
    )
    bad = Figure(_("Errors"), f"{len(looked.problems):,}", tone="bad" if looked.problems else "")
    return [*(Figure(title, f"{count:,}") for title, count in counts), bad]


def _sections(desk: Desk, looked: Looked) -> list[tuple[str, Table]]:
    sections = []
    if looked.problems:
        headings = columns(_("Line"), _("Column"), _("What is wrong"), numbers=(0,))
        rows = [_problem(one) for one in looked.problems[:SHOWN_MAX]]
        sections.append((_first(_("Errors"), len(looked.problems)), Table(headings, rows)))
    if looked.categories:
        rows = [[Cell(top), Cell(below)] for top, below in looked.categories[:SHOWN_MAX]]
        made = Table(columns(_("Category"), _("Subcategory")), rows)
        sections.append((_first(_("Categories that are made"), len(looked.categories)), made))
    headings = columns(
        _("Line"),
        _("Code of the goods"),
        _("Title"),
        _("Category"),
        _("Value in points"),
        _("Stock"),
        numbers=(0, 4, 5),
    )
    lines = [_line(desk, one) for one in looked.lines[:SHOWN_MAX]]
    sections.append((_first(_("Goods"), len(looked.lines)), Table(headings, lines, empty=_("The list has no goods."))))
    return sections


def _first(title: str, count: int) -> str:
    if count <= SHOWN_MAX:
        return title
    return _("%(title)s: the first %(shown)s of %(count)s") % {
        "title": title,
        "shown": SHOWN_MAX,
        "count": f"{count:,}",
    }


def _problem(problem: Problem) -> list[Cell]:
    said = translator(language())(problem.message)
    return [number(str(problem.line)), Cell(_heading(problem.column)), Cell(said, tone="bad")]


def _line(desk: Desk, line: Line) -> list[Cell]:
    said = line.values
    value, stock = said.get("price"), said.get("stock")
    return [
        number(str(line.number)),
        Cell(line.code),
        Cell(str(said.get("title", ""))),
        Cell(" / ".join(one for one in line.category if one)),
        number(show_value(desk, value) if isinstance(value, int) else ""),
        number(f"{stock:,}" if isinstance(stock, int) else ""),
    ]


def _heading(name: str) -> str:
    words: Sequence[str] = COLUMNS[name]
    return words[0 if language() == "en" else 1]


def _import(desk: Desk, listed: ProductImport, looked: Looked) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        done = import_products(import_id=listed.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Imported: %(added)s added, %(changed)s changed.") % {"added": done.added, "changed": done.changed}

    blocked = _("There are errors; nothing can be imported.") if looked.problems else ""
    title = _("Import the list")
    return Action(
        "import", title, "change_products", run, form=ReasonForm, tone="main", blocked=blocked, open=not blocked
    )


def _drop(desk: Desk, listed: ProductImport) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        drop_import(import_id=listed.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("The list is dropped; nothing has changed.")

    return Action("drop", _("Drop the list"), "change_products", run, form=ReasonForm, tone="bad")
