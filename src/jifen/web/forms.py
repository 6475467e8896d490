"""What members type: read strictly, given back whole when something is wrong."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from jifen.web.amounts import AmountNotReadError, read_amount

QUANTITY_MAX = 999
NOTE_LENGTH_MAX = 200
NAME_LENGTH_MAX = 40
PASSWORD_LENGTH_MAX = 128


class AmountField(forms.Field):
    """Minor units of an amount with at most `decimals`; an empty text is `empty`, where one is given."""

    def __init__(self, *, decimals: int, empty: int | None = None, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, required=empty is None, **options)
        self.decimals, self.empty = decimals, empty

    def to_python(self, value: str | None) -> int | None:
        """Return the minor units."""
        if not value:
            return self.empty
        try:
            amount = read_amount(value, self.decimals)
        except AmountNotReadError:
            raise forms.ValidationError(
                _("Type a number with at most %(decimals)s decimals."), params={"decimals": self.decimals}
            ) from None
        if amount < 0:
            raise forms.ValidationError(_("Type a number that is not negative."))
        return amount


class KeyedForm(forms.Form):
    """A form that is carried out once: its key is made with the page and comes back with every attempt."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput, initial=lambda: uuid4().hex)


def _phone() -> forms.CharField:
    return forms.CharField(
        label=_("Phone"),
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )


def _password(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete}, render_value=False)
    return forms.CharField(label=label, max_length=PASSWORD_LENGTH_MAX, strip=False, widget=widget, **options)


class LoginForm(forms.Form):
    """Phone and password."""

    phone = _phone()
    password = _password(_("Password"), "current-password")


class JoinForm(forms.Form):
    """What a new member gives; consent is asked for by itself, and is not ticked beforehand (trust 1.5)."""

    phone = _phone()
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH_MAX,
        help_text=_("Other members see its first character only."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = _password(_("Password"), "new-password", help_text=_("At least 8 characters."))
    invite_code = forms.CharField(
        label=_("Invite code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    consent = forms.BooleanField(error_messages={"required": _("Registering needs your consent.")})


class PasswordForm(forms.Form):
    """The old password and the new one."""

    old_password = _password(_("Old password"), "current-password")
    new_password = _password(_("New password"), "new-password", help_text=_("At least 8 characters."))


class OrderForm(KeyedForm):
    """How many of a product, and how many points to use for it (S4-19)."""

    quantity = forms.IntegerField(
        label=_("Quantity"),
        min_value=1,
        max_value=QUANTITY_MAX,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, decimals: int, points_allowed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if points_allowed:
            self.fields["points"] = AmountField(label=_("Points to use"), decimals=decimals, empty=0, initial=0)

    @property
    def points(self) -> int:
        """The points to use, in minor units."""
        return int(self.cleaned_data.get("points") or 0)


class PaymentForm(forms.Form):
    """What finds a payment at the bank."""

    note = forms.CharField(
        label=_("How you paid"),
        max_length=NOTE_LENGTH_MAX,
        help_text=_("For example: bank transfer at 14:20 by Wang."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawalForm(KeyedForm):
    """Which points, and how many."""

    kind = forms.ChoiceField(label=_("Kind"))

    def __init__(self, *args: Any, kinds: dict[str, tuple[str, int]], **kwargs: Any) -> None:
        """`kinds` names what can be withdrawn: kind → title, decimals."""
        super().__init__(*args, **kwargs)
        first = next(iter(kinds))
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(name, title) for name, (title, _decimals) in kinds.items()]
        kind.initial = first
        chosen = str(self.data.get("kind", first))
        decimals = kinds.get(chosen, kinds[first])[1]
        self.fields["amount"] = AmountField(label=_("How many points"), decimals=decimals)
