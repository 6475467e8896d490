"""Messages of the sandbox: codes for new passwords that no phone received (S0-85)."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from jifen.backoffice.access import common_page
from jifen.backoffice.figures import show_moment
from jifen.backoffice.showing import rows_of, show
from jifen.backoffice.tables import Cell, columns, slice_of
from jifen.members.models import SandboxMessage


@common_page("see_messages")
def messages(request: HttpRequest) -> HttpResponseBase:
    """List the messages of the last day, newest first."""
    found = SandboxMessage.objects.select_related("programme")
    headings = columns(_("When"), _("Programme"), _("Phone"), _("Text"))
    table = rows_of(request, slice_of(found, request), headings, _row)
    lead = _("The sandbox sends no text messages; what it would have sent stands here for a day.")
    return show(request, "backoffice/list.html", _("Messages of the sandbox"), table=table, lead=lead)


def _row(message: SandboxMessage) -> list[Cell]:
    zone = ZoneInfo(timezone.get_current_timezone_name())
    moment = show_moment(message.at, zone)
    return [Cell(moment), Cell(message.programme.code), Cell(message.phone), Cell(message.text)]
