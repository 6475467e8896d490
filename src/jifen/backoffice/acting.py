"""Actions of operators: each asks for a reason, runs one service, and says what happened or why it did not."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from jifen.backoffice.access import language, operator_of
from jifen.backoffice.refusals import REFUSALS
from jifen.messages import translator

REASON_MAX = 200


class PlainForm(forms.Form):
    """Nothing to fill in: what is decided stands above the button, with its own reason or note."""


class ReasonForm(forms.Form):
    """Why; and a key, so that a form sent twice acts once."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept with your name in the audit log."),
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput, initial=lambda: uuid.uuid4().hex)


@dataclass(frozen=True)
class Action:
    """Something an operator may do on a page.

    `run` gets the form's values and returns the sentence of success. `blocked` says why it cannot be done now.
    """

    name: str
    title: str
    permission: str
    run: Callable[[Mapping[str, Any]], str]
    form: type[forms.Form] = ReasonForm
    initial: Mapping[str, Any] | None = None
    note: str = ""
    blocked: str = ""
    tone: str = ""  # "main" for what one mostly does here, "bad" for what takes something away
    open: bool = False


@dataclass(frozen=True)
class Offer:
    """An action with its form, as a page shows it."""

    action: Action
    form: forms.Form
    open: bool


def offers(request: HttpRequest, actions: Sequence[Action]) -> list[Offer]:
    """Return the actions that the operator's roles allow, each with an empty form."""
    operator = operator_of(request)
    allowed = [action for action in actions if operator.has_perm(f"backoffice.{action.permission}")]
    return [Offer(action, _form(action), open=action.open) for action in allowed]


def perform(request: HttpRequest, actions: Sequence[Action]) -> list[Offer]:
    """Run the action that was sent; return nothing when it is done, else the offers with the form that says why not."""
    shown = offers(request, actions)
    chosen = next((offer.action for offer in shown if offer.action.name == request.POST.get("action")), None)
    if chosen is None:
        raise PermissionDenied
    if chosen.blocked:
        return [replace(offer, open=offer.open or offer.action is chosen) for offer in shown]
    form = _form(chosen, request.POST, request.FILES)
    if form.is_valid() and run(request, chosen.run, form):
        return []
    return [Offer(chosen, form, open=True) if offer.action is chosen else offer for offer in shown]


def run(request: HttpRequest, service: Callable[[Mapping[str, Any]], str], form: forms.Form) -> bool:
    """Run a service with a form's values; a refusal becomes a sentence on the form."""
    try:
        done = service(form.cleaned_data)
    except REFUSALS as refusal:
        form.add_error(None, refusal_text(refusal))
        return False
    messages.success(request, done)
    return True


def refusal_text(refusal: Exception) -> str:
    """Return what a refusal says, in the reader's language."""
    translate = translator(language())
    problems = getattr(refusal, "problems", None) or [getattr(refusal, "message", str(refusal))]
    return "\n".join(translate(problem) for problem in problems)


def _form(action: Action, data: Mapping[str, Any] | None = None, files: Any = None) -> forms.Form:
    return action.form(data, files, prefix=action.name, initial=dict(action.initial or {}))
