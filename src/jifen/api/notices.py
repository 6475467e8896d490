"""Notifications of payment providers: no session, no form, only what they signed (S2-22)."""

import structlog
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jifen.payments.adapter import Notice
from jifen.payments.chosen import provider
from jifen.payments.errors import NoProviderError, NotTrueError, PaymentError
from jifen.payments.paying import receive

LOG = structlog.get_logger("jifen.payments")
BYTES_MAX = 64 * 1024


@csrf_exempt
@require_POST
def payment_notice(request: HttpRequest, provider_name: str) -> HttpResponse:
    """Take a notification; what is not true or not ours is refused, and the provider sends it again."""
    length = request.headers.get("content-length") or ""
    if length and not (length.isdecimal() and int(length) <= BYTES_MAX):
        return _refused(413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        receive(provider_name, Notice(headers, request.body))
        status, body, kind = provider(provider_name).thanks()
    except NoProviderError:
        raise Http404 from None
    except NotTrueError as error:
        LOG.warning("payment_notice_refused", provider=provider_name, why=str(error))
        return _refused(400)
    except PaymentError as error:
        LOG.warning("payment_notice_failed", provider=provider_name, why=str(error))
        return _refused(503)
    return HttpResponse(body, status=status, content_type=kind)


def _refused(status: int) -> HttpResponse:
    return JsonResponse({"code": "FAIL", "message": "refused"}, status=status)
