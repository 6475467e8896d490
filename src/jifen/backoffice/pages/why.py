"""Why a line stands in a member's statement: the rule, its clause, the formula with its numbers, the people."""

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.showing import show, to
from jifen.backoffice.tables import Cell
from jifen.members.models import Member
from jifen.messages import translator
from jifen.settlement.why import why as explain


@page("see_members")
def why(desk: Desk, member_id: int, transfer_id: int) -> HttpResponseBase:
    """Explain a member's part of a transfer."""
    member = get_object_or_404(Member, pk=member_id, programme=desk.programme)
    found = explain(member_id=member.pk, transfer_id=transfer_id)
    if found is None:
        raise Http404
    translate = translator(language())
    transfer = Cell(str(transfer_id), href=to(desk, "transfer", transfer_id) if desk.may("see_ledger") else "")
    facts = [
        (_("Member"), Cell(f"{member.code} {member.name}", href=to(desk, "member", member.pk))),
        (_("Rule"), Cell(translate(found.rule_title))),
        (_("Clause of the source"), Cell(found.source)),
        (_("Business day"), Cell(f"{found.business_date}")),
        (_("Programme version"), Cell(str(found.version), href=to(desk, "version", found.version))),
        (_("Cut off"), Cell(desk.lot_points(found.blocked) if found.blocked else "")),
        (_("Transfer"), transfer),
    ]
    return show(
        desk.request,
        "backoffice/why.html",
        _("Why"),
        facts=[(title, cell) for title, cell in facts if cell.text],
        formula=[translate(line) for line in found.formula],
        people=[
            (translate(role), Cell(f"{code} {name}", href=to(desk, "member", code.lstrip("M"))))
            for role, code, name in found.people
        ],
    )
