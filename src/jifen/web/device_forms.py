"""What members type to buy devices and to report bank transfers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.leases.agreements import Consent
from jifen.leases.top_ups import TransferReport
from jifen.sales.models import DEVICES_MAX
from jifen.web.forms import NAME_LENGTH_MAX, AmountField, KeyedForm

TEXT_LENGTH_MAX = 60


class UnitsForm(forms.Form):
    """How many devices at once."""

    units = forms.IntegerField(
        label=_("How many devices"),
        min_value=1,
        max_value=DEVICES_MAX,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    @property
    def number(self) -> int:
        """The number typed; 1 where it cannot be read."""
        return int(getattr(self, "cleaned_data", {}).get("units") or 1)


class ConsentForm(KeyedForm):
    """The member's consent to the agreement that the page shows; it is not ticked beforehand (S0-58)."""

    units = forms.IntegerField(min_value=1, max_value=DEVICES_MAX, widget=forms.HiddenInput)
    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)
    agreed = forms.BooleanField(error_messages={"required": _("Tick that you agree; without it nothing is bought.")})
    name = forms.CharField(
        label=_("Your name, as signature"),
        max_length=NAME_LENGTH_MAX,
        help_text=_("It is kept in the agreement with the moment."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def consent(self, address: str) -> Consent:
        """Return what the member says, from a network address."""
        values = self.cleaned_data
        return Consent(agreed=values["agreed"], name=values["name"], shown=values["shown"], address=address)


class TransferForm(KeyedForm):
    """A bank transfer to the company's account."""

    amount = AmountField(label=_("Amount transferred, in yuan"), decimals=MONEY_DECIMALS)
    payer = forms.CharField(
        label=_("Name of the payer"),
        max_length=TEXT_LENGTH_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    paid_on = forms.DateField(
        label=_("Day of the transfer"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    reference = forms.CharField(
        label=_("Reference"),
        max_length=TEXT_LENGTH_MAX,
        required=False,
        help_text=_("What you wrote with the transfer, or its number at your bank."),
    )

    field_order: Any = ("amount", "payer", "paid_on", "reference")

    def report(self) -> TransferReport:
        """Return the transfer that was typed."""
        values = self.cleaned_data
        return TransferReport(
            amount=values["amount"], payer=values["payer"], paid_on=values["paid_on"], reference=values["reference"]
        )
