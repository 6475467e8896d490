"""What a member says to exchange points for goods (S3-15, S3-19); jifen.web.address_forms asks where they are sent."""

from django import forms
from django.utils.translation import gettext_lazy as _

from jifen.sales.models import DeliveryWay
from jifen.web.forms import QUANTITY_MAX, KeyedForm


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

    @property
    def sent(self) -> bool:
        """Whether the goods are sent, and not picked up."""
        return bool(self.cleaned_data["way"] == DeliveryWay.ADDRESS)
