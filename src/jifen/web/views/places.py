"""Stores nearby: by the place of the phone when its owner allows it, else by a region (S2-51, S2-60)."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from jifen.engine.digits import number_of
from jifen.stores.nearby import Place
from jifen.stores.terms import merchants_here
from jifen.web.locating import locating
from jifen.web.merchant_forms import PlaceForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.places import read_choice, read_near, read_region_stores
from jifen.web.reads.terms import read_now

WORDS_MAX = 60
OFFSET_DIGITS = 7


@require_http_methods(["GET", "HEAD", "POST"])
@locating
@member_page
def nearby(request: MemberRequest) -> HttpResponse:
    """List stores by distance, or those of a region. A place is sent in the body, so that no log has it."""
    if not merchants_here(read_now(request.programme.pk).terms):
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    words, start = asked.get("q", "").strip()[:WORDS_MAX], number_of(asked.get("offset", ""), OFFSET_DIGITS) or 0
    choice, form = read_choice(asked.getlist("region")), PlaceForm(request.POST or None)
    page, here = None, None
    if request.method == "POST" and form.is_valid():
        here = Place(float(form.cleaned_data["latitude"]), float(form.cleaned_data["longitude"]))
        page = read_near(request.programme.pk, here, words, start)
    elif choice.code:
        page = read_region_stores(request.programme.pk, choice.code, words, start)
    context = {"tab": "home", "page": page, "here": here, "choice": choice, "words": words}
    template = "web/nearby.html" if not request.htmx else "web/near_rows.html" if start else "web/near_list.html"
    return render(request, template, context)


@require_safe
@member_page
def regions(request: MemberRequest) -> HttpResponse:
    """Show the lists of a region picker, one level further than what was chosen."""
    return render(request, "web/region_picker.html", {"choice": read_choice(request.GET.getlist("region"))})
