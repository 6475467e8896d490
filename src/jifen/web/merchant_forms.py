"""What members type to apply with a store, to review one, to find stores, and to say what they think of a purchase."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jifen.merchants.applying import ADDRESS_MAX, CONTACT_MAX, LATITUDE_MAX, LONGITUDE_MAX, TITLE_MAX
from jifen.merchants.models import (
    DEGREE_DECIMALS,
    PICTURE_BYTES_MAX,
    SERVICES_MAX,
    SHARE_DECIMALS,
    SHARE_DIGITS,
)
from jifen.sales.review_models import STARS_MAX, WORDS_MAX
from jifen.stores.coordinates import to_wgs84
from jifen.stores.nearby import Place
from jifen.web.forms import KeyedForm

PERCENT_DECIMALS = SHARE_DECIMALS - 2
REASON_MAX = 200
PHONE, MAPS = "wgs84", "gcj02"


def _degrees(label: Any, most: int, **options: Any) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(label=label, min_value=-most, max_value=most, widget=widget, **options)


class PlaceForm(forms.Form):
    """Where somebody is, as the phone measured it; asked for anew with each search, and kept nowhere."""

    latitude = _degrees("", LATITUDE_MAX)
    longitude = _degrees("", LONGITUDE_MAX)


class MerchantForm(KeyedForm):
    """A store that wants to settle in (S2-59)."""

    title = forms.CharField(label=_("Name of the store"), max_length=TITLE_MAX)
    title_en = forms.CharField(label=_("English name"), max_length=TITLE_MAX, required=False)
    licence_number = forms.CharField(
        label=_("Unified social credit code"),
        max_length=30,
        help_text=_("18 digits and letters, on the business licence."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    picture = forms.FileField(
        label=_("Picture of the licence"),
        max_length=200,
        required=False,
        help_text=_("JPEG or PNG, at most 5 MB. Kept encrypted: only you and who reviews can open it."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
    )
    contact = forms.CharField(
        label=_("Contact person"), max_length=CONTACT_MAX, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Phone of the contact"),
        max_length=20,
        help_text=_("Kept encrypted: only who reviews reads it."),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    address = forms.CharField(
        label=_("Street and number"),
        max_length=ADDRESS_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    latitude = _degrees(_("Latitude"), LATITUDE_MAX)
    longitude = _degrees(_("Longitude"), LONGITUDE_MAX)
    coordinates = forms.ChoiceField(
        label=_("Where latitude and longitude come from"),
        choices=[(PHONE, _("From a phone or GPS (WGS 84)")), (MAPS, _("From AMap or Tencent Maps (GCJ-02)"))],
        initial=PHONE,
        required=False,
        help_text=_(
            "Maps in China are shifted by hundreds of metres; we shift them back. Baidu shifts in its own way."
        ),
    )
    services = forms.CharField(
        label=_("What the store offers"),
        max_length=SERVICES_MAX,
        help_text=_("In words with spaces between them: tea, cakes, delivery. Members find the store by them."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    concession = forms.DecimalField(
        label=_("Concession, in percent of each bill"),
        min_value=0,
        max_value=100,
        max_digits=SHARE_DIGITS,
        decimal_places=PERCENT_DECIMALS,
        help_text=_("What you give up of each bill. Customers and you get points for it."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, needs_concession: bool, least: str = "", **kwargs: Any) -> None:
        """`needs_concession` is whether stores have to give one, `least` the least one as people read it."""
        super().__init__(*args, **kwargs)
        self.fields["concession"].required = needs_concession
        if least:
            told = _("What you give up of each bill, at least %(least)s. Customers and you get points for it.")
            self.fields["concession"].help_text = told % {"least": least}

    def clean_picture(self) -> bytes | None:
        """Return the bytes, no more than a picture may have, and one."""
        file = self.cleaned_data["picture"]
        return file.read(PICTURE_BYTES_MAX + 1) if file is not None else None

    def clean_concession(self) -> Decimal | None:
        """Return the part of a bill."""
        percent: Decimal | None = self.cleaned_data["concession"]
        return percent / 100 if percent is not None else None

    def clean(self) -> dict[str, Any]:
        """Return the place as phones measure it, with the decimals that are kept: a tenth of a metre."""
        values = super().clean() or self.cleaned_data
        latitude, longitude = values.get("latitude"), values.get("longitude")
        if latitude is not None and longitude is not None:
            if values.get("coordinates") == MAPS:
                latitude, longitude = map(Decimal, to_wgs84(Place(float(latitude), float(longitude))))
            values |= {"latitude": round(latitude, DEGREE_DECIMALS), "longitude": round(longitude, DEGREE_DECIMALS)}
        return values


class DecisionForm(forms.Form):
    """What the centre of the area decides, and why; the applicant reads it."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("approve", _("Approve: the store begins")), ("refuse", _("Refuse"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_MAX,
        help_text=_("The applicant reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReviewForm(forms.Form):
    """Stars and words for what was bought (S2-19)."""

    stars = forms.TypedChoiceField(
        label=_("Stars"),
        choices=[(n, "★" * n + "☆" * (STARS_MAX - n)) for n in range(STARS_MAX, 0, -1)],
        coerce=int,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What was it like?"),
        max_length=WORDS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
