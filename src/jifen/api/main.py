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

from jifen.api import sport
from jifen.api.parking import router
from jifen.api.signed import HeaderMissingError, SignedBySender, TooLargeError
from jifen.engine.message import Message, say
from jifen.facts.days import NotNowError
from jifen.facts.record import RefusedError
from jifen.messages import Translate, translator
from jifen.parking.checks import Problem, ReadingsRefusedError
from jifen.parking.reports import NotJsonError, ReportKeyReusedError
from jifen.parking.senders import NotSignedError, TooManyRequestsError
from jifen.sport.errors import NoSportError, NotPairedError, RecordingKeyReusedError, TooManyReportsError
from jifen.sport.reading import NotReadError

STATUS: dict[type[Exception], HTTPStatus] = {
    HeaderMissingError: HTTPStatus.UNAUTHORIZED,
    NotSignedError: HTTPStatus.UNAUTHORIZED,
    NotJsonError: HTTPStatus.BAD_REQUEST,
    ReportKeyReusedError: HTTPStatus.CONFLICT,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NotPairedError: HTTPStatus.UNAUTHORIZED,
    RecordingKeyReusedError: HTTPStatus.CONFLICT,
    NoSportError: HTTPStatus.CONFLICT,
    RefusedError: HTTPStatus.CONFLICT,
}
LATER_SECONDS = 60


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
    description="Parking data and recordings of bracelets. Requests are signed; see the how-tos.",
    urls_namespace="api",
    renderer=PlainJson(),
    auth=SignedBySender(),
)
api.add_router("", router)
api.add_router("", sport.router)


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


@api.exception_handler(NotReadError)
def _list_fields(request: HttpRequest, error: NotReadError) -> HttpResponse:
    say_it = _translate()
    problems = [
        {"field": one.field, "problem": say_it(one.problem), "expected": say_it(one.expected)} for one in error.problems
    ]
    return _answer(request, error.message, HTTPStatus.BAD_REQUEST, problems=problems)


@api.exception_handler(sport.NotCountedError)
def _tell_refusal(request: HttpRequest, error: sport.NotCountedError) -> HttpResponse:
    body = sport.refusal_body(error, _translate())
    return api.create_response(request, body, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@api.exception_handler(NotNowError)
def _ask_later(request: HttpRequest, error: NotNowError) -> HttpResponse:
    answer = _answer(request, error.message, HTTPStatus.SERVICE_UNAVAILABLE)
    answer["Retry-After"] = str(LATER_SECONDS)
    return answer


@api.exception_handler(TooManyReportsError)
@api.exception_handler(TooManyRequestsError)
def _send_away(request: HttpRequest, error: TooManyReportsError | TooManyRequestsError) -> HttpResponse:
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
