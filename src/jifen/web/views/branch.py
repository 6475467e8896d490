"""A branch on its owner's phone: its points, its stores, what they want to buy, and figures (S3-24, S3-25, S3-27)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifen.alliance.branches import branch_view
from jifen.alliance.handing import hand_out
from jifen.alliance.models import Purchase
from jifen.alliance.people import branches_of
from jifen.alliance.purchases import By, approve_at_branch, refuse
from jifen.alliance.terms import terms_now
from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.payouts.errors import PayoutError
from jifen.stores.models import Store, StoreType
from jifen.web.amounts import Amount
from jifen.web.counter_forms import PointsForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.branch import read_branch, read_branch_store
from jifen.web.reads.counter import counter_here
from jifen.web.reads.counter_points import purchase_rows
from jifen.web.templatetags.jifen import named, said
from jifen.web.views.counter import View, counter_page

REFUSALS = (PayoutError, RefusedError, NotNowError)


def branch_page(view: View) -> View:
    """Give the view a branch that the member owns; what is no branch, or somebody else's, is not there."""

    @counter_page
    def page(request: MemberRequest, store: Store, **named_parts: object) -> HttpResponse:
        if store.type != StoreType.BRANCH:
            raise Http404
        return view(request, store, **named_parts)

    return page


@require_safe
@member_page
def branches(request: MemberRequest) -> HttpResponse:
    """Go to the member's branch; where there are more, list them."""
    if not counter_here(request.programme.pk):
        raise Http404
    found = [one for one in branches_of(request.member.pk) if one.programme_id == request.programme.pk]
    if len(found) == 1:
        return redirect("web:branch", request.programme.code, found[0].code)
    return render(request, "web/branches.html", {"tab": "me", "branches": found})


@require_safe
@branch_page
def branch(request: MemberRequest, store: Store) -> HttpResponse:
    """Show the branch, what its stores want to buy, and what they hold and sold this month."""
    view = branch_view(branch_id=store.pk, member_id=request.member.pk)
    waiting = Purchase.objects.filter(pk__in=[one.pk for one in view.waiting])
    context = {"side": "home", "store": store, "page": read_branch(view), "waiting": purchase_rows(waiting)}
    return render(request, "web/branch.html", context)


@require_safe
@branch_page
def purchases(request: MemberRequest, store: Store) -> HttpResponse:
    """List what the stores of the branch bought and asked for."""
    rows = purchase_rows(Purchase.objects.filter(branch=store))
    return render(request, "web/branch_purchases.html", {"side": "home", "store": store, "rows": rows})


@require_POST
@branch_page
def decide(request: MemberRequest, store: Store, number: str) -> HttpResponse:
    """Approve what a store wants to buy, or refuse it with a reason."""
    found = Purchase.objects.filter(branch=store, number=number).first()
    if found is None:
        raise Http404
    reason = request.POST.get("reason", "")
    try:
        if "approve" in request.POST:
            approve_at_branch(purchase_id=found.pk, member_id=request.member.pk, reason=reason)
            messages.success(request, _("Approved. The points are with the store."))
        else:
            refuse(purchase_id=found.pk, by=By(member_id=request.member.pk), reason=reason)
            messages.success(request, _("Refused."))
    except REFUSALS as error:
        messages.error(request, said(error.message))
    return redirect("web:branch", request.programme.code, store.code)


@require_http_methods(["GET", "HEAD", "POST"])
@branch_page
def one_store(request: MemberRequest, store: Store, code: str) -> HttpResponse:
    """Show a store of the branch, and hand points out to it (S3-25)."""
    found = Store.objects.filter(branch=store, code=code).select_related("standing").first()
    if found is None:
        raise Http404
    now = terms_now(store.programme_id)
    form = PointsForm(request.POST if request.method == "POST" else None, decimals=now.decimals)
    if request.method == "POST" and form.is_valid() and _hand_out(request, store, found, form):
        return redirect("web:branch_store", request.programme.code, store.code, found.code)
    view = branch_view(branch_id=store.pk, member_id=request.member.pk)
    context = {
        "side": "home",
        "store": store,
        "page": read_branch(view),
        "shown": read_branch_store(view, found),
        "form": form,
        "rows": purchase_rows(Purchase.objects.filter(branch=store, store=found)),
    }
    return render(request, "web/branch_store.html", context)


def _hand_out(request: MemberRequest, branch: Store, found: Store, form: PointsForm) -> bool:
    """Hand out what a form says, or say on it why not."""
    values = form.cleaned_data
    try:
        done = hand_out(
            branch_id=branch.pk,
            store_id=found.pk,
            member_id=request.member.pk,
            points=values["points"],
            key=values["key"],
        )
    except REFUSALS as error:
        form.add_error("points", said(error.message))
        return False
    decimals = terms_now(branch.programme_id).decimals
    told = {"points": Amount(done.amount, decimals), "store": named(found)}
    messages.success(request, _("%(points)s handed out to %(store)s.") % told)
    return True
