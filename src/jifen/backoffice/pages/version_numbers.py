"""Changing the numbers of a version without its text: a form of all settings, which drafts another version (S2-33)."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import refusal_text
from jifen.backoffice.audited import draft_version
from jifen.backoffice.numbers_form import NumbersForm
from jifen.backoffice.refusals import REFUSALS
from jifen.backoffice.showing import show, to
from jifen.backoffice.version_checks import check
from jifen.engine.document import ProgrammeError
from jifen.engine.message import Message
from jifen.messages import translator
from jifen.programmes.changes import RuleChange
from jifen.programmes.compatible import IncompatibleVersionError
from jifen.programmes.models import Version
from jifen.programmes.terms import load

CAP = "airdrop.cap"


@page("draft_versions")
def version_numbers(desk: Desk, number: int) -> HttpResponseBase:
    """Show every setting of a version, and draft another one with what was changed of them."""
    base = get_object_or_404(Version, number=number, programme=desk.programme)
    form = NumbersForm(base.text, desk.request.POST or None)
    if form.is_valid():
        drafted = _drafted(desk, form)
        if drafted is not None:
            messages.success(desk.request, _("Drafted. Two operators approve it before it takes effect."))
            return HttpResponseRedirect(to(desk, "version", drafted.number))
    lead = _(
        "Change what shall be otherwise; all else of the document stays. An emptied number leaves its list. "
        "Nothing changes until two operators have approved it."
    )
    title = _("Change numbers of version %(number)s") % {"number": base.number}
    context = {"form": form, "groups": list(form.shown()), "lead": lead, "coming": _coming(desk, base)}
    back = to(desk, "version", base.number)
    return show(desk.request, "backoffice/version_numbers.html", title, back=back, **context)


def _drafted(desk: Desk, form: NumbersForm) -> Version | None:
    """Draft what the form says, or say on it what is wrong."""
    text = form.text_changed()
    if text is None:
        return None
    try:
        return draft_version(
            programme_id=desk.programme.pk, text=text, note=form.cleaned_data["note"], operator_id=desk.operator.pk
        )
    except ProgrammeError as error:
        for problem in error.problems:
            form.complain(problem)
    except IncompatibleVersionError as refusal:
        form.add_error(CAP if refusal.of_cap else None, refusal_text(refusal))
    except REFUSALS as refusal:
        form.add_error(None, refusal_text(refusal))
    return None


def _coming(desk: Desk, base: Version) -> list[tuple[int, str, str]]:
    """Return the approved versions that begin later, which a draft from the one in force would undo."""
    found = Version.objects.filter(
        programme=desk.programme, state=Version.State.APPROVED, effective_from__gt=desk.today
    ).exclude(pk=base.pk)
    rows = found.order_by("effective_from").values_list("number", "effective_from")
    return [(number, f"{day}", to(desk, "version_numbers", number)) for number, day in rows]


@page("see_versions")
def version_checks(desk: Desk, number: int) -> HttpResponse:
    """Run some more of a version's examples, and show how they come out."""
    found = get_object_or_404(Version, number=number, programme=desk.programme)
    return render(desk.request, "backoffice/parts/version_checks.html", checks_of(desk, found))


def checks_of(desk: Desk, found: Version) -> dict[str, object]:
    """Return the warnings and the examples of a version, for its page."""
    checked, say = check(load(found.pk)), translator(language())
    return {
        "checked": checked,
        "checks_url": to(desk, "version_checks", found.number),
        "failing": [(name, [say(one) for one in problems]) for name, problems in checked.failing],
        "warnings": [say(one) for one in checked.warnings],
    }


def changes_shown(changes: list[RuleChange]) -> list[dict[str, object]]:
    """Return what a version changes, in the operator's language."""
    say = translator(language())

    def said(message: Message) -> str:
        return capfirst(say(message))

    return [
        {
            "title": said(one.title),
            "about": " · ".join(say(word) for word in one.about),
            "source": one.source,
            "state": one.state,
            "lines": [(said(line.title), say(line.old), say(line.new)) for line in one.lines],
        }
        for one in changes
    ]
