"""The pages of refused requests; they need neither the database nor a session."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, *_why: object, **_named: object) -> HttpResponse:
    """Answer what cannot be understood."""
    return _page(request, HTTPStatus.BAD_REQUEST, _("This request cannot be understood."), _("Go back and try again."))


def forbidden(request: HttpRequest, *_why: object, **_named: object) -> HttpResponse:
    """Answer what this person may not do."""
    hint = _("Your account has no right to this page. Log in with another one, or ask the operator.")
    return _page(request, HTTPStatus.FORBIDDEN, _("This is not open to you."), hint)


def csrf_failure(request: HttpRequest, *_why: object, **_named: object) -> HttpResponse:
    """Answer a form that was not made by our page, or by one that is too old."""
    hint = _("The page was open for too long, or cookies are off. Open it again and repeat what you did.")
    return _page(request, HTTPStatus.FORBIDDEN, _("This form is no longer valid."), hint)


def not_found(request: HttpRequest, *_why: object, **_named: object) -> HttpResponse:
    """Answer an address that leads nowhere."""
    hint = _("The address is mistyped, or what it named is gone.")
    return _page(request, HTTPStatus.NOT_FOUND, _("There is no such page."), hint)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer after a fault of ours; the log knows more."""
    hint = _("It was our mistake, and it has been noted. Nothing was half done. Please try again in a while.")
    return _page(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("Something went wrong."), hint)


def _page(request: HttpRequest, status: HTTPStatus, title: str, hint: str) -> HttpResponse:
    language = getattr(request, "LANGUAGE_CODE", "zh-hans")
    context = {"code": status.value, "title": title, "hint": hint, "language": language}
    return HttpResponse(render_to_string("config/error.html", context), status=status)
