"""A member's addresses: the book, and the part of an order's form that asks where it is sent (S2-02, S2-20, S2-21)."""

from dataclasses import asdict

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.sales.addresses import (
    AddressBookFullError,
    Kept,
    addresses_of,
    keep_address,
    remove_address,
)
from jifen.web.address_forms import KeptAddressForm, SentToForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.templatetags.jifen import said


@require_safe
@member_page
def addresses(request: MemberRequest) -> HttpResponse:
    """List the addresses, the preferred one first."""
    return render(request, "web/addresses.html", {"tab": "me", "kept": addresses_of(request.member.pk)})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def add_address(request: MemberRequest) -> HttpResponse:
    """Add an address."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def address(request: MemberRequest, number: int) -> HttpResponse:
    """Change an address; orders that were placed keep theirs."""
    found = next((one for one in addresses_of(request.member.pk) if one.number == number), None)
    if found is None:
        raise Http404
    return _edit(request, found)


@require_POST
@member_page
def remove(request: MemberRequest, number: int) -> HttpResponse:
    """Remove an address."""
    remove_address(member_id=request.member.pk, number=number)
    messages.success(request, _("Address removed. Orders keep the address that they had."))
    return redirect("web:addresses", request.programme.code)


def sent_to_form(request: MemberRequest) -> SentToForm:
    """Return the part of an order's form that asks where it is sent."""
    return SentToForm(request.POST if request.method == "POST" else None, kept=addresses_of(request.member.pk))


def keep_typed(request: MemberRequest, form: SentToForm) -> None:
    """Keep the address of an order that was placed, if its member wants that; a full book is said."""
    if not form.keeps:
        return
    try:
        keep_address(request.member.pk, form.sent_to)
    except AddressBookFullError as error:
        messages.warning(request, said(error.message))


def _edit(request: MemberRequest, found: Kept | None) -> HttpResponse:
    initial = {**asdict(found.address), "preferred": found.preferred} if found is not None else {}
    form = KeptAddressForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        number = found.number if found is not None else None
        try:
            keep_address(request.member.pk, values["sent_to"], number=number, preferred=values["preferred"])
        except AddressBookFullError as error:
            form.add_error(None, said(error.message))
        else:
            messages.success(request, _("Address saved."))
            return redirect("web:addresses", request.programme.code)
    return render(request, "web/address.html", {"tab": "me", "form": form, "found": found})
