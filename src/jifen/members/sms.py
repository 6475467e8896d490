"""Text messages. Only the sandbox exists: it keeps them for operators to read, and sends none."""

from datetime import timedelta
from typing import Protocol

from django.utils import timezone

from jifen.members.models import SandboxMessage
from jifen.members.phones import mask

KEPT = timedelta(days=1)


class Sms(Protocol):
    """Sends text messages."""

    def send(self, *, programme_id: int, phone: str, text: str) -> None:
        """Send a text to a phone."""
        ...


class SandboxSms:
    """Writes messages into a table that the console shows; older ones are forgotten."""

    def send(self, *, programme_id: int, phone: str, text: str) -> None:
        """Keep the text; of the phone no more than its owner needs to recognise it."""
        SandboxMessage.objects.filter(at__lt=timezone.now() - KEPT).delete()
        SandboxMessage.objects.create(programme_id=programme_id, phone=mask(phone), text=text)


def sms() -> Sms:
    """Return what sends messages; the sandbox is all there is."""
    return SandboxSms()
