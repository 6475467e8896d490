"""What agents do and see of their months: meetings, reviews, the dividend and the ranking (S0-44 … S0-47, S0-69)."""

from functools import wraps

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jifen.agents.errors import AgentError
from jifen.agents.meetings import Held, record_meeting
from jifen.agents.models import Review
from jifen.agents.months import read_month
from jifen.facts.days import NotNowError
from jifen.web.company_forms import MeetingForm
from jifen.web.pages import MemberRequest
from jifen.web.reads.company import meeting_rows, meetings_now, read_month_page, review_rows
from jifen.web.reads.terms import read_now
from jifen.web.templatetags.jifen import said
from jifen.web.views.company import View, agent_programme_page


def agent_page(view: View) -> View:
    """Give the view a member who is an agent; others go to their application."""

    @agent_programme_page
    @wraps(view)
    def page(request: MemberRequest, **named: object) -> HttpResponse:
        if not request.member.standing.agent:
            return redirect("web:company", request.programme.code)
        return view(request, **named)

    return page


@require_http_methods(["GET", "HEAD", "POST"])
@agent_page
def meetings(request: MemberRequest) -> HttpResponse:
    """List the agent's meetings, and record another."""
    today = read_now(request.programme.pk).today
    form = MeetingForm(request.POST or None, initial={"held_on": today})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        key = values.pop("key")
        try:
            record_meeting(member_id=request.member.pk, held=Held(**values), key=key)
        except (AgentError, NotNowError) as error:
            form.add_error(None, said(error.message))
        else:
            messages.success(request, _("Recorded."))
            return redirect("web:company_meetings", request.programme.code)
    rows, month = meeting_rows(request.member), meetings_now(request.member)
    return render(request, "web/company_meetings.html", {"tab": "me", "form": form, "rows": rows, "month": month})


@require_safe
@agent_programme_page
def reviews(request: MemberRequest) -> HttpResponse:
    """List the reviews of the member's months; they stay when the agency has ended."""
    if not request.member.standing.agent and not Review.objects.filter(member=request.member).exists():
        return redirect("web:company", request.programme.code)
    return render(request, "web/company_reviews.html", {"tab": "me", "rows": review_rows(request.member)})


@require_safe
@agent_page
def month(request: MemberRequest) -> HttpResponse:
    """Show the dividend and the ranking of a month."""
    wanted = read_month(request.GET.get("month", ""), read_now(request.programme.pk).today)
    page = read_month_page(request.member, wanted)
    return render(request, "web/company_month.html", {"tab": "me", "page": page})
