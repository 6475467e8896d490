"""What members type when they apply to be an agent, and when they record a meeting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jifen.agents.models import PAPER_BYTES_MAX, PEOPLE_MAX, PaperKind
from jifen.web.forms import KeyedForm

TYPES = ".jpg,.jpeg,.png,.pdf,image/jpeg,image/png,application/pdf"


class CompanyForm(forms.Form):
    """The company and its licence (S0-32)."""

    company = forms.CharField(
        label=_("Name of the company"),
        max_length=100,
        help_text=_("As it stands on the business licence."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    licence_number = forms.CharField(
        label=_("Unified social credit code"),
        max_length=30,
        help_text=_("18 digits and letters."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    contact = forms.CharField(
        label=_("Who speaks for the company"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class OfficeForm(forms.Form):
    """The rank applied for, and the office (S0-43)."""

    rank = forms.ChoiceField(label=_("Rank applied for"), help_text=_("Ranks follow the devices of the team."))
    area = forms.IntegerField(
        label=_("Area of the office in m²"),
        min_value=1,
        max_value=100_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    address = forms.CharField(
        label=_("Address of the office"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, ranks: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rank = self.fields["rank"]
        assert isinstance(rank, forms.ChoiceField)
        rank.choices = ranks


class PaperForm(forms.Form):
    """One file; which it is decides its bytes, not its name."""

    kind = forms.ChoiceField(label=_("What it shows"), choices=PaperKind.choices)
    file = forms.FileField(
        label=_("File"),
        max_length=200,
        help_text=_("JPEG, PNG or PDF, at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": TYPES}),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > PAPER_BYTES_MAX:
            raise forms.ValidationError(_("The file is larger than 5 MB."))
        return file


class MeetingForm(KeyedForm):
    """A recruiting meeting (S0-44)."""

    held_on = forms.DateField(label=_("Held on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    place = forms.CharField(label=_("Place"), max_length=100)
    people = forms.IntegerField(
        label=_("How many people"),
        min_value=1,
        max_value=PEOPLE_MAX,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
