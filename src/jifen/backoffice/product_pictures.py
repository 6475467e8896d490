"""Pictures on the form of a product: shown in their order, moved, removed, and new ones behind them (S2-20)."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.acting import refusal_text
from jifen.backoffice.fields import PicturesField, PicturesInput
from jifen.sales.models import PICTURES_MAX, Picture, Product
from jifen.sales.pictures import Checked, PictureError, check_pictures, set_pictures, shown_pictures

REMOVE = "remove"
PREFIX = "picture_"


class PlaceSelect(forms.Select):
    """Where a picture stands, with the picture above."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the picture and the list of places."""
        drawn = super().render(name, value, attrs, renderer)
        return format_html('<img class="jf-picture" src="{}" alt="" width="160" height="120">{}', self.address, drawn)


class PicturesPart:
    """The part of a product's form about its pictures; it stands before a ModelForm of Product."""

    instance: Product
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def add_picture_fields(self) -> None:
        """Add a field for each picture that is there, and one for new ones."""
        self.shown = list(self._pictures())
        places = [(str(place), str(place)) for place in range(1, PICTURES_MAX + 1)]
        code = self.instance.programme.code
        for place, picture in enumerate(self.shown, start=1):
            self.fields[f"{PREFIX}{picture.digest}"] = forms.ChoiceField(
                label=_("Picture %(place)s") % {"place": place},
                choices=[*places, (REMOVE, _("remove it"))],
                required=False,
                initial=str(place),
                widget=PlaceSelect(reverse("web:picture", args=[code, picture.digest])),
            )
        self.fields["pictures"] = PicturesField(
            label=gettext_lazy("New pictures"),
            required=False,
            help_text=gettext_lazy("JPEG or PNG files, 1 MB each, 3 in all; they stand behind those that are there."),
            widget=PicturesInput(attrs={"accept": "image/jpeg,image/png"}),
        )

    def clean_pictures(self) -> list[Checked]:
        """Refuse files that are no pictures."""
        try:
            return check_pictures(self.cleaned_data["pictures"])
        except PictureError as error:
            raise forms.ValidationError(refusal_text(error)) from None

    def check_pictures(self) -> None:
        """Refuse more than there may be; and none of a supplier's product, of which those submitted are shown then."""
        wanted = self._wanted()
        if len(wanted) > PICTURES_MAX:
            text = _("A product has at most %(most)s pictures. Remove one first.") % {"most": PICTURES_MAX}
            self.add_error("pictures", text)  # type: ignore[attr-defined]  # of the form that this is a part of
        if self.shown and not wanted and self.instance.supplier_id is not None:
            text = _("A supplier's product keeps a picture. Add another one before you remove the last.")
            self.add_error("pictures", text)  # type: ignore[attr-defined]  # of the form that this is a part of

    def keep_pictures(self, product: Product) -> None:
        """Write the pictures in their new order, if anything about them changed."""
        wanted = self._wanted()
        if [one.digest for one in wanted] != [one.digest for one in self.shown]:
            set_pictures(product, wanted)

    def _pictures(self) -> "QuerySet[Picture] | list[Picture]":
        return shown_pictures(self.instance) if self.instance.pk else []

    def _wanted(self) -> list[Checked]:
        """Return what is left of the pictures in their order, and the new ones; each once."""
        left: list[tuple[str, Checked]] = []
        for number, one in enumerate(self.shown, start=1):
            place = self.cleaned_data.get(f"{PREFIX}{one.digest}") or str(number)
            if place != REMOVE:
                left.append((place, Checked(one.media_type, one.digest, bytes(one.content))))
        left.sort(key=lambda pair: pair[0])
        found = {one.digest: one for _place, one in left}
        return list(found.values()) + [one for one in self._new() if one.digest not in found]

    def _new(self) -> list[Checked]:
        return list({one.digest: one for one in self.cleaned_data.get("pictures") or []}.values())
