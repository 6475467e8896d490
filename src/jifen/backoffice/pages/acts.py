"""The audit log: what operators did, and why. Nobody can change it."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from jifen.backoffice.access import common_page
from jifen.backoffice.act_titles import act_title
from jifen.backoffice.figures import show_moment
from jifen.backoffice.showing import rows_of, show
from jifen.backoffice.tables import Cell, Filter, columns, slice_of
from jifen.engine.digits import number_of
from jifen.facts.models import Act
from jifen.members.models import Operator


@common_page("see_acts")
def acts(request: HttpRequest) -> HttpResponseBase:
    """List what operators did, newest first."""
    read = request.GET
    found = Act.objects.select_related("operator")
    operator = number_of(read.get("operator", ""))
    if operator is not None:
        found = found.filter(operator_id=operator)
    if read.get("subject"):
        found = found.filter(subject=read["subject"].strip())
    table = rows_of(
        request,
        slice_of(found, request),
        columns(_("When"), _("Operator"), _("Act"), _("Subject"), _("Reason")),
        _row,
    )
    people = [("", _("all")), *((str(one.pk), one.username) for one in Operator.objects.order_by("username"))]
    filters = [
        Filter("operator", _("Operator"), people, read.get("operator", "")),
        Filter("subject", _("Subject"), value=read.get("subject", ""), kind="search"),
    ]
    return show(request, "backoffice/list.html", _("Audit log"), table=table, filters=filters)


def _row(act: Act) -> list[Cell]:
    zone = ZoneInfo(timezone.get_current_timezone_name())
    return [
        Cell(show_moment(act.at, zone)),
        Cell(act.operator.username),
        Cell(act_title(act.act), title=act.act),
        Cell(act.subject),
        Cell(act.reason),
    ]
