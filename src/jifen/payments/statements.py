"""A provider's statement compared with our payments, line by line (S2-22).

Statements of Alipay and WeChat Pay are read as they are downloaded, in their own words and encodings; so is any list
with a heading of ours: number, amount, refund.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from jifen.engine.message import say
from jifen.payments.errors import PaymentError
from jifen.payments.models import Outcome, Payment, PaymentBack, PaymentBackState, PaymentState

BYTES_MAX = 20_000_000
LINES_MAX = 200_000
NUMBER = ("商户订单号", "number", "out_trade_no")
AMOUNT = ("订单金额（元）", "订单金额(元)", "应结订单金额", "订单金额", "总金额", "amount", "total_amount")
REFUND = ("退款金额", "refund", "refund_amount")
SORT = ("业务类型", "交易状态")
BACK_WORDS = ("退款", "REFUND", "REVOKED")  # what lines of refunds say
YUAN = re.compile(r"[+-]?\d{1,12}(\.\d{1,8})?", re.ASCII)
TEXT_SHOWN = 40
SLOW = timedelta(minutes=10)  # money that came counts sooner
SUMMED = "总"  # the heading of a summary begins so


class StatementError(PaymentError):
    """A file that is no statement."""


@dataclass
class Theirs:
    """What a statement says of a payment, in fen."""

    paid: int = 0
    back: int = 0


@dataclass(frozen=True)
class Compared:
    """A payment on both sides, in fen; None where one side does not know it."""

    number: str
    payment: Payment | None
    theirs: Theirs | None
    paid: int = 0
    back: int = 0

    @property
    def agrees(self) -> bool:
        """Whether both sides say the same."""
        return self.theirs is not None and (self.theirs.paid, self.theirs.back) == (self.paid, self.back)


@dataclass(frozen=True)
class Reconciled:
    """What the comparison found; `elsewhere` counts payments of other programmes on the same account."""

    differ: Sequence[Compared] = field(default_factory=list)
    agreed: int = 0
    paid: int = 0
    back: int = 0
    elsewhere: int = 0


def reconcile(*, programme_id: int, provider: str, content: bytes, since: datetime, until: datetime) -> Reconciled:
    """Compare a statement with the payments of a programme that were paid in its time. Raises StatementError.

    A payment that is on the statement is compared whenever it was paid; one that is not has to be paid in that time.
    """
    theirs = read_statement(content)
    mine = Payment.objects.filter(programme_id=programme_id, provider=provider)
    inside = mine.filter(state=PaymentState.PAID, paid_at__gte=since, paid_at__lt=until)
    found = {one.number: one for one in [*mine.filter(number__in=list(theirs)), *inside]}
    others = Payment.objects.filter(number__in=list(theirs)).exclude(programme_id=programme_id)
    elsewhere = set(others.values_list("number", flat=True))
    backs = _backs([one.pk for one in found.values()], since, until)
    compared = []
    for number in sorted({*theirs, *found} - elsewhere):
        payment = found.get(number)
        back = backs.get(payment.pk, 0) if payment is not None else 0
        compared.append(Compared(number, payment, theirs.get(number), _paid(payment, since, until), back))
    return Reconciled(
        differ=[one for one in compared if not one.agrees],
        agreed=sum(one.agrees for one in compared),
        paid=sum(one.paid for one in compared),
        back=sum(one.back for one in compared),
        elsewhere=len(elsewhere),
    )


def read_statement(content: bytes) -> Mapping[str, Theirs]:
    """Return what a statement says of each payment; raises StatementError for what is none."""
    if len(content) > BYTES_MAX:
        raise StatementError(say("the file is larger than {most} MB; divide it", most=BYTES_MAX // 1_000_000))
    lines = _lines(content)
    heading = next((line for line in lines if _place(line, NUMBER) is not None), None)
    if heading is None or _place(heading, AMOUNT) is None:
        raise StatementError(say("this is no statement: no line names the columns {number} and {amount}",
                                 number=NUMBER[0], amount=AMOUNT[2]))  # fmt: skip
    found: defaultdict[str, Theirs] = defaultdict(Theirs)
    for count, line in enumerate(lines):
        if count == LINES_MAX:
            raise StatementError(say("the file has more than {most} rows; divide it", most=LINES_MAX))
        if not line or line[0].startswith(SUMMED):  # the sums at the end have a heading of their own
            break
        _add(found, heading, line)
    return found


def _add(found: "defaultdict[str, Theirs]", heading: Sequence[str], line: Sequence[str]) -> None:
    number, amount = _cell(heading, line, NUMBER), _fen(_cell(heading, line, AMOUNT))
    refund = abs(_fen(_cell(heading, line, REFUND)))
    if not number:
        return
    if _cell(heading, line, SORT).startswith(BACK_WORDS) or amount < 0:  # a line of its own for a refund
        found[number].back += refund or abs(amount)
    else:
        found[number].paid += amount
        found[number].back += refund


def _paid(payment: Payment | None, since: datetime, until: datetime) -> int:
    """Return what of a payment was paid in a time."""
    inside = payment is not None and payment.paid_at is not None and since <= payment.paid_at < until
    return payment.amount if payment is not None and inside else 0


def _backs(payment_ids: Sequence[int], since: datetime, until: datetime) -> Mapping[int, int]:
    done = PaymentBack.objects.filter(payment__in=payment_ids, state=PaymentBackState.DONE)
    sums = done.filter(done_at__gte=since, done_at__lt=until).values("payment").annotate(sum=Sum("amount"))
    return {row["payment"]: row["sum"] for row in sums}


def _lines(content: bytes) -> Iterator[list[str]]:
    """Yield the lines of a file in UTF-8 or GB 18030; marks that keep spreadsheets from counting are taken off."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise StatementError(say("the file is neither in UTF-8 nor in GB 18030")) from None
    try:
        for line in csv.reader(StringIO(text)):
            if line and not line[0].startswith("#"):  # remarks of Alipay
                yield [cell.strip().lstrip("`").strip() for cell in line]
    except csv.Error:
        raise StatementError(say("the file cannot be read as CSV")) from None


def _place(heading: Sequence[str], names: Sequence[str]) -> int | None:
    return next((heading.index(name) for name in names if name in heading), None)


def _cell(heading: Sequence[str], line: Sequence[str], names: Sequence[str]) -> str:
    place = _place(heading, names)
    return line[place] if place is not None and place < len(line) else ""


def _fen(text: str) -> int:
    """Return an amount in yuan as fen, exactly; nothing is 0."""
    if not text:
        return 0
    yuan = text.replace(",", "").lstrip("¥")
    fen = Decimal(yuan).scaleb(2) if YUAN.fullmatch(yuan) else None
    if fen is None or fen != fen.to_integral_value():
        raise StatementError(say("{text} is no amount", text=text[:TEXT_SHOWN]))
    return int(fen)


def to_look_at(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    """Return payments that somebody has to look at: what did not agree or does not count yet, and refunds that fail."""
    failed = PaymentBack.objects.filter(state=PaymentBackState.FAILED).values("payment")
    slow = Q(state=PaymentState.PAID, paid_at__lt=timezone.now() - SLOW)
    wrong = ~Q(problem="") & ~Q(outcome=Outcome.RETURNED)
    return rows.filter(wrong | Q(outcome=Outcome.NONE) & slow | Q(pk__in=failed))


def waiting_for_operators(programme_id: int) -> int:
    """Return how many payments of a programme somebody has to look at."""
    return to_look_at(Payment.objects.filter(programme_id=programme_id)).count()
