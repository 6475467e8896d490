"""A supplier's pages: apply, submit products, see sales and settlements (S0-70)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.members.phones import PhoneNotValidError
from jifen.sales.models import Submission, Supplier, SupplierState
from jifen.sales.pictures import PictureError
from jifen.sales.submissions import (
    Offer,
    SubmissionKeyReusedError,
    SubmissionNotValidError,
    SubmissionStateError,
    submit_product,
)
from jifen.sales.submissions import take_back as take_back_submission
from jifen.sales.suppliers import Application, SupplierStateError, apply_as_supplier
from jifen.web.forms import SubmissionForm, SupplierForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.supplier import application_of, read_sales, read_supplier, supplier_of
from jifen.web.templatetags.jifen import said


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def supplier(request: MemberRequest) -> HttpResponse:
    """Show the member as a supplier; apply, or mend the application."""
    known = supplier_of(request.member)
    form = SupplierForm(request.POST or None, initial=application_of(known) if known is not None else None)
    if request.method == "POST" and form.is_valid():
        try:
            apply_as_supplier(member_id=request.member.pk, application=Application(**form.cleaned_data))
        except PhoneNotValidError as error:
            form.add_error("phone", said(error.message))
        except SupplierStateError as error:
            form.add_error(None, said(error.message))
        else:
            messages.success(request, _("Sent. An operator will look at it."))
            return redirect("web:supplier", request.programme.code)
    page = read_supplier(known) if known is not None else None
    return render(request, "web/supplier.html", {"tab": "me", "supplier": page, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def submit(request: MemberRequest) -> HttpResponse:
    """Submit a product."""
    known = _approved(request)
    form = SubmissionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        key, pictures = values.pop("key"), values.pop("pictures")
        try:
            submit_product(supplier_id=known.pk, offer=Offer(**values), pictures=pictures, key=key)
        except PictureError as error:
            form.add_error("pictures", said(error.message))
        except (SubmissionStateError, SubmissionNotValidError, SubmissionKeyReusedError) as error:
            form.add_error(None, said(error.message))
        else:
            messages.success(request, _("Submitted. An operator will look at it."))
            return redirect("web:supplier", request.programme.code)
    return render(request, "web/submit_product.html", {"tab": "me", "form": form})


@require_POST
@member_page
def take_back(request: MemberRequest, submission_id: int) -> HttpResponse:
    """Take back a submission that nobody decided on."""
    try:
        take_back_submission(supplier_id=_known(request).pk, submission_id=submission_id)
    except Submission.DoesNotExist:
        raise Http404 from None
    except SubmissionStateError as error:
        messages.error(request, said(error.message))
    else:
        messages.success(request, _("Taken back."))
    return redirect("web:supplier", request.programme.code)


@require_safe
@member_page
def sales(request: MemberRequest) -> HttpResponse:
    """Show what was sold, what is owed for it, and the settlements."""
    page = read_sales(_known(request), request.GET.get("before", ""))
    context = {"tab": "me", "page": page, "next": f"?before={page.next}" if page.next else ""}
    return render(request, "web/sale_rows.html" if request.htmx else "web/supplier_sales.html", context)


def _known(request: MemberRequest) -> Supplier:
    known = supplier_of(request.member)
    if known is None:
        raise Http404
    return known


def _approved(request: MemberRequest) -> Supplier:
    known = _known(request)
    if known.state != SupplierState.APPROVED:
        raise Http404
    return known
