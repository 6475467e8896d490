"""Behind proxies of our own the client's address is the one that the outermost of them wrote down."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]


def trust_proxies(answer: Answer) -> Answer:
    """Let REMOTE_ADDR be the client's address; what the client itself claims lies further left and is not believed."""

    def with_the_address_of_the_client(request: HttpRequest) -> HttpResponse:
        chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if settings.PROXIES and chain:
            request.META["REMOTE_ADDR"] = chain[-min(settings.PROXIES, len(chain))]
        return answer(request)

    return with_the_address_of_the_client
