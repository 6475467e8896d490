"""Leases with their signed agreements, and the account that members transfer money to (S0-08, S0-12, S0-58)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.showing import (
    EXPORT_ROWS_MAX,
    act_or_show,
    export,
    export_query,
    rows_of,
    show,
    to,
    wants_export,
)
from jifen.backoffice.tables import Cell, Column, Filter, Table, columns, number, slice_of
from jifen.engine.digits import member_number
from jifen.leases.accounts import AccountDetails, change_account, company_account
from jifen.leases.downloads import take_copy
from jifen.leases.models import Agreement, CompanyAccount, Lease
from jifen.leases.signing import check
from jifen.leases.terms import title_passes
from jifen.sales.models import OrderState

ACCOUNTS_SHOWN = 20


class AccountForm(ReasonForm):
    """The company's account as members see it."""

    company = forms.CharField(label=gettext_lazy("Company"), max_length=100)
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=100)
    number = forms.CharField(label=gettext_lazy("Account number"), max_length=40)
    note = forms.CharField(
        label=gettext_lazy("What members should write with the transfer"), max_length=200, required=False
    )

    field_order = ("company", "bank", "number", "note", "reason", "key")


@page("see_leases")
def leases(desk: Desk) -> HttpResponseBase:
    """List agreements with their leases, newest first."""
    found = _found(desk)
    if wants_export(desk.request):
        rows = [_row(desk, one) for one in found.order_by("-pk")[:EXPORT_ROWS_MAX]]
        return export(desk, "leases", _columns(), rows)
    table = rows_of(desk.request, slice_of(found, desk.request), _columns(), lambda one: _row(desk, one))
    return show(
        desk.request,
        "backoffice/list.html",
        _("Leases"),
        lead=_("Agreements that members signed, and the leases that stand on them."),
        table=table,
        filters=_filters(desk),
        export_query=export_query(desk),
    )


def _found(desk: Desk) -> QuerySet[Agreement]:
    found = Agreement.objects.filter(programme=desk.programme).defer("pdf").select_related("order", "member", "lease")
    state, words = desk.request.GET.get("title", ""), desk.request.GET.get("q", "").strip()
    if state == "waiting":
        found = found.filter(lease__isnull=True)
    if state == "member":
        found = found.filter(lease__isnull=False, lease__title_passed_on__isnull=True)
    if state == "company":
        found = found.filter(lease__title_passed_on__isnull=False)
    if words:
        code = member_number(words)
        member = Q(member_id=code) if code is not None else Q()
        found = found.filter(Q(order__number__iexact=words) | (member or Q(member__name__startswith=words)))
    return found


def _filters(desk: Desk) -> list[Filter]:
    read = desk.request.GET
    choices = [
        ("", _("all")),
        ("waiting", _("waiting for money")),
        ("member", _("the member's")),
        ("company", _("passed to the company")),
    ]
    return [
        Filter("q", _("Order number, member code or name"), value=read.get("q", ""), kind="search"),
        Filter("title", _("Title"), choices, read.get("title", "")),
    ]


def _columns() -> list[Column]:
    return columns(
        *(_("Order"), _("Member"), _("Devices"), _("Price"), _("Signed"), _("Signed as"), _("Title")),
        _("Title passed"),
        numbers=(2, 3),
    )


def _row(desk: Desk, agreement: Agreement) -> list[Cell]:
    order, lease = agreement.order, lease_of(agreement)
    return [
        Cell(order.number, href=to(desk, "agreement", order.number)),
        Cell(f"{agreement.member.code} {agreement.member.name}", href=to(desk, "member", agreement.member_id)),
        number(f"{order.quantity:,}"),
        number(show_money(order.amount)),
        Cell(show_moment(agreement.consented_at, desk.zone)),
        Cell(agreement.signed_name),
        _title_cell(desk, agreement, lease),
        Cell(f"{lease.title_passed_on or ''}" if lease is not None else ""),
    ]


def lease_of(agreement: Agreement) -> Lease | None:
    """Return the lease that stands on an agreement, None where its order does not count."""
    return getattr(agreement, "lease", None)


def _title_cell(desk: Desk, agreement: Agreement, lease: Lease | None) -> Cell:
    """Return whose the devices are, as a badge."""
    if agreement.order.state in (OrderState.CANCELLED, OrderState.REFUNDED):
        return Cell(str(agreement.order.get_state_display()), tone="bad")
    if lease is None:
        return Cell(_("waiting for money"), tone="wait")
    if lease.title_passed_on is not None:
        return Cell(_("passed to the company"), tone="plain")
    return Cell(_("the member's"), tone="good", title="" if title_passes(desk.terms) else _("and stays so"))


@page("see_leases")
def agreement(desk: Desk, number: str) -> HttpResponseBase:
    """Show an agreement with what the check of its signature finds."""
    rows = Agreement.objects.select_related("order", "member", "lease", "version")
    found = rows.filter(programme=desk.programme, order__number=number).first()
    if found is None:
        raise Http404
    return show(
        desk.request,
        "backoffice/agreement.html",
        _("Agreement of order %(number)s") % {"number": number},
        state=_title_cell(desk, found, lease_of(found)),
        facts=_facts(desk, found),
        copy=to(desk, "agreement_copy", number) if desk.may("download_agreements") else "",
    )


def _facts(desk: Desk, found: Agreement) -> list[tuple[str, Cell]]:
    named = [(column.title, cell) for column, cell in zip(_columns(), _row(desk, found), strict=True)]
    finding = check(bytes(found.pdf))
    whole = finding.intact and finding.fingerprint == found.certificate
    good, bad = (
        _("valid: not a byte was changed"),
        _("NOT valid: the document was changed, or was not signed by this key"),
    )
    version = Cell(str(found.version.number), href=to(desk, "version", found.version.number))
    lease = lease_of(found)
    facts = [
        (_("Order"), Cell(found.order.number, href=to(desk, "order", found.order.number))),
        *named[1:6],
        (_("Leased since"), Cell(f"{lease.opened_on}" if lease is not None else "")),
        *named[6:],
        (_("Signature"), Cell(good if whole else bad, tone="good" if whole else "bad")),
        (_("Certificate (SHA-256)"), Cell(found.certificate)),
        (_("Document (SHA-256)"), Cell(found.sha256)),
        (_("Version of the text"), Cell(found.consent_text)),
        (_("Programme version"), version),
        (_("Digest of the programme"), Cell(found.version_digest)),
        (_("Hash of the address"), Cell(found.address_hash)),
    ]
    return [(title, cell) for title, cell in facts if cell.text]


@require_POST
@page("download_agreements")
def agreement_copy(desk: Desk, number: str) -> HttpResponseBase:
    """Answer with the signed PDF; whoever takes a copy is noted."""
    try:
        found = take_copy(programme_id=desk.programme.pk, number=number, operator_id=desk.operator.pk)
    except Agreement.DoesNotExist:
        raise Http404 from None
    answer = HttpResponse(bytes(found.pdf), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="agreement-{number}.pdf"'
    return answer


@page("see_leases")
def company(desk: Desk) -> HttpResponseBase:
    """Show the account that members see, with all earlier ones, and let operators change it."""
    headings = columns(
        *(_("Since"), _("Company"), _("Bank"), _("Account number"), _("Note for members"), _("Reason"), _("Operator"))
    )
    found = CompanyAccount.objects.filter(programme=desk.programme).select_related("operator").order_by("-pk")
    rows = [
        [
            Cell(show_moment(one.at, desk.zone)),
            *(Cell(one.company), Cell(one.bank), Cell(one.number), Cell(one.note), Cell(one.reason)),
            Cell(one.operator.username),
        ]
        for one in found[:ACCOUNTS_SHOWN]
    ]
    return act_or_show(
        desk.request,
        [_change(desk)],
        lambda offers: show(
            desk.request,
            "backoffice/list.html",
            _("Company account"),
            lead=_("Members transfer money to the account in the first row. Sandbox: no bank is asked."),
            table=Table(headings, rows),
            offers=offers,
        ),
    )


def _change(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        details = AccountDetails(**{name: values[name] for name in ("company", "bank", "number", "note")})
        change_account(
            programme_id=desk.programme.pk, details=details, operator_id=desk.operator.pk, reason=values["reason"]
        )
        return _("Changed. Members see it from now on.")

    now = company_account(desk.programme.pk)
    initial = {"company": now.company, "bank": now.bank, "number": now.number, "note": now.note} if now else {}
    return Action(
        "change",
        _("Change the account"),
        "change_company_account",
        run,
        form=AccountForm,
        initial=initial,
        note=_("Compare it with the bank's own paper, figure by figure: members send money to it."),
        open=now is None,
    )
