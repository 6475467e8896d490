"""What members of an alliance type: prepaying, becoming a shareholder, applying with a store (S3-02, S3-20)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jifen.alliance.shareholder_models import ADDRESS_MAX, PHONE_MAX, TITLE_MAX, StoreWish
from jifen.engine.amounts import MONEY_DECIMALS
from jifen.web.forms import AmountField, KeyedForm


class TopUpForm(KeyedForm):
    """How much is paid in advance."""

    amount = AmountField(label=_("Amount in yuan"), decimals=MONEY_DECIMALS)


class BecomeForm(KeyedForm):
    """The fee, with a consent that is not ticked beforehand."""

    consent = forms.BooleanField(error_messages={"required": _("Becoming a shareholder needs your consent.")})


class WishForm(KeyedForm):
    """A store or branch that wants to join (S3-24, S3-27)."""

    type = forms.ChoiceField(
        label=_("What you want to open"), choices=StoreWish, widget=forms.RadioSelect, initial=StoreWish.STORE
    )
    title = forms.CharField(label=_("Name of the store"), max_length=TITLE_MAX)
    title_en = forms.CharField(label=_("English name"), max_length=TITLE_MAX, required=False)
    licence_number = forms.CharField(
        label=_("Unified social credit code"),
        max_length=30,
        help_text=_("18 digits and letters, on the business licence."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    address = forms.CharField(
        label=_("Street and number"),
        max_length=ADDRESS_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    phone = forms.CharField(
        label=_("Phone of the store"),
        max_length=PHONE_MAX,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )

    def __init__(self, *args: Any, branches: list[tuple[str, str]], **kwargs: Any) -> None:
        """`branches` are those from which a store may buy: id and name."""
        super().__init__(*args, **kwargs)
        self.fields["branch_id"] = forms.TypedChoiceField(
            label=_("Buys points from"),
            choices=[("", _("head office")), *branches],
            coerce=int,
            empty_value=None,
            required=False,
        )
