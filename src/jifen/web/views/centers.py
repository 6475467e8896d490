"""Operation centres on the phone: applying, one's areas, promoting others (S2-13 … S2-15, S2-56 … S2-58)."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.centers.applying import NOTE_MAX, Wish, apply_for_center, take_back
from jifen.centers.errors import CenterError
from jifen.centers.models import CenterApplication
from jifen.centers.promoting import invite_to_apply
from jifen.facts.days import NotNowError
from jifen.members.login import TooManyTriesError
from jifen.members.recipients import RecipientError, find_recipient
from jifen.web.forms import KeyedForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.centers import holds_center, now_of, read_apply, read_center, read_subs
from jifen.web.templatetags.jifen import said

ASKED_MAX = 40


class ApplyForm(KeyedForm):
    """A note for the review; the region stands in the address."""

    note = forms.CharField(
        label=gettext_lazy("What you want to say"),
        max_length=NOTE_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example: how you know the area."),
    )


class InviteForm(forms.Form):
    """Whom to invite."""

    to = forms.CharField(
        label=gettext_lazy("Member of my team"),
        max_length=30,
        help_text=gettext_lazy("A phone, an invite code, or a code such as M7."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def apply(request: MemberRequest) -> HttpResponse:
    """Show what a centre needs, let the member choose a region and apply for it (S2-56)."""
    now, region = now_of(request.programme.pk), request.GET.get("region", "")
    form = ApplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wish = Wish(region, form.cleaned_data["note"])
        try:
            apply_for_center(member_id=request.member.pk, wish=wish, key=form.cleaned_data["key"])
        except (CenterError, NotNowError) as error:
            form.add_error(None, said(error.message))
        else:
            messages.success(request, _("Applied. An operator looks at it and decides."))
            return redirect("web:center_apply", request.programme.code)
    page = read_apply(request.member, now, region, request.GET.get("q", "").strip()[:ASKED_MAX])
    return render(request, "web/center_apply.html", {"tab": "me", "page": page, "form": form})


@require_POST
@member_page
def withdraw(request: MemberRequest, application_id: int) -> HttpResponse:
    """Take an application back."""
    now_of(request.programme.pk)
    try:
        take_back(member_id=request.member.pk, application_id=application_id)
    except CenterApplication.DoesNotExist as error:
        raise Http404 from error
    except CenterError as error:
        messages.error(request, said(error.message))
    else:
        messages.success(request, _("Taken back."))
    return redirect("web:center_apply", request.programme.code)


@require_safe
@member_page
def center(request: MemberRequest) -> HttpResponse:
    """Show a holder's areas: stores, orders and concessions by day, income (S2-14); others are shown how to apply."""
    now = now_of(request.programme.pk)
    if not holds_center(request.member):
        return redirect("web:center_apply", request.programme.code)
    return render(request, "web/center.html", {"tab": "me", "page": read_center(request.member, now)})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def subs(request: MemberRequest) -> HttpResponse:
    """Show the tree of sub-centres, and invite members below to apply (S2-14, S2-58)."""
    now_of(request.programme.pk)
    if not holds_center(request.member):
        return redirect("web:center_apply", request.programme.code)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            other = find_recipient(request.member, form.cleaned_data["to"])
            invite_to_apply(holder_id=request.member.pk, member_id=other.pk)
        except (RecipientError, TooManyTriesError, CenterError) as error:
            form.add_error("to", said(error.message))
        else:
            messages.success(request, _("Invited. The member reads it on the page of centres."))
            return redirect("web:center_subs", request.programme.code)
    return render(request, "web/center_subs.html", {"tab": "me", "subs": read_subs(request.member), "form": form})
