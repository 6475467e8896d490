"""Why a line stands in a member's statement: the rule, the clause it comes from, and the accounts and lots it moved."""

from datetime import date

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.account_titles import account_title, rule_name
from jifen.backoffice.pages.transfers import cause_cell, lot_cell, order_numbers
from jifen.backoffice.showing import show, to
from jifen.backoffice.tables import Cell, Table, columns, number
from jifen.engine.days import day_number
from jifen.explain import Explanation
from jifen.facts.terms import terms_of
from jifen.ledger.models import Entry, Transfer
from jifen.members.models import Member
from jifen.messages import CLAUSE_OF, translator
from jifen.programmes.models import Version
from jifen.programmes.terms import load
from jifen.settlement.why import why as explained


@page("see_members")
def why(desk: Desk, member_id: int, transfer_id: int) -> HttpResponseBase:
    """Explain a member's part of a transfer."""
    member = get_object_or_404(Member, pk=member_id, programme=desk.programme)
    entries = Entry.objects.filter(owner=member.pk, transfer_id=transfer_id).select_related("account")
    first = entries.order_by("account_id").first()
    if first is None:
        raise Http404
    transfer = get_object_or_404(
        Transfer, pk=transfer_id, business_date=first.business_date, programme_id=desk.programme.pk
    )
    return show(
        desk.request,
        "backoffice/why.html",
        _("Why"),
        facts=[(title, cell) for title, cell in _facts(desk, member, transfer) if cell.text],
        moved=_moved(desk, entries.filter(business_date=first.business_date)),
        **_reasons(explained(member_id=member.pk, transfer_id=transfer.pk, business_date=first.business_date)),
    )


def _reasons(explanation: Explanation | None) -> dict[str, object]:
    """Return the formula with its numbers, whom it came from and what was cut off, in the reader's language."""
    if explanation is None:
        return {}
    translate = translator(language())
    people = [[Cell(f"{one.code} {one.name}"), Cell(translate(one.text))] for one in explanation.people]
    return {
        "formula": [translate(line) for line in explanation.formula],
        "blocked": translate(explanation.blocked) if explanation.blocked is not None else "",
        "people": Table(columns(_("Member"), _("Share")), people) if people else None,
        "more_people": explanation.people_in_all - len(explanation.people),
    }


def _facts(desk: Desk, member: Member, transfer: Transfer) -> list[tuple[str, Cell]]:
    version = _version_on(desk, transfer.business_date)
    shown = Cell(str(transfer.pk), href=to(desk, "transfer", transfer.pk) if desk.may("see_ledger") else "")
    key = f"{transfer.key}{member.code}" if transfer.end_owner else transfer.key
    return [
        (_("Member"), Cell(f"{member.code} {member.name}", href=to(desk, "member", member.pk))),
        (_("Rule"), Cell(rule_name(transfer.rule))),
        (_("Clause of the source"), Cell(_clause(version, transfer.rule))),
        (_("What for"), cause_cell(desk, transfer)),
        (_("Business day"), Cell(f"{transfer.business_date}")),
        (_("Programme version"), Cell(str(version.number), href=to(desk, "version", version.number))),
        (_("Transfer"), shown),
        (_("Key"), Cell(key)),
    ]


def _version_on(desk: Desk, day: date) -> Version:
    """Return the version that was in force on a day."""
    return Version.objects.defer("text").get(pk=terms_of(desk.programme.pk).version_on(day_number(day)))


def _clause(version: Version, rule: str) -> str:
    """Return the sentence of the source that a version gives for a rule."""
    return next((one.source for one in load(version.pk).rules if one.use == CLAUSE_OF.get(rule, rule)), "")


def _moved(desk: Desk, entries: QuerySet[Entry]) -> Table:
    rows = list(entries.order_by("account_id", "lot"))
    numbers = order_numbers(one.lot for one in rows)
    headings = columns(_("Account"), _("Kind"), _("Lot of order"), _("Amount"), numbers=(3,))
    return Table(
        headings,
        [
            [
                Cell(account_title(one.account.role)),
                Cell(desk.kind_title(one.account.kind)),
                lot_cell(desk, one.lot, numbers),
                number(desk.decimals.show(one.amount, one.account.kind)),
            ]
            for one in rows
        ],
    )
