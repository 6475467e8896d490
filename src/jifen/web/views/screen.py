"""The big screen of parking data: for a wall, and for a phone (S0-71)."""

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jifen.members.models import Operator
from jifen.parking.places import is_screen_public
from jifen.web.pages import ProgrammeRequest, programme_page
from jifen.web.reads.screen import read_screen


@require_safe
@programme_page
def screen(request: ProgrammeRequest) -> HttpResponse:
    """Show the big screen to everybody where it is open, else to operators who may see parking data.

    The page asks for its own figures again every half minute; without scripts the browser loads it anew.
    """
    if not is_screen_public(request.programme.pk):
        if not _is_operator(request):
            return redirect_to_login(request.path, login_url=reverse("admin:login"))
        if not request.user.has_perm("backoffice.see_parking"):
            raise PermissionDenied
    template = "web/screen_figures.html" if request.htmx else "web/screen.html"
    return render(request, template, {"screen": read_screen(request.programme.pk)})


def _is_operator(request: HttpRequest) -> bool:
    return isinstance(request.user, Operator) and request.user.is_active and request.user.is_staff
