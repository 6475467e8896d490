"""Recordings of bracelets and their apps (S2-47)."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.security.base import AuthBase
from pydantic import Field

from jifen.api.schemas import Trouble
from jifen.api.signed import content_of, header_of, key_of, programme_of
from jifen.engine.message import Message, say
from jifen.members.signing import Stamp
from jifen.messages import Translate
from jifen.sport.devices import count_request, recognise
from jifen.sport.errors import SportError
from jifen.sport.limits import SENTENCES, sentence_of
from jifen.sport.models import (
    CODE_MAX,
    KEY_MAX,
    KILOCALORIES_MAX,
    METRES_MAX,
    SECONDS_MAX,
    STEPS_MAX,
    Device,
    Recording,
    Source,
)
from jifen.sport.reading import read_recording
from jifen.sport.services import report

HEADERS = [
    {"in": "header", "name": name, "required": True, "schema": {"type": "string"}, "description": description}
    for name, description in (
        ("jifen-device", "The number of the device, as its pairing shows it."),
        ("webhook-id", "The nonce of the recording."),
        ("webhook-timestamp", "Seconds since 1970, at most five minutes away from the clock of the platform."),
    )
]


class SignedByDevice(AuthBase):
    """Standard Webhooks, with the secret of a pairing."""

    openapi_type = "apiKey"
    openapi_in = "header"
    openapi_name = "webhook-signature"
    openapi_description = "`v1,` and the base64 of HMAC-SHA256 over `webhook-id.webhook-timestamp.body`."

    def __call__(self, request: HttpRequest) -> Device:
        """Return the device that signed the request; raises what the interface answers with 401, 413 or 429."""
        names = ("webhook-id", "webhook-timestamp", "webhook-signature", "jifen-device")
        key, timestamp, signatures, code = (header_of(request, name) for name in names)
        now = timezone.now()
        stamp = Stamp(key, timestamp, signatures, content_of(request))
        device = recognise(programme_of(request), code, stamp, now=now)
        count_request(device, now=now)
        return device


router = Router(tags=["sport"], auth=SignedByDevice())


class RecordingIn(Schema):
    """A walk or a run. Where it was is no field: no place is taken in, and a body that has one is refused."""

    device: Annotated[str, Field(max_length=CODE_MAX, description="The same as in the header `jifen-device`.")]
    pairing: Annotated[str, Field(max_length=CODE_MAX, description="Who wears it: the pairing that was shown with it.")]
    sport: Literal["walk", "run"]
    start: Annotated[datetime, Field(description="With its zone.", examples=["2026-11-21T07:30:00+08:00"])]
    end: Annotated[datetime, Field(description="After the start, and not in the future.")]
    steps: Annotated[int, Field(ge=0, le=STEPS_MAX)]
    nonce: Annotated[str, Field(max_length=KEY_MAX, description="The same as in the header `webhook-id`.")]
    sent_at: Annotated[datetime, Field(description="Now, by the clock of the device.")]
    moving_seconds: Annotated[
        int | None, Field(ge=0, le=SECONDS_MAX, description="Without pauses; left out: from start to end.")
    ] = None
    distance_m: Annotated[int | None, Field(ge=0, le=METRES_MAX, description="Metres.")] = None
    calories: Annotated[int | None, Field(ge=0, le=KILOCALORIES_MAX, description="Kilocalories.")] = None


class UnlockedOut(Schema):
    """What a task of the day unlocked."""

    task: str
    kind: str
    amount: Annotated[int, Field(description="Minor units of the kind.")]


class RecordingOut(Schema):
    """The recording as it counts. The same recording sent again gets the same answer."""

    recording: Annotated[str, Field(description="What it is called.", examples=["W12"])]
    received_at: datetime
    business_date: Annotated[date, Field(description="The day on which its steps count: that of the server.")]
    counted: Annotated[int, Field(description="Steps that the day had room for.")]
    unlocked: list[UnlockedOut]


class NotCounted(Trouble):
    """The recording is kept and does not count; sending it again gets the same answer."""

    code: Annotated[str, Field(description="`" + "`, `".join(SENTENCES) + "`.")]
    recording: str


class FieldTrouble(Schema):
    """What is wrong with a field, and what would be right."""

    field: str
    problem: str
    expected: str


class NotRead(Trouble):
    """The body is no recording; nothing was kept, and the nonce can be used again."""

    problems: list[FieldTrouble]


class NotCountedError(SportError):
    """A recording was kept and refused."""

    def __init__(self, recording: Recording) -> None:
        super().__init__(_sentence(recording))
        self.recording = recording


@router.post(
    "{programme}/sport/recordings",
    response={
        200: RecordingOut,
        400: NotRead,
        401: Trouble,
        409: Trouble,
        413: Trouble,
        422: NotCounted,
        429: Trouble,
        503: Trouble,
    },
    summary="Report a walk or a run",
    openapi_extra={
        "parameters": HEADERS,
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": RecordingIn.model_json_schema(ref_template="#/components/schemas/{model}")
                }
            },
        },
    },
)
def report_recording(request: HttpRequest, programme: str) -> RecordingOut:
    """Count a walk or a run of whoever paired the device, once for each nonce.

    Its steps count on the business day on which it comes. What cannot be true is kept and refused with a code and a
    sentence; how fast, how many steps a minute and how late is too much stands in the programme's document.
    """
    device = device_of(request, programme)
    named = {"device": device.code, "pairing": device.pairing, "nonce": key_of(request)}
    new = read_recording(request.body, source=Source.DEVICE, named=named)
    recording = report(member_id=device.member_id, new=new, device_id=device.pk)
    if recording.refusal:
        raise NotCountedError(recording)
    assert recording.business_date is not None
    return RecordingOut(
        recording=str(recording),
        received_at=recording.received_at,
        business_date=recording.business_date,
        counted=recording.counted,
        unlocked=[
            UnlockedOut(task=one.task, kind=one.kind, amount=one.amount) for one in recording.unlocked.order_by("pk")
        ],
    )


def device_of(request: HttpRequest, programme: str) -> Device:
    """Return the device that signed a request; it was found to be of the programme."""
    found = getattr(request, "auth", None)
    assert isinstance(found, Device)
    assert found.programme.code == programme
    return found


def refusal_body(error: NotCountedError, translate: Translate) -> dict[str, object]:
    """Return what is answered of a recording that does not count."""
    recording = error.recording
    return {"error": translate(error.message), "code": recording.refusal, "recording": str(recording)}


def _sentence(recording: Recording) -> Message:
    return say("this recording was not counted: {why}", why=sentence_of(recording))
