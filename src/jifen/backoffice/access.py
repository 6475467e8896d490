"""Who may see and do what: every page of the console goes through here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jifen.backoffice.figures import Decimals
from jifen.engine.amounts import MONEY
from jifen.engine.programme import Programme as Terms
from jifen.members.models import Operator
from jifen.programmes.models import Programme, Version
from jifen.programmes.terms import in_force, load

Page = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Desk:
    """An operator at work on one programme."""

    request: HttpRequest
    operator: Operator
    programme: Programme
    zone: ZoneInfo
    version: Version  # in force today
    terms: Terms
    decimals: Decimals

    @property
    def today(self) -> date:
        """The date in the programme's zone."""
        return timezone.now().astimezone(self.zone).date()

    def kind_title(self, kind: str) -> str:
        """Return what a kind is called, in the reader's language."""
        if kind == MONEY:
            return _("money")
        found = self.terms.kinds.get(kind)
        return kind if found is None else found.title_en if language() == "en" else found.title

    def rank_title(self, rank: int) -> str:
        """Return what a rank is called; nothing for members without one."""
        table = self.terms.ranks.table if self.terms.ranks is not None else ()
        if not 1 <= rank <= len(table):
            return ""
        return table[rank - 1].title_en if language() == "en" else table[rank - 1].title

    def lot_points(self, amount: int) -> str:
        """Return points of the kind that lots hold, as people read them."""
        return self.decimals.show(amount, self.terms.lot_kind)

    def may(self, permission: str) -> bool:
        """Return whether the operator's roles allow something."""
        return self.operator.has_perm(f"backoffice.{permission}")


def operator_of(request: HttpRequest) -> Operator:
    """Return who is logged in; pages are only reached by operators."""
    assert isinstance(request.user, Operator)
    return request.user


def programmes_of(_operator: Operator) -> QuerySet[Programme]:
    """Return the programmes an operator works on."""
    return Programme.objects.order_by("id")


def language() -> str:
    """Return the reader's language as jifen.messages calls it."""
    return "zh_Hans" if (translation.get_language() or "").startswith("zh") else "en"


def page(permission: str) -> Callable[[Page], Page]:
    """Make a page of one programme that needs a permission; it is called with a Desk."""

    def decorate(view: Page) -> Page:
        @wraps(view)
        def checked(request: HttpRequest, code: str, **kwargs: Any) -> HttpResponseBase:
            operator = operator_of(request)
            programme = programmes_of(operator).filter(code=code).first()
            if programme is None:
                raise Http404
            request.session["programme"] = code
            return _answer(request, permission, lambda: _seated(view, request, programme, kwargs))

        return checked

    return decorate


def common_page(permission: str) -> Callable[[Page], Page]:
    """Make a page that belongs to no programme; it is called with the request."""

    def decorate(view: Page) -> Page:
        @wraps(view)
        def checked(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            return _answer(request, permission, lambda: view(request, **kwargs))

        return checked

    return decorate


def _seated(view: Page, request: HttpRequest, programme: Programme, kwargs: dict[str, Any]) -> HttpResponseBase:
    zone = ZoneInfo(programme.zone)
    version = in_force(programme.pk, timezone.now().astimezone(zone).date())
    terms = load(version.pk)
    decimals = Decimals({name: kind.decimals for name, kind in terms.kinds.items()})
    desk = Desk(request, operator_of(request), programme, zone, version, terms, decimals)
    with timezone.override(zone):
        return view(desk, **kwargs)


def _answer(request: HttpRequest, permission: str, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Answer, or say in plain words that the operator's role does not allow it or that nothing is there."""
    if permission and not operator_of(request).has_perm(f"backoffice.{permission}"):
        return _forbid(request)
    try:
        return answer()
    except PermissionDenied:
        return _forbid(request)
    except Http404:
        return refuse(request, _("There is no such page in this programme."), 404)


def _forbid(request: HttpRequest) -> HttpResponseBase:
    said = _("Your role does not allow this. Nothing was changed. Ask an operator of the system role.")
    return refuse(request, said, 403)


def refuse(request: HttpRequest, said: str, status: int) -> HttpResponseBase:
    """Say on a page of the console why there is nothing to see."""
    context = {**admin.site.each_context(request), "title": _("Not here"), "said": said}
    return render(request, "backoffice/refused.html", context, status=status)
