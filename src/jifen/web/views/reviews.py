"""Reviewing what one bought (S2-19)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.sales.models import Order
from jifen.sales.reviews import ReviewNotValidError, edit_review, write_review
from jifen.web.merchant_forms import ReviewForm
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.reviews import Reviewable, gift_of, reviewables
from jifen.web.reads.terms import read_now
from jifen.web.templatetags.jifen import said


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def review(request: MemberRequest, number: str, line: int) -> HttpResponse:
    """Write a review, or change it within a day; `line` is 0 for a store where an amount was paid."""
    found = next((one for one in reviewables(request.member, number) if one.number == line), None)
    if found is None:
        raise Http404
    mine = found.mine
    initial = {"stars": mine.stars, "words": mine.words} if mine is not None else None
    form = ReviewForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _save(request, number, found, form):
        return redirect("web:order", request.programme.code, number)
    gift = gift_of(read_now(request.programme.pk), request.member, number, found.line) if mine is None else None
    context = {"tab": "me", "number": number, "thing": found, "form": form, "gift": gift}
    return render(request, "web/review.html", context)


def _save(request: MemberRequest, number: str, found: Reviewable, form: ReviewForm) -> bool:
    """Keep the review, or say on the form why not."""
    stars, words, member_id = form.cleaned_data["stars"], form.cleaned_data["words"], request.member.pk
    try:
        if found.mine is not None:
            edit_review(member_id=member_id, review_id=found.mine.pk, stars=stars, words=words)
            messages.success(request, _("Changed."))
            return True
        order = Order.objects.get(member=request.member, number=number)
        line_id = found.line.pk if found.line is not None else None
        written = write_review(member_id=member_id, order_id=order.pk, line_id=line_id, stars=stars, words=words)
    except (ReviewNotValidError, RefusedError, NotNowError) as error:
        form.add_error(None, said(error.message))
        return False
    got = written.fact_id is not None
    messages.success(request, _("Thank you. Your points are granted.") if got else _("Thank you."))
    return True
