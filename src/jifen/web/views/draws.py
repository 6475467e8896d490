"""Draws: for everybody, members or not, to look at and to check."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jifen.facts.draws import draws as has_draws
from jifen.web.pages import ProgrammeRequest, programme_page
from jifen.web.reads.draws import draws_csv, read_chains, read_draws


@require_safe
@programme_page
def draws(request: ProgrammeRequest) -> HttpResponse:
    """Show the amounts of closed days with what they were drawn with (S0-59)."""
    _refuse_without(request)
    page = read_draws(request.programme.pk, request.GET.get("before", ""))
    context = {
        "chains": read_chains(request.programme.pk),
        "days": page.days,
        "next": f"?before={page.next}" if page.next else "",
    }
    return render(request, "web/draw_rows.html" if request.htmx else "web/draws.html", context)


@require_safe
@programme_page
def table(request: ProgrammeRequest) -> HttpResponse:
    """Answer with all closed days as a table, for programs that check them."""
    _refuse_without(request)
    return HttpResponse(draws_csv(request.programme.pk), content_type="text/csv; charset=utf-8")


def _refuse_without(request: ProgrammeRequest) -> None:
    if not has_draws(request.programme.pk):
        raise Http404
