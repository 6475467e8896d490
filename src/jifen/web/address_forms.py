"""What members type to say where goods are sent: an address of their book, or another one (S2-02, S2-20, S2-21)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jifen.messages import translator
from jifen.sales.addresses import ADDRESS_MAX, NAME_MAX, Address, AddressError, Kept
from jifen.web.reads.places import RegionChoice, read_choice, way_to
from jifen.web.templatetags.jifen import language

ANOTHER = "new"  # in place of an address's number


class RegionInput(forms.HiddenInput):
    """The lists of web/region_picker.html, all of one name: what was chosen in the last of them."""

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> str:
        """Return the code of the region that was chosen, level by level or as one code."""
        codes = [one for one in data.getlist(name) if one] if hasattr(data, "getlist") else [data.get(name) or ""]
        return codes[0] if len(codes) == 1 else read_choice(codes).code


class AddressForm(forms.Form):
    """Who receives goods, and where."""

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
    region = forms.CharField(max_length=6, required=False, widget=RegionInput)
    address = forms.CharField(
        label=_("Street and number"),
        max_length=ADDRESS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
    )

    @property
    def choice(self) -> RegionChoice:
        """The lists of the region picker, as far as something was chosen."""
        return read_choice(way_to(str(self["region"].value() or "")))

    def clean(self) -> dict[str, Any]:
        """Read the address; say beside its field what is wrong with it."""
        values = super().clean() or self.cleaned_data
        if not self.errors:
            self.read(values)
        return values

    def read(self, values: dict[str, Any]) -> None:
        """Put the typed address into `values["sent_to"]`."""
        typed = Address(values["name"], values["phone"], values["address"], values["region"])
        try:
            values["sent_to"] = typed.checked()
        except AddressError as error:
            self.add_error(error.field, translator(language())(error.message))


class KeptAddressForm(AddressForm):
    """An address of the member's book."""

    preferred = forms.BooleanField(label=_("Take it unless I choose another"), required=False)


class SentToForm(AddressForm):
    """Where an order is sent: an address of the book, or one that is typed here and may be kept."""

    to = forms.CharField(max_length=4, required=False)
    keep = forms.BooleanField(label=_("Keep it in my addresses"), required=False, initial=True)

    def __init__(self, *arguments: Any, kept: Sequence[Kept], **named: Any) -> None:
        """`kept` are the addresses of the member's book, the preferred one first."""
        super().__init__(*arguments, **named)
        self.kept = kept

    @property
    def chosen(self) -> str:
        """The number of the address that is taken, ANOTHER for one that is typed."""
        said = str(self.data.get("to") or "") if self.is_bound else ""
        if any(said == str(one.number) for one in self.kept):
            return said
        typed = self.is_bound and any(self.data.get(name) for name in ("name", "phone", "address"))
        return ANOTHER if said == ANOTHER or typed or not self.kept else str(self.kept[0].number)

    def read(self, values: dict[str, Any]) -> None:
        """Take the address that was chosen, or read the one that was typed."""
        chosen = values["to"] or self.chosen
        if chosen == ANOTHER:
            super().read(values)
            return
        one = next((one for one in self.kept if str(one.number) == chosen), None)
        if one is None:
            self.add_error("to", _("This address is not in your book any more. Choose another one."))
        else:
            values["sent_to"], values["keep"] = one.address, False

    @property
    def sent_to(self) -> Address:
        """Where it is sent, when the form is valid."""
        found: Address = self.cleaned_data["sent_to"]
        return found

    @property
    def keeps(self) -> bool:
        """Whether what was typed is to be kept."""
        return bool(self.cleaned_data["keep"])
