"""The exchange: how the sync and the price feed stand, accounts with their state, and what operators do to them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.figures import show_moment
from jifen.backoffice.pages.exchange_desk import rule_of
from jifen.backoffice.pages.exchange_entries import enter_action, entry_columns, entry_row
from jifen.backoffice.pages.exchange_tickets import propose_action, ticket_facts
from jifen.backoffice.showing import act_or_show, show, to
from jifen.backoffice.tables import ROWS_PER_PAGE, Cell, Figure, Table, columns, number, query_with
from jifen.engine.digits import number_of
from jifen.engine.rules.ticket import Ticket
from jifen.exchange.accounts import freeze_tickets, papers_of, unfreeze_tickets
from jifen.exchange.asked import set_simulated_price, sync_now
from jifen.exchange.chosen import exchange as exchange_there
from jifen.exchange.feed import declared_price
from jifen.exchange.models import Account, OrderEntry, PriceFeed, SyncCursor
from jifen.exchange.terms import ways_to_tickets
from jifen.explain.model import decimal
from jifen.members.models import Member
from jifen.programmes.declared import moment_of

PRICE_DECIMALS = 6
ENTRIES_SHOWN = 10


class PriceForm(ReasonForm):
    """What a ticket is to cost at the simulated exchange."""

    price = forms.DecimalField(
        label=gettext_lazy("Price in yuan"), max_digits=12, decimal_places=PRICE_DECIMALS, min_value=0.000001
    )

    field_order = ("price", "reason", "key")


@page("see_exchange")
def exchange(desk: Desk) -> HttpResponseBase:
    """Show how the exchange stands, and the accounts of members there."""
    rule = rule_of(desk)
    table = _accounts(desk, rule)
    return act_or_show(
        desk.request,
        [_sync(desk), _price(desk)],
        lambda offers: show(
            desk.request,
            "backoffice/list.html",
            _("Exchange"),
            lead=_("Simulated: it lives in our own database. No live exchange is reached."),
            figures=_figures(desk),
            table=table,
            offers=offers,
        ),
    )


def _figures(desk: Desk) -> list[Figure]:
    cursor = SyncCursor.objects.filter(pk=desk.programme.pk).first()
    feed = PriceFeed.objects.filter(pk=desk.programme.pk).first()
    way = next((one for one in ways_to_tickets(desk.terms) if one.price), None)
    declared = declared_price(desk.programme.pk, way.price) if way is not None else None
    since = show_moment(moment_of(declared.starts_tick), desk.zone) if declared is not None else ""
    by_hand = settings.PRICE_FEED == "manual"
    return [
        Figure(
            _("In step since"),
            show_moment(cursor.synced_at if cursor else None, desk.zone),
            (cursor.failure if cursor else "")
            or _("captured up to X%(number)s") % {"number": cursor.number if cursor else 0},
            tone="bad" if cursor and cursor.failure else "",
        ),
        Figure(
            _("Price for conversions"), decimal(declared.numerator, declared.denominator) if declared else "–", since
        ),
        Figure(
            _("Price feed"),
            _("by hand") if by_hand else show_moment(feed.read_at if feed else None, desk.zone),
            _("declared values") if by_hand else (feed.failure if feed else _("nothing was read yet")),
            to(desk, "declared") if by_hand else "",
            tone="bad" if feed and feed.failure and not by_hand else "",
        ),
        Figure(
            _("Price at the simulated exchange"), f"{exchange_there().price(desk.programme.pk).price.normalize():f}"
        ),
    ]


def _accounts(desk: Desk, rule: Ticket) -> Table:
    """Return accounts by member, the newest member first."""
    found = Account.objects.filter(programme=desk.programme).select_related("member", "member__standing")
    before = number_of(desk.request.GET.get("before", ""))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: ROWS_PER_PAGE + 1])
    shown = rows[:ROWS_PER_PAGE]
    headings = columns(
        *(_("Member"), _("Account"), _("Real name"), _("State"), _("At the exchange"), _("In step since")), numbers=(4,)
    )
    cells = [_account_row(desk, one, rule) for one in shown]
    more = query_with(desk.request, before=str(shown[-1].pk)) if len(rows) > ROWS_PER_PAGE else ""
    return Table(headings, cells, empty=_("No member has an account at the exchange yet."), next_query=more)


def _account_row(desk: Desk, account: Account, rule: Ticket) -> list[Cell]:
    return [
        Cell(f"{account.member.code} {account.member.name}", href=to(desk, "exchange_account", account.pk)),
        Cell(account.code),
        Cell(_("checked"), tone="good") if account.verified_at else Cell(_("not checked"), tone="wait"),
        _state(account),
        number(desk.decimals.show(account.tickets, rule.kind)),
        Cell(show_moment(account.synced_at, desk.zone)),
    ]


def _state(account: Account) -> Cell:
    if account.frozen != account.member.standing.frozen:
        return Cell(_("not in step"), tone="wait")
    return Cell(_("tickets frozen"), tone="bad") if account.frozen else Cell(_("active"), tone="good")


def _sync(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        done = sync_now(programme_id=desk.programme.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("In step: %(captured)s purchases captured, %(entered)s entries made.") % {
            "captured": done.captured,
            "entered": done.entered,
        }

    note = _("The worker does so every few minutes by itself.")
    return Action("sync", _("Bring in step now"), "enter_orders", run, note=note, tone="main")


def _price(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        set_simulated_price(
            programme_id=desk.programme.pk,
            price=values["price"],
            reason=values["reason"],
            operator_id=desk.operator.pk,
        )
        return _("The simulated exchange sells at this price.")

    note = _("Only of the sandbox. Conversions go by the declared price; the feed reads this one if it is set up so.")
    return Action(
        "price", _("Set the price at the simulated exchange"), "review_exchange", run, form=PriceForm, note=note
    )


@page("see_exchange")
def account(desk: Desk, member_id: int) -> HttpResponseBase:
    """Show a member's account at the exchange: masked papers, tickets, entries; freeze, release, type in."""
    rule = rule_of(desk)
    member = get_object_or_404(Member.objects.select_related("standing"), pk=member_id, programme=desk.programme)
    held = Account.objects.filter(pk=member.pk).select_related("member", "member__standing").first()
    found = OrderEntry.objects.filter(member=member).select_related("member", "entered_by", "reviewed_by")
    entries = Table(entry_columns(), [entry_row(desk, one) for one in found.order_by("-id")[:ENTRIES_SHOWN]])
    return act_or_show(
        desk.request,
        [propose_action(desk, member, rule), enter_action(desk, member, rule), _freezing(desk, member)],
        lambda offers: show(
            desk.request,
            "backoffice/exchange_account.html",
            _("Exchange account of %(member)s") % {"member": member.code},
            state=_state(held) if held is not None else Cell(_("no account"), tone="plain"),
            facts=[*_facts(desk, member, held), *ticket_facts(desk, member, rule)],
            entries=entries,
            offers=offers,
        ),
    )


def _facts(desk: Desk, member: Member, account: Account | None) -> list[tuple[str, Cell]]:
    rows = [(_("Member"), Cell(f"{member.code} {member.name}", href=to(desk, "member", member.pk)))]
    if account is None:
        return rows
    papers = papers_of(account)
    rows += [
        (_("Account"), Cell(account.code)),
        (_("Real name"), Cell(papers.name if papers else _("not checked"))),
        (_("ID number"), Cell(papers.number if papers else "")),
        (_("Checked"), Cell(show_moment(account.verified_at, desk.zone) if papers else "")),
        (_("In step since"), Cell(show_moment(account.synced_at, desk.zone))),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _freezing(desk: Desk, member: Member) -> Action:
    def freeze(values: Mapping[str, Any]) -> str:
        freeze_tickets(member_id=member.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("The tickets of this member are frozen, here and at the exchange.")

    def unfreeze(values: Mapping[str, Any]) -> str:
        unfreeze_tickets(member_id=member.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("The member may use tickets again.")

    if member.standing.frozen:
        return Action("unfreeze", _("Allow tickets again"), "act_on_members", unfreeze, tone="main")
    note = _("Withdrawals and whatever else the programme's freeze rule names stop too. Tickets stay where they are.")
    return Action("freeze", _("Freeze the tickets"), "act_on_members", freeze, note=note, tone="bad")
