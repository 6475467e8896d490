"""Merchants: apply with a store and follow the review; the centre of the area reviews on the phone (S2-58, S2-59)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.engine.digits import number_of
from jifen.engine.programme import Programme as Terms
from jifen.facts.days import NotNowError
from jifen.merchants.applying import Filled, apply_as_merchant, withdraw_application
from jifen.merchants.errors import (
    MerchantError,
    MerchantNotValidError,
    NoLicencePictureError,
    NoSuchApplicationError,
)
from jifen.merchants.licences import Picture, open_picture
from jifen.merchants.models import ApplicationState, MerchantApplication
from jifen.merchants.reviewing import By, application_for, approve_merchant, read_licence, refuse_merchant
from jifen.stores.concessions import least_concession, percent_text
from jifen.stores.terms import has_concessions, merchants_here
from jifen.web.locating import locating
from jifen.web.merchant_forms import DecisionForm, MerchantForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.merchants import initial_of, read_merchant, read_waiting, shown
from jifen.web.reads.places import read_choice, way_to
from jifen.web.reads.terms import read_now
from jifen.web.templatetags.jifen import said


@require_safe
@member_page
def merchant(request: MemberRequest) -> HttpResponse:
    """Show one's application, or what applying needs."""
    _with_merchants(request)
    return render(request, "web/merchant.html", {"tab": "me", "shown": read_merchant(request.member)})


@require_http_methods(["GET", "HEAD", "POST"])
@locating
@member_page
def apply(request: MemberRequest) -> HttpResponse:
    """Fill in the application and send it."""
    terms = _with_merchants(request)
    initial, region = initial_of(request.member)
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    least = least_concession(terms)
    told = percent_text(least) if least else ""
    form = MerchantForm(*data, initial=initial, needs_concession=has_concessions(terms), least=told)
    choice = read_choice(request.POST.getlist("region") if request.method == "POST" else way_to(region))
    if request.method == "POST" and form.is_valid() and _send(request, form, choice.code):
        messages.success(request, _("Sent. You read the answer here."))
        return redirect("web:merchant", request.programme.code)
    known = read_merchant(request.member)
    context = {"tab": "me", "form": form, "choice": choice, "kept": bool(initial) and known is not None}
    return render(request, "web/merchant_apply.html", context)


@require_POST
@member_page
def withdraw(request: MemberRequest, application_id: int) -> HttpResponse:
    """Take one's application back."""
    try:
        withdraw_application(member_id=request.member.pk, application_id=application_id)
    except NoSuchApplicationError:
        raise Http404 from None
    except MerchantError as error:
        messages.error(request, said(error.message))
    else:
        messages.success(request, _("Taken back. You can change it and send it again."))
    return redirect("web:merchant", request.programme.code)


@require_safe
@member_page
def licence(request: MemberRequest, application_id: int) -> HttpResponse:
    """Show the licence of one's own application."""
    if not MerchantApplication.objects.filter(pk=application_id, member=request.member).exists():
        raise Http404
    try:
        return _picture(open_picture(application_id))
    except NoLicencePictureError:
        raise Http404 from None


@require_safe
@member_page
def reviews(request: MemberRequest) -> HttpResponse:
    """List the applications that the member's centre has to review."""
    _with_merchants(request)
    waiting = read_waiting(request.member, number_of(request.GET.get("after", "")) or 0)
    return render(request, "web/merchant_reviews.html", {"tab": "me", "waiting": waiting})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def review(request: MemberRequest, application_id: int) -> HttpResponse:
    """Show an application to the centre of its area, which decides."""
    try:
        found = application_for(request.member.pk, application_id)
    except NoSuchApplicationError:
        raise Http404 from None
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decide = approve_merchant if form.cleaned_data["decision"] == "approve" else refuse_merchant
        by = By(member_id=request.member.pk)
        try:
            decided = decide(application_id=application_id, by=by, reason=form.cleaned_data["reason"])
        except (MerchantError, NotNowError) as error:
            form.add_error(None, said(error.message))
        else:
            approved = decided.state == ApplicationState.APPROVED
            messages.success(request, _("Approved. The store is there.") if approved else _("Refused."))
            return redirect("web:merchant_reviews", request.programme.code)
    return render(request, "web/merchant_review.html", {"tab": "me", "shown": shown(found), "form": form})


@require_safe
@member_page
def reviewed_licence(request: MemberRequest, application_id: int) -> HttpResponse:
    """Show the licence of an application to the centre that reviews it; the reading is noted."""
    try:
        return _picture(read_licence(application_id=application_id, by=By(member_id=request.member.pk)))
    except (NoSuchApplicationError, NoLicencePictureError, MerchantApplication.DoesNotExist):
        raise Http404 from None


def _send(request: MemberRequest, form: MerchantForm, region: str) -> bool:
    """Send the application, or say on the form why not."""
    values = {name: value for name, value in form.cleaned_data.items() if name != "coordinates"}
    key, picture = values.pop("key"), values.pop("picture")
    filled = Filled(**values, region=region)
    try:
        apply_as_merchant(member_id=request.member.pk, filled=filled, picture=picture, key=key)
    except MerchantNotValidError as error:
        form.add_error(error.field if error.field in form.fields else None, said(error.message))
    except (MerchantError, NotNowError) as error:
        form.add_error(None, said(error.message))
    else:
        return True
    return False


def _picture(opened: Picture) -> HttpResponse:
    return HttpResponse(opened.content, content_type=opened.content_type, headers=opened.headers)


def _with_merchants(request: MemberRequest) -> Terms:
    """Return the terms in force; answer 404 where no merchants settle in."""
    terms = read_now(request.programme.pk).terms
    if not merchants_here(terms):
        raise Http404
    return terms
