"""The interface itself: how it answers, and what refusals look like."""

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder

from jifen.api.parking import router
from jifen.api.signed import HeaderMissingError, SignedBySender, TooLargeError
from jifen.engine.message import Message, say
from jifen.messages import Translate, translator
from jifen.parking.checks import Problem, ReadingsRefusedError
from jifen.parking.reports import NotJsonError, ReportKeyReusedError
from jifen.parking.senders import NotSignedError, TooManyRequestsError

STATUS: dict[type[Exception], HTTPStatus] = {
    HeaderMissingError: HTTPStatus.UNAUTHORIZED,
    NotSignedError: HTTPStatus.UNAUTHORIZED,
    NotJsonError: HTTPStatus.BAD_REQUEST,
    ReportKeyReusedError: HTTPStatus.CONFLICT,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}


class PlainJson(BaseRenderer):
    """JSON in which Chinese stays Chinese."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        """Return an answer's body; whoever asked, and whatever came of it."""
        del request, response_status
        return json.dumps(data, cls=NinjaJSONEncoder, ensure_ascii=False)


api = NinjaAPI(
    title="Jifen",
    version="1",
    description="Parking data of a programme: report readings, read their sums. Requests are signed; see the how-to.",
    urls_namespace="api",
    renderer=PlainJson(),
    auth=SignedBySender(),
)
api.add_router("", router)


def _translate() -> Translate:
    return translator("zh_Hans" if (translation.get_language() or "").startswith("zh") else "en")


def _answer(request: HttpRequest, message: Message, status: int, **more: object) -> HttpResponse:
    return api.create_response(request, {"error": _translate()(message), **more}, status=status)


def _refuse(request: HttpRequest, error: Any) -> HttpResponse:
    return _answer(request, error.message, STATUS[type(error)])


for _expected in STATUS:
    api.add_exception_handler(_expected, _refuse)


@api.exception_handler(ReadingsRefusedError)
def _list_problems(request: HttpRequest, error: ReadingsRefusedError) -> HttpResponse:
    problems = [_told(one) for one in error.problems]
    return _answer(request, error.message, HTTPStatus.UNPROCESSABLE_ENTITY, problems=problems)


@api.exception_handler(TooManyRequestsError)
def _send_away(request: HttpRequest, error: TooManyRequestsError) -> HttpResponse:
    answer = _answer(request, error.message, HTTPStatus.TOO_MANY_REQUESTS)
    answer["Retry-After"] = str(error.seconds)
    return answer


@api.exception_handler(ValidationError)
def _refuse_query(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a query that cannot be read, in the words of a body that cannot be."""
    problems = [
        {"index": None, "field": str(one["loc"][-1]), "problem": str(one["msg"]), "expected": ""}
        for one in error.errors
    ]
    return _answer(request, say("the query cannot be read"), HTTPStatus.UNPROCESSABLE_ENTITY, problems=problems)


@api.exception_handler(HttpError)
def _refuse_plainly(request: HttpRequest, error: HttpError) -> HttpResponse:
    return api.create_response(request, {"error": str(error)}, status=error.status_code)


def _told(problem: Problem) -> dict[str, object]:
    say_it = _translate()
    return {
        "index": problem.index,
        "field": problem.field,
        "problem": say_it(problem.problem),
        "expected": say_it(problem.expected),
    }
