"""The console's site: our pages, and nothing that changes rows behind the services' backs."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language
from unfold.sites import UnfoldAdminSite

from jifen.backoffice.addresses import pages
from jifen.backoffice.navigation import current_code, navigation


class ConsoleSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold has no types
    """Login, language and password of unfold's site; pages of jifen.backoffice.pages; no model's form of Django."""

    index_title = _("Overview")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return the addresses of the console."""
        return [
            path("", self.admin_view(self.index), name="index"),
            path("login/", self.login, name="login"),
            path("logout/", self.admin_view(self.logout), name="logout"),
            path("password_change/", self.admin_view(self.password_change, cacheable=True), name="password_change"),
            path(
                "password_change/done/",
                self.admin_view(self.password_change_done, cacheable=True),
                name="password_change_done",
            ),
            path("search/", self.admin_view(self.search), name="search"),
            path("language/", require_POST(set_language), name="language"),
            *pages(self.admin_view),
        ]

    def get_app_list(self, *_of: object) -> list[Any]:
        """Return nothing: no model has pages of its own here."""
        return []

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Return what stands at the side."""
        return navigation(request)

    def index(self, request: HttpRequest) -> HttpResponseBase:
        """Go to the programme the operator worked on last; where there is none yet, to the page that makes one."""
        code = current_code(request)
        if not code:
            return HttpResponseRedirect(reverse("admin:first_programme"))
        return HttpResponseRedirect(reverse("admin:dashboard", args=[code]))
