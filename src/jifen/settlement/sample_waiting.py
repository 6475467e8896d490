"""What a leasing sample leaves for operators: a transfer, an application, accounts at the exchange; and its sites."""

from io import BytesIO

from reportlab.lib.pagesizes import A6
from reportlab.pdfgen.canvas import Canvas

from jifen.agents.applications import Filled, save_draft, submit
from jifen.agents.licences import check_letter
from jifen.agents.models import PaperKind
from jifen.agents.papers import add_paper
from jifen.exchange.accounts import open_account
from jifen.exchange.identity import check_sign
from jifen.facts.terms import terms_of
from jifen.leases.top_ups import TransferReport, confirm_top_up, report_top_up
from jifen.members.models import Member
from jifen.parking.revenue import today_of
from jifen.parking.sample import fill
from jifen.settlement.sample_trade import leave_work

APPLYING = 3
EXCHANGE_ACCOUNTS = 5
PARKING_DAYS, PARKING_SEED = 60, 7


def leave_lease_work(programme_id: int, operators: tuple[int, int]) -> None:
    """Leave orders, withdrawals, transfers and applications for operators to review."""
    leave_work(programme_id)
    _report_transfers(programme_id, operators)
    _apply(programme_id)
    if terms_of(programme_id).newest.ticket is not None:
        _open_accounts(programme_id)
    fill(programme_id, PARKING_DAYS, PARKING_SEED)


def _report_transfers(programme_id: int, operators: tuple[int, int]) -> None:
    """Leave one transfer to be confirmed, and one that is confirmed and still to be credited."""
    terms = terms_of(programme_id).newest
    if terms.top_up is None or terms.units is None:
        return
    for number, member in enumerate(Member.objects.filter(programme_id=programme_id).order_by("-pk")[:2]):
        report = TransferReport(
            amount=(number + 1) * terms.units.unit_price,
            payer=member.name,
            paid_on=today_of(programme_id),
            reference=member.code,
        )
        top_up = report_top_up(member_id=member.pk, report=report, key="sample/waiting")
        if number:
            confirm_top_up(top_up_id=top_up.pk, operator_id=operators[0], bank_reference=f"sample-{top_up.pk}")


def _apply(programme_id: int) -> None:
    """Let a few members below agents apply to be agents, too."""
    terms = terms_of(programme_id).newest
    below = Member.objects.filter(programme_id=programme_id, referrer__standing__agent=True, standing__agent=False)
    if terms.ranks is None:
        return
    for number, member in enumerate(below.filter(standing__units__gt=0).order_by("pk")[:APPLYING]):
        body = f"91440300MB2{number:06d}"
        filled = Filled(
            company=f"广州示例{number + 1}号停车服务有限公司",
            licence_number=body + check_letter(body),
            contact=member.name,
            rank=terms.ranks.table[0].name,
            area=80 + 10 * number,
            address=f"广州市天河区体育东路 {number + 20} 号",
        )
        save_draft(member_id=member.pk, filled=filled)
        for kind in PaperKind:
            add_paper(member_id=member.pk, kind=kind, name=f"{kind}.pdf", content=_paper(kind.value))
        submit(member_id=member.pk)


def _paper(title: str) -> bytes:
    """Return a page that says that it is a sample."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=A6)
    canvas.drawString(40, 200, f"Sample: {title}")
    canvas.save()
    return target.getvalue()


def _open_accounts(programme_id: int) -> None:
    """Open accounts at the simulated exchange for members who traded tickets."""
    traders = Member.objects.filter(programme_id=programme_id, standing__bought__gt=0).order_by("pk")
    for number, member in enumerate(traders[:EXCHANGE_ACCOUNTS]):
        body = f"44030519880{number + 1}12{number + 101}"
        open_account(member_id=member.pk, name=member.name, number=body + check_sign(body))
