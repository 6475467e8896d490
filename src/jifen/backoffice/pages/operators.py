"""Operators and what their roles allow."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import common_page, operator_of
from jifen.backoffice.acting import REASON_MAX
from jifen.backoffice.models import Console
from jifen.backoffice.roles import ROLE_TITLES, ROLES
from jifen.backoffice.showing import show
from jifen.backoffice.tables import Cell, Table, columns
from jifen.facts.acts import note_act
from jifen.members.models import Operator

if TYPE_CHECKING:
    Base = forms.ModelForm[Operator]
else:
    Base = forms.ModelForm  # takes no parameter at run time


class OperatorForm(Base):
    """An operator's names, roles and a new password."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        choices=list(ROLE_TITLES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    password_new = forms.CharField(
        label=gettext_lazy("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 10 characters. Empty: the password stays."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=REASON_MAX)

    class Meta:
        model = Operator
        fields = ("username", "first_name", "is_active")
        labels: ClassVar = {"first_name": gettext_lazy("Name"), "is_active": gettext_lazy("May log in")}
        help_texts: ClassVar = {
            "username": "",
            "is_active": gettext_lazy("Nobody is deleted; who leaves cannot log in."),
        }

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if self.instance.pk:
            self.initial["roles"] = list(self.instance.groups.values_list("name", flat=True))
            self.fields["username"].disabled = True

    def clean_password_new(self) -> str:
        """Refuse a weak password, and a new operator without any."""
        password: str = self.cleaned_data["password_new"]
        if password:
            validate_password(password, self.instance)
        elif not self.instance.pk:
            raise forms.ValidationError(_("A new operator needs a password."))
        return password


@common_page("see_operators")
def operators(request: HttpRequest) -> HttpResponseBase:
    """List the operators, and what each role allows."""
    may_change = operator_of(request).has_perm("backoffice.change_operators")
    people = Operator.objects.prefetch_related("groups").order_by("username")
    table = Table(
        columns(_("User name"), _("Name"), _("Roles"), _("State")), [_row(one, may_change=may_change) for one in people]
    )
    links = [Cell(_("Add an operator"), href=reverse("admin:operator_add"))] if may_change else []
    return show(
        request,
        "backoffice/operators.html",
        _("Operators and roles"),
        table=table,
        links=links,
        roles=_roles(),
    )


def _row(operator: Operator, *, may_change: bool) -> list[Cell]:
    roles = [str(ROLE_TITLES.get(group.name, group.name)) for group in operator.groups.all()]
    return [
        Cell(operator.username, href=reverse("admin:operator", args=[operator.pk]) if may_change else ""),
        Cell(operator.first_name),
        Cell(" · ".join([_("everything"), *roles] if operator.is_superuser else roles)),
        Cell(_("may log in"), tone="good") if operator.is_active else Cell(_("may not log in"), tone="plain"),
    ]


def _roles() -> Table:
    titles = dict(Console._meta.permissions)
    rows = [
        [Cell(str(ROLE_TITLES[role])), Cell(" · ".join(str(titles[one]) for one in allowed))]
        for role, allowed in ROLES.items()
    ]
    return Table(columns(_("Role"), _("What it may do")), rows)


@common_page("change_operators")
def operator_add(request: HttpRequest) -> HttpResponseBase:
    """Add an operator."""
    return _edit(request, Operator(is_staff=True), _("Add an operator"), "add_operator")


@common_page("change_operators")
def operator(request: HttpRequest, operator_id: int) -> HttpResponseBase:
    """Change an operator's roles or password; nobody changes one's own roles, and nobody a superuser but another."""
    found = get_object_or_404(Operator, pk=operator_id)
    me = operator_of(request)
    if found.is_superuser and not me.is_superuser:
        raise PermissionDenied
    if found.pk == me.pk:
        messages.warning(request, _("Another operator changes your roles; your password is at the lower left."))
        return HttpResponseRedirect(reverse("admin:operators"))
    return _edit(request, found, found.username, "change_operator")


def _edit(request: HttpRequest, found: Operator, title: str, act: str) -> HttpResponseBase:
    form = OperatorForm(request.POST or None, instance=found)
    if form.is_valid():
        _save(form, operator_of(request).pk, act)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("admin:operators"))
    back = reverse("admin:operators")
    return show(request, "backoffice/form.html", title, form=form, submit=_("Save"), back=back)


@transaction.atomic
def _save(form: OperatorForm, operator_id: int, act: str) -> None:
    operator = form.save(commit=False)
    if form.cleaned_data["password_new"]:
        operator.set_password(form.cleaned_data["password_new"])
    operator.save()
    operator.groups.set(Group.objects.filter(name__in=form.cleaned_data["roles"]))
    note_act(operator_id=operator_id, act=act, subject=operator.username, reason=form.cleaned_data["reason"])
