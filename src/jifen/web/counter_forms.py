"""What stores type at their counter: sales, refunds, points to buy, to give and to hand out (S3-28)."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.sales.counter import CASH, STORED_VALUE
from jifen.sales.pay_codes import DIGITS
from jifen.web.forms import NOTE_LENGTH_MAX, AmountField, KeyedForm

CARD_LENGTH_MAX = 200  # a QR code may be an address
CARDS_MAX = 10_000


def card_field(label: Any = None) -> forms.CharField:
    """Return the field in which a card is scanned or typed."""
    return forms.CharField(
        label=label or _("Card number or phone"),
        max_length=CARD_LENGTH_MAX,
        widget=forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "autocapitalize": "characters"}),
    )


class SaleForm(KeyedForm):
    """A sale at the counter: whose, how much, and how it was paid; the device's key makes it count once."""

    card = card_field()
    amount = AmountField(label=_("Amount in yuan"), decimals=MONEY_DECIMALS)
    by = forms.ChoiceField(
        label=_("How it is paid"),
        choices=[(CASH, _("Cash")), (STORED_VALUE, _("Stored value"))],
        widget=forms.RadioSelect,
        initial=CASH,
    )
    code = forms.CharField(
        label=_("Code on the member's phone"),
        required=False,
        max_length=DIGITS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Six digits, on the member's page “Stored value”. A new one comes every minute."),
    )
    at = forms.CharField(required=False, max_length=40)

    def clean_at(self) -> datetime | None:
        """Return when the device rang it up; nothing for a time that cannot be read."""
        try:
            at = datetime.fromisoformat(self.cleaned_data["at"])
        except ValueError:
            return None
        return at if timezone.is_aware(at) else None

    def clean(self) -> dict[str, Any]:
        """Ask for the member's code where stored value pays."""
        values = super().clean() or self.cleaned_data
        if values.get("by") == STORED_VALUE and not values.get("code"):
            self.add_error("code", _("Type the code that the member shows."))
        return values


class RefundForm(KeyedForm):
    """How much of a sale is refunded, and why."""

    amount = AmountField(label=_("Amount to refund, in yuan"), decimals=MONEY_DECIMALS)
    reason = forms.CharField(label=_("Reason"), max_length=NOTE_LENGTH_MAX, initial=_("Goods came back"))


class PointsForm(KeyedForm):
    """A number of store points."""

    def __init__(self, *args: Any, decimals: int, label: Any = None, **kwargs: Any) -> None:
        """`decimals` are those of the points."""
        super().__init__(*args, **kwargs)
        self.fields["points"] = AmountField(label=label or _("Number of points"), decimals=decimals)


class BuyForm(PointsForm):
    """How many points a store buys, and how: paid at once, or applied for."""

    note = forms.CharField(label=_("Note"), max_length=NOTE_LENGTH_MAX, required=False)


class GiveForm(PointsForm):
    """Points for one of the store's own members."""

    card = card_field()

    def __init__(self, *args: Any, decimals: int, **kwargs: Any) -> None:
        """The card stands before the points."""
        super().__init__(*args, decimals=decimals, **kwargs)
        self.order_fields(["key", "card", "points"])


class RangeForm(KeyedForm):
    """How many cards a store applies for."""

    count = forms.IntegerField(
        label=_("How many cards"),
        min_value=1,
        max_value=CARDS_MAX,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class ReasonForm(forms.Form):
    """Why something is refused."""

    reason = forms.CharField(label=_("Reason"), max_length=NOTE_LENGTH_MAX)
