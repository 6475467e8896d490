"""Pages that may ask a phone where it is; on every other page browsers refuse."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse

MAY_LOCATE = "camera=(), geolocation=(self), microphone=(), payment=()"

View = Callable[..., HttpResponse]


def locating(view: View) -> View:
    """Let the page of a view use Geolocation, when its reader allows it."""

    @wraps(view)
    def page(*arguments: object, **named: object) -> HttpResponse:
        answer = view(*arguments, **named)
        answer["Permissions-Policy"] = MAY_LOCATE
        return answer

    return page
