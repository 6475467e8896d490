"""What members type about their card: its number, a code, the register form (S3-09, S3-19)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from jifen.cards.details import ADDRESS_MAX, Form
from jifen.cards.form_models import NOTE_MAX, Sex
from jifen.members.id_numbers import LENGTH
from jifen.web.forms import NAME_LENGTH_MAX, PASSWORD_LENGTH_MAX, CodeForm

REASON_MAX = 200


class CardForm(forms.Form):
    """The number on a card, or the phone that was given at the store."""

    text = forms.CharField(
        label=_("Card number or phone"),
        max_length=40,
        help_text=_("As it stands on the card, or the phone that you gave at the store."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class FirstPasswordForm(CodeForm):
    """The code, and the password with which the member logs in from now on."""

    password = forms.CharField(
        label=_("Choose a password"),
        max_length=PASSWORD_LENGTH_MAX,
        strip=False,
        help_text=_("At least 8 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
    )


class LostForm(forms.Form):
    """Why a card is stopped."""

    reason = forms.CharField(
        label=_("What happened?"),
        max_length=REASON_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class DetailsForm(forms.Form):
    """The register form (S3-09) without the mobile phone, by which a member logs in."""

    name = forms.CharField(
        label=_("Name"), max_length=NAME_LENGTH_MAX, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Second phone"),
        max_length=20,
        required=False,
        help_text=_("A landline with its area code, or another mobile phone."),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    id_number = forms.CharField(
        label=_("ID number"),
        max_length=LENGTH + 4,
        required=False,
        help_text=_("18 signs. Kept encrypted; leave it empty to keep the one that is here."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    birthday = forms.DateField(
        label=_("Birthday"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=[("", _("not said")), *Sex.choices])
    address = forms.CharField(
        label=_("Address"),
        max_length=ADDRESS_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    note = forms.CharField(
        label=_("Note for the stores"), max_length=NOTE_MAX, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    @property
    def filled(self) -> Form:
        """What was typed; the mobile phone stays as it is."""
        return Form(mobile="", **self.cleaned_data)


class FollowForm(forms.Form):
    """Who follows the simulated account."""

    name = forms.CharField(label=_("Your name at WeChat"), max_length=NAME_LENGTH_MAX)
