"""What members type: read strictly, given back whole when something is wrong."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.sales.models import PICTURE_BYTES_MAX, PICTURES_MAX
from jifen.web.amounts import AmountNotReadError, read_amount

QUANTITY_MAX = 999
NOTE_LENGTH_MAX = 200
NAME_LENGTH_MAX = 40
PASSWORD_LENGTH_MAX = 128
PHONE = _("Phone")


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


def _phone(label: Any = PHONE) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )


def _code(label: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"})
    return forms.CharField(label=label, max_length=12, widget=widget)


def _password(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete}, render_value=False)
    return forms.CharField(label=label, max_length=PASSWORD_LENGTH_MAX, strip=False, widget=widget, **options)


class LoginForm(forms.Form):
    """Phone and password."""

    phone = _phone()
    password = _password(_("Password"), "current-password")


class JoinPhoneForm(forms.Form):
    """The phone of somebody who wants to register, and who sent him."""

    phone = _phone()
    invite_code = forms.CharField(
        label=_("Invite code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class CodeForm(forms.Form):
    """The code that a text message brought."""

    code = _code(_("Code from the text message"))


class JoinForm(CodeForm):
    """What a new member gives; consent is asked for by itself, and is not ticked beforehand (trust 1.5)."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH_MAX,
        help_text=_("Other members see its first character only."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = _password(_("Password"), "new-password", help_text=_("At least 8 characters."))
    consent = forms.BooleanField(error_messages={"required": _("Registering needs your consent.")})


class PhoneForm(forms.Form):
    """The phone of a forgotten password."""

    phone = _phone()


class NewPhoneForm(forms.Form):
    """The password, and the phone that the account is to have."""

    password = _password(_("Password"), "current-password")
    phone = _phone(_("New phone"))


class PhoneCodesForm(forms.Form):
    """The codes that the old phone and the new one got."""

    old_code = _code(_("Code that the old phone got"))
    code = _code(_("Code that the new phone got"))


class RecoverForm(CodeForm):
    """The code that a text message brought, and the new password."""

    new_password = _password(_("New password"), "new-password", help_text=_("At least 8 characters."))


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

    def __init__(
        self, *args: Any, kinds: dict[str, tuple[str, int]], money: bool, choose_points: bool, **kwargs: Any
    ) -> None:
        """`kinds` names what may pay: kind → title, decimals; `money` says whether money may pay alone."""
        super().__init__(*args, **kwargs)
        if len(kinds) > 1:
            choices = [("", _("Money only"))] if money else []
            self.fields["points_kind"] = forms.ChoiceField(
                label=_("Pay with"),
                choices=[*choices, *((name, title) for name, (title, _decimals) in kinds.items())],
                widget=forms.RadioSelect,
                required=not money,
                initial="" if money else next(iter(kinds)),
            )
        if choose_points and kinds:
            chosen = str(self.data.get("points_kind", ""))
            decimals = kinds.get(chosen, next(iter(kinds.values())))[1]
            self.fields["points"] = AmountField(label=_("Points to use"), decimals=decimals)
            self.fields["points"].required = False
            self.fields["points"].initial = 0 if money else None

    @property
    def payment(self) -> tuple[int | None, str]:
        """The points to use, in minor units, and their kind: None for as few as may be, "" for the first kind."""
        kind = str(self.cleaned_data.get("points_kind") or "")
        if "points_kind" in self.fields and not kind:
            return 0, ""
        return self.cleaned_data.get("points"), kind


class BundleForm(OrderForm):
    """Which products of a bundle, how many of it, and how to pay (S0-02)."""

    def __init__(self, *args: Any, products: list[tuple[str, str]], chosen: int, **kwargs: Any) -> None:
        """`products` are those to choose from: id and title; `chosen` is how many."""
        super().__init__(*args, **kwargs)
        self.chosen = chosen
        self.fields["products"] = forms.MultipleChoiceField(
            label=_("Products"), choices=products, widget=forms.CheckboxSelectMultiple
        )

    def clean_products(self) -> list[str]:
        """Refuse more or fewer products than the bundle has."""
        found: list[str] = self.cleaned_data["products"]
        if len(found) != self.chosen:
            raise forms.ValidationError(_("Choose %(count)s products."), params={"count": self.chosen})
        return found


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


class SupplierForm(forms.Form):
    """What somebody who wants to sell says about the business (S0-70)."""

    name = forms.CharField(label=_("Name of the business"), max_length=100)
    contact = forms.CharField(label=_("Contact person"), max_length=NAME_LENGTH_MAX)
    phone = _phone()
    licence = forms.CharField(label=_("Number of the business licence"), max_length=40)


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


class SubmissionForm(KeyedForm):
    """A product that a supplier wants to sell."""

    title = forms.CharField(label=_("Title"), max_length=100)
    title_en = forms.CharField(label=_("English title"), max_length=100, required=False)
    price = AmountField(label=_("Price in yuan"), decimals=MONEY_DECIMALS)
    stock = forms.IntegerField(
        label=_("How many there are"),
        min_value=0,
        required=False,
        help_text=_("Empty: without limit."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    note = forms.CharField(
        label=_("Description"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    pictures = PicturesField(
        label=_("Pictures"),
        required=False,
        help_text=_("Up to 3 JPEG or PNG files, 1 MB each."),
        widget=PicturesInput(attrs={"accept": "image/jpeg,image/png"}),
    )
