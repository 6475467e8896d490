"""Every address of the platform."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from jifen.api.main import api
from jifen.api.notices import payment_notice
from jifen.config import health, metrics

handler400 = "jifen.config.errors.bad_request"
handler403 = "jifen.config.errors.forbidden"
handler404 = "jifen.config.errors.not_found"
handler500 = "jifen.config.errors.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.page, name="metrics"),
    path("console/", admin.site.urls),
    path("api/v1/", api.urls),
    path("payments/<slug:provider_name>/notice", payment_notice, name="payment_notice"),
]
if find_spec("jifen.web.urls"):  # member pages last: their first part is the code of any programme
    urlpatterns.append(path("", include("jifen.web.urls")))
