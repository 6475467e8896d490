"""What every page knows, whoever looks at it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the programme and the member of the request, where there are any, and whether all of it is a trial."""
    return {
        "programme": getattr(request, "programme", None),
        "member": getattr(request, "member", None),
        "sandbox": settings.SANDBOX,
    }
