"""Applying to be an agent: a form in steps, the papers, the state of the application (S0-32, S0-41, S0-43)."""

from collections.abc import Callable
from functools import wraps

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.agents import applications, papers
from jifen.agents.applications import ApplicationNotCompleteError, Filled
from jifen.agents.errors import AgentError
from jifen.agents.licences import LicenceNotValidError
from jifen.agents.models import MENDABLE, Application, ApplicationState, Paper, PaperKind
from jifen.facts.days import NotNowError
from jifen.web.company_forms import CompanyForm, OfficeForm, PaperForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.company import (
    agents_here,
    ended_why,
    newest_application,
    rank_choices,
    read_application,
    read_company,
)
from jifen.web.templatetags.jifen import said

STEPS = ("company", "office", "papers", "check")
View = Callable[..., HttpResponse]


def agent_programme_page(view: View) -> View:
    """Give the view a member of a programme that has agents; in any other the page is not there."""

    @member_page
    @wraps(view)
    def page(request: MemberRequest, **named: object) -> HttpResponse:
        if not agents_here(request.programme.pk):
            raise Http404
        return view(request, **named)

    return page


@require_safe
@agent_programme_page
def company(request: MemberRequest) -> HttpResponse:
    """Show an agent's company in numbers; to others the state of their application."""
    if request.member.standing.agent:
        return render(request, "web/company.html", {"tab": "me", "company": read_company(request.member)})
    return _show_application(request)


@require_safe
@agent_programme_page
def application(request: MemberRequest) -> HttpResponse:
    """Show the application with its state and reasons."""
    return _show_application(request)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_programme_page
def apply(request: MemberRequest, step: str) -> HttpResponse:
    """Fill in one step of the application; each step is kept when it is sent."""
    if step not in STEPS:
        raise Http404
    found = newest_application(request.member)
    changeable = found if found is not None and found.state in MENDABLE else None
    if request.member.standing.agent or (found is not None and found.state == ApplicationState.SUBMITTED):
        return redirect("web:company", request.programme.code)
    if step != STEPS[0] and changeable is None:
        return redirect("web:company_apply", request.programme.code, STEPS[0])
    if step == "papers":
        return _papers(request, changeable)
    if step == "check":
        return _check(request, changeable)
    return _fields(request, step, changeable)


@require_safe
@agent_programme_page
def paper(request: MemberRequest, paper_id: int) -> HttpResponse:
    """Show a file of the member's own application."""
    try:
        opened = papers.read_own_paper(member_id=request.member.pk, paper_id=paper_id)
    except Paper.DoesNotExist:
        raise Http404 from None
    return HttpResponse(opened.content, content_type=opened.content_type, headers=opened.headers)


@require_POST
@agent_programme_page
def remove(request: MemberRequest, paper_id: int) -> HttpResponse:
    """Remove a file of an application that is not sent."""
    try:
        papers.remove_paper(member_id=request.member.pk, paper_id=paper_id)
    except AgentError as error:
        messages.error(request, said(error.message))
    else:
        messages.success(request, _("Removed."))
    return redirect("web:company_apply", request.programme.code, "papers")


@require_POST
@agent_programme_page
def withdraw(request: MemberRequest) -> HttpResponse:
    """Take the application back."""
    try:
        applications.withdraw(member_id=request.member.pk)
    except AgentError as error:
        messages.error(request, said(error.message))
    else:
        messages.success(request, _("Taken back. You can change it and send it again."))
    return redirect("web:company", request.programme.code)


def _show_application(request: MemberRequest) -> HttpResponse:
    found, ended = newest_application(request.member), ended_why(request.member)
    past = ended is not None and found is not None and found.state == ApplicationState.APPROVED
    context = {
        "tab": "me",
        "application": read_application(request.member, found) if found is not None and not past else None,
        "agent": request.member.standing.agent,
        "ended": ended,
    }
    return render(request, "web/company_application.html", context)


def _fields(request: MemberRequest, step: str, found: Application | None) -> HttpResponse:
    form = _form(request, step, found)
    if request.method == "POST" and form.is_valid():
        try:
            applications.save_draft(member_id=request.member.pk, filled=Filled(**form.cleaned_data))
        except LicenceNotValidError as error:
            form.add_error("licence_number", said(error.message))
        except (AgentError, NotNowError) as error:
            form.add_error(None, said(error.message))
        else:
            return redirect("web:company_apply", request.programme.code, STEPS[STEPS.index(step) + 1])
    return _show(request, step, form=form)


def _form(request: MemberRequest, step: str, found: Application | None) -> forms.Form:
    data = request.POST if request.method == "POST" else None
    if step == "company":
        names = ("company", "licence_number", "contact")
        return CompanyForm(data, initial={name: getattr(found, name, "") for name in names})
    initial = {name: getattr(found, name, None) for name in ("rank", "area", "address")}
    return OfficeForm(data, initial=initial, ranks=rank_choices(request.programme.pk))


def _papers(request: MemberRequest, found: Application | None) -> HttpResponse:
    assert found is not None
    form = PaperForm(request.POST, request.FILES) if request.method == "POST" else PaperForm(initial=_next_paper(found))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            papers.add_paper(
                member_id=request.member.pk, kind=form.cleaned_data["kind"], name=file.name, content=file.read()
            )
        except AgentError as error:
            form.add_error("file", said(error.message))
        else:
            messages.success(request, _("Added."))
            return redirect("web:company_apply", request.programme.code, "papers")
    return _show(request, "papers", form=form, application=read_application(request.member, found))


def _next_paper(found: Application) -> dict[str, str]:
    """Return which kind of paper is chosen at first: the first of which there is none yet."""
    there = set(found.papers.values_list("kind", flat=True))
    return {"kind": next((kind for kind in PaperKind.values if kind not in there), PaperKind.values[0])}


def _check(request: MemberRequest, found: Application | None) -> HttpResponse:
    assert found is not None
    form = forms.Form(request.POST or None)
    if request.method == "POST":
        form = forms.Form(request.POST)
        try:
            applications.submit(member_id=request.member.pk)
        except ApplicationNotCompleteError as error:
            form.add_error(None, said(error.message))
        except (AgentError, NotNowError) as error:
            form.add_error(None, said(error.message))
        else:
            messages.success(request, _("Sent. An operator will look at it."))
            return redirect("web:company", request.programme.code)
    return _show(request, "check", form=form, application=read_application(request.member, found))


def _show(request: MemberRequest, step: str, **context: object) -> HttpResponse:
    number = STEPS.index(step)
    back = STEPS[number - 1] if number else ""
    context |= {"tab": "me", "step": step, "number": number + 1, "count": len(STEPS), "back_step": back}
    return render(request, f"web/company_{step}_step.html", context)
