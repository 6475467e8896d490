"""What members type on the pages of the exchange."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.exchange.adapter import TICKET
from jifen.exchange.entries import DEVICES_MAX, REFERENCE_LENGTH_MAX
from jifen.web.forms import NAME_LENGTH_MAX, AmountField, KeyedForm

PLAIN = {"autocomplete": "off"}
NUMBER_LENGTH_MAX = 30  # of an ID number with blanks in it


class PapersForm(forms.Form):
    """The real name and the ID number of an account at the exchange (S0-74)."""

    name = forms.CharField(
        label=_("Real name"), max_length=NAME_LENGTH_MAX, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    number = forms.CharField(
        label=_("ID number"),
        max_length=NUMBER_LENGTH_MAX,
        help_text=_("18 signs. It is kept closed; pages show its first and last two."),
        widget=forms.TextInput(attrs={**PLAIN, "autocapitalize": "characters"}),
    )
    consent = forms.BooleanField(error_messages={"required": _("Opening the account needs your consent.")})


class BoughtForm(KeyedForm):
    """How many of an item; tickets with their decimals, devices whole."""

    item = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, item: str, decimals: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].initial = item
        self.fields["quantity"] = quantity_field(item, decimals)


class EntryForm(KeyedForm):
    """An order entry typed in by the member: what was bought, how many, for how much, under which number (S0-72)."""

    item = forms.ChoiceField(label=_("What you bought"))
    reference = forms.CharField(
        label=_("Number on the receipt"), max_length=REFERENCE_LENGTH_MAX, widget=forms.TextInput(attrs=PLAIN)
    )
    paid = AmountField(label=_("Paid in yuan"), decimals=MONEY_DECIMALS)

    field_order = ("item", "quantity", "paid", "reference", "key")

    def __init__(self, *args: Any, items: dict[str, str], decimals: int, **kwargs: Any) -> None:
        """`items` names what the exchange sells; `decimals` are those of tickets."""
        super().__init__(*args, **kwargs)
        first = next(iter(items))
        field = self.fields["item"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(items.items())
        field.initial = first
        self.fields["quantity"] = quantity_field(str(self.data.get("item", first)), decimals)
        self.order_fields(self.field_order)


class MoveForm(KeyedForm):
    """How many tickets go to the exchange."""

    def __init__(self, *args: Any, decimals: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = AmountField(label=_("How many tickets"), decimals=decimals)


def quantity_field(item: str, decimals: int) -> forms.Field:
    """Return the field of a quantity: minor units of tickets, or whole devices."""
    if item == TICKET:
        return AmountField(label=_("How many"), decimals=decimals)
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=_("How many"), min_value=1, max_value=DEVICES_MAX, widget=widget)
