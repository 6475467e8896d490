"""What stores type to open cards, and to hand them over (S3-09, S3-18)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jifen.cards.form_models import Sex
from jifen.web.forms import NAME_LENGTH_MAX, KeyedForm

NUMBER_LENGTH_MAX = 30
TEXT_MAX = 200


def _number() -> forms.CharField:
    return forms.CharField(
        label=_("Card number"),
        max_length=NUMBER_LENGTH_MAX,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


def _phone(label: Any, **options: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=30, widget=widget, **options)


class OpenCardForm(KeyedForm):
    """The register form of S3-09."""

    number = _number()
    name = forms.CharField(
        label=_("Name"), max_length=NAME_LENGTH_MAX, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    mobile = _phone(_("Mobile phone"), help_text=_("The member logs in with it later."))
    phone = _phone(_("Second phone"), required=False)
    id_number = forms.CharField(
        label=_("ID number"),
        max_length=30,
        required=False,
        help_text=_("Kept encrypted. Needed to prepay more than ¥1,000."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    birthday = forms.DateField(
        label=_("Birthday"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    sex = forms.ChoiceField(
        label=_("Sex"), choices=[("", _("not said")), *Sex.choices], widget=forms.RadioSelect, required=False
    )
    address = forms.CharField(
        label=_("Address"), max_length=TEXT_MAX, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    note = forms.CharField(label=_("Note"), max_length=TEXT_MAX, required=False)
    invite_code = forms.CharField(
        label=_("Invite code"),
        max_length=20,
        required=False,
        help_text=_("Of the member who brought this one; nobody's where it is empty."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    taken = False

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields that may be left empty, which stand folded."""
        return [self[name] for name in ("phone", "id_number", "birthday", "address", "note", "invite_code")]

    @property
    def more_is_wrong(self) -> bool:
        """Whether one of the folded fields has an error, so that they stand open."""
        return any(field.errors for field in self.more)


class HandForm(KeyedForm):
    """A card for who has an account already; the code comes to the phone."""

    phone = _phone(_("Phone of the member"))
    number = _number()
    code = forms.CharField(
        label=_("Code from the text message"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    taken = False

    def __init__(self, *args: Any, sending: bool, **kwargs: Any) -> None:
        """`sending`: only the phone is needed yet."""
        super().__init__(*args, **kwargs)
        self.fields["code"].required = self.fields["number"].required = not sending
