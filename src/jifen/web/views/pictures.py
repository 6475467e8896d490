"""Pictures of products, which browsers keep: an address names the SHA-256 of what it shows."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from jifen.programmes.models import Programme
from jifen.sales.models import Picture
from jifen.web.sessions import member_of

A_YEAR = 31_536_000  # seconds


@require_safe
def picture(request: HttpRequest, programme: str, digest: str) -> HttpResponse:
    """Show a picture of a listed product to everybody, and of a submission to its supplier."""
    here = Q(submission__supplier__programme__code=programme) | Q(product__programme__code=programme)
    found = Picture.objects.filter(here, digest=digest)
    listed = found.filter(Q(submission__product__isnull=False) | Q(product__isnull=False)).first()
    shown = listed or found.filter(submission__supplier__member_id=_member_id(request, programme)).first()
    if shown is None:
        raise Http404
    if request.headers.get("If-None-Match") == f'"{digest}"':
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(bytes(shown.content), content_type=shown.media_type)
    answer["ETag"] = f'"{digest}"'
    patch_cache_control(answer, max_age=A_YEAR, immutable=True, **{"private" if listed is None else "public": True})
    return answer


def _member_id(request: HttpRequest, programme: str) -> int:
    """Return who is logged in to the programme; 0 for nobody."""
    known = Programme.objects.filter(code=programme).first()
    member = member_of(request.session, known.pk) if known is not None else None
    return member.pk if member is not None else 0
