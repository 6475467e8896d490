"""Form fields that read what people type into minor units and exact numbers, and out again."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from jifen.engine.amounts import MONEY_DECIMALS, to_minor
from jifen.sales.models import PICTURE_BYTES_MAX, PICTURES_MAX


class MinorField(forms.DecimalField):
    """An amount typed with a point, cleaned into minor units: "12.5" of money is 1250."""

    def __init__(self, *, decimals: int = MONEY_DECIMALS, signed: bool = False, **named: Any) -> None:
        self.decimals = decimals
        least = None if signed else Decimal(1).scaleb(-decimals)
        super().__init__(min_value=least, max_digits=17, decimal_places=decimals, **named)

    def clean(self, value: Any) -> Any:
        """Return minor units; nothing for an empty field that may be empty."""
        typed = value.replace(",", "").replace("，", "").strip() if isinstance(value, str) else value
        found = super().clean(typed)
        if found is None:
            return None
        if found == 0:
            raise forms.ValidationError(_("The amount is zero."))
        return to_minor(found, self.decimals)


class NumberField(forms.CharField):
    """An exact number that is not negative, cleaned into a Decimal; 7.5% is 0.075."""

    _NUMBER = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) *([%％]?)")

    def __init__(self, **named: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=30, widget=widget, **named)

    def clean(self, value: Any) -> Decimal:
        """Return the number."""
        found = self._NUMBER.fullmatch(super().clean(value).replace(",", "").replace("，", ""))
        if found is None:
            raise forms.ValidationError(_("Type a number that is not negative, such as 12.5 or 7.5%."))
        number = Decimal(found[1])
        return number / 100 if found[2] else number


class PicturesInput(forms.ClearableFileInput):
    """A file input for several pictures."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def value_from_datadict(self, _data: Any, files: Any, name: str) -> Any:
        """Return all files that were chosen."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name, [])


class PicturesField(forms.FileField):
    """Several files; jifen.sales.pictures looks at what they are."""

    def clean(self, data: Any, _initial: Any = None) -> list[bytes]:
        """Return the contents, no more of each than a picture may have, and one byte."""
        return [one.read(PICTURE_BYTES_MAX + 1) for one in data[: PICTURES_MAX + 1]]


def typed(amount: int, decimals: int = MONEY_DECIMALS) -> str:
    """Return minor units as one would type them."""
    return str(Decimal(amount).scaleb(-decimals))
