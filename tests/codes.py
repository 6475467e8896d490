"""Codes of text messages: what the sandbox would have sent, and registration as somebody who has the phone."""

import re
from http import HTTPStatus
from typing import cast

from django.http import HttpResponse
from django.test import Client

from jifen.members.models import SandboxMessage
from jifen.members.phones import mask, normalise

CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


def newest_code(phone: str = "") -> str:
    """Return the code of the newest text message, or of the newest one to a phone."""
    found = SandboxMessage.objects.order_by("-id")
    text = (found.filter(phone=mask(normalise(phone))) if phone else found)[0].text
    code = CODE.search(text)
    assert code is not None, text
    return code[0]


def join(client: Client, link: str, form: dict[str, str], *, follow: bool = False) -> HttpResponse:
    """Register by a link: a code is sent to the phone, then the form goes with the code; return the last answer.

    Where no code was sent, that is the answer that says why.
    """
    first = {name: form[name] for name in ("phone", "invite_code") if name in form}
    sent = client.post(link, first)
    if sent.status_code != HTTPStatus.FOUND:
        return cast(HttpResponse, sent)
    rest = {name: text for name, text in form.items() if name not in first}
    filled = {"code": newest_code(form["phone"]), **rest}
    return cast(HttpResponse, client.post(sent["Location"], filled, follow=follow))
