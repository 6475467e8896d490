"""Headers that keep foreign scripts, frames and forms out of our pages."""

from django.http import HttpRequest, HttpResponse

from jifen.config.proxies import Answer

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # charts are SVG with styles; htmx and unfold set some
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
CONSOLE = "/console/"
# unfold's Alpine computes its expressions at run time; inline scripts there are none.
CONSOLE_POLICY = POLICY | {"script-src": "'self' 'unsafe-eval'"}


def forbid_foreign_content(answer: Answer) -> Answer:
    """Send a content security policy with every page; no page runs inline scripts."""

    def with_a_policy(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        policy = CONSOLE_POLICY if request.path.startswith(CONSOLE) else POLICY
        response.setdefault("Content-Security-Policy", "; ".join(f"{name} {value}" for name, value in policy.items()))
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        return response

    return with_a_policy
