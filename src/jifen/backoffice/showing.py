"""How pages are put together: the console's frame, lists and the Excel file of a list."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from jifen.backoffice.access import Desk
from jifen.backoffice.acting import Action, offers, perform
from jifen.backoffice.excel import workbook
from jifen.backoffice.tables import Cell, Column, Slice, Table, query_with

EXPORT_ROWS_MAX = 10_000


def show(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    """Answer with a page in the console's frame."""
    return render(request, template, {**admin.site.each_context(request), "title": title, **context})


def to(desk: Desk, name: str, *arguments: object) -> str:
    """Return the address of a page of the programme."""
    return reverse(f"admin:{name}", args=[desk.programme.code, *arguments])


def act_or_show(
    request: HttpRequest, actions: Sequence[Action], shown: Callable[[list[Any]], HttpResponseBase]
) -> HttpResponseBase:
    """Run the action that was posted and come back to the top of the page; else show it with what can be done."""
    if request.method != "POST":
        return shown(offers(request, actions))
    refused = perform(request, actions)
    return shown(refused) if refused else HttpResponseRedirect(f"{request.get_full_path()}#main")


def paged(request: HttpRequest, table: Table, cursor: str) -> Table:
    """Return a table with the ways to older and to the newest rows."""
    return replace(
        table,
        next_query=query_with(request, before=cursor) if cursor else "",
        first_query=query_with(request, before="") if request.GET.get("before") else "",
    )


def rows_of(request: HttpRequest, found: Slice, columns: Sequence[Column], row: Callable[[Any], list[Cell]]) -> Table:
    """Return a page of a long list as a table."""
    return paged(request, Table(columns, [row(one) for one in found.rows]), found.next_cursor)


def export(desk: Desk, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> HttpResponse:
    """Answer with an Excel file of a list, for those who may export."""
    if not desk.may("export_lists"):
        raise PermissionDenied
    book = workbook([column.title for column in columns], [[cell.text for cell in row] for row in rows])
    answer = HttpResponse(book, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = f'attachment; filename="{desk.programme.code}-{name}.xlsx"'
    return answer


def wants_export(request: HttpRequest) -> bool:
    """Return whether the list is asked for as an Excel file."""
    return request.GET.get("export") == "xlsx"


def export_query(desk: Desk) -> str:
    """Return the query string that asks for the list as an Excel file; "" for those who may not."""
    return query_with(desk.request, export="xlsx", before="") if desk.may("export_lists") else ""
