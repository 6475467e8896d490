"""What a member says to exchange points for goods (S3-15, S3-19)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jifen.messages import translator
from jifen.sales.models import DeliveryWay
from jifen.sales.redeeming import ADDRESS_MAX, NAME_MAX, Address, AddressError
from jifen.web.forms import QUANTITY_MAX, KeyedForm
from jifen.web.templatetags.jifen import language


class RedeemForm(KeyedForm):
    """How many pieces, and how they come to the member."""

    quantity = forms.IntegerField(
        label=_("Quantity"),
        min_value=1,
        max_value=QUANTITY_MAX,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    way = forms.ChoiceField(
        label=_("How you receive it"),
        choices=[
            (DeliveryWay.PICK_UP.value, _("I pick it up at the warehouse")),
            (DeliveryWay.ADDRESS.value, _("Send it to an address")),
        ],
        widget=forms.RadioSelect,
        initial=DeliveryWay.PICK_UP.value,
    )
    name = forms.CharField(
        label=_("Who receives it"),
        max_length=NAME_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=ADDRESS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
    )

    def clean(self) -> dict[str, Any]:
        """Read the address, where the goods are sent to one."""
        values = super().clean() or self.cleaned_data
        if values.get("way") == DeliveryWay.ADDRESS and not self.errors:
            try:
                values["to"] = Address(values["name"], values["phone"], values["address"]).checked()
            except AddressError as error:
                self.add_error(error.field, translator(language())(error.message))
        return values

    @property
    def to(self) -> Address | None:
        """Where the goods are sent; None where they are picked up."""
        found: Address | None = self.cleaned_data.get("to")
        return found
