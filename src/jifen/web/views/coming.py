"""What changes when another version of the rules takes effect (G15)."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jifen.facts.days import zone_of
from jifen.programmes.changes import coming_versions
from jifen.web.pages import MemberRequest, member_page


@require_safe
@member_page
def coming(request: MemberRequest) -> HttpResponse:
    """Show the versions that are approved and not yet in force: each setting as it is and as it will be."""
    today = datetime.now(zone_of(request.programme.pk)).date()
    versions = coming_versions(request.programme.pk, today)
    return render(request, "web/coming.html", {"tab": "home", "versions": versions})
