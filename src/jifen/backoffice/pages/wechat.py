"""The official account at WeChat: its menu, who is bound, and what was sent (S3-07, S3-19)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action, PlainForm
from jifen.backoffice.figures import show_moment
from jifen.backoffice.pages.card_batches import check_cards
from jifen.backoffice.pages.stores import member_cell
from jifen.backoffice.showing import act_or_show, rows_of, show
from jifen.backoffice.tables import Cell, Figure, Filter, Table, columns, slice_of
from jifen.messages import translator
from jifen.wechat.chosen import is_open
from jifen.wechat.menus import PAGES, Entry, is_published, newest_publication, publish_menu, read_menu, save_menu
from jifen.wechat.messages import titled
from jifen.wechat.models import BUTTONS_MAX, ENTRIES_MAX, Follower, MessageState, TemplateMessage

TONES = {MessageState.WAITING: "wait", MessageState.SENT: "good", MessageState.FAILED: "bad"}
LINE_PARTS = 2  # a title and a page


class MenuForm(PlainForm):
    """Three entries at the most, each with a page, or with lines of buttons above it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        translate = translator(language())
        pages = [("", _("none: it has buttons")), *((name, translate(title)) for name, (_path, title) in PAGES.items())]
        for place in range(1, ENTRIES_MAX + 1):
            numbered = {"n": place}
            self.fields[f"title{place}"] = forms.CharField(
                label=_("Entry %(n)s") % numbered, max_length=16, required=False
            )
            self.fields[f"page{place}"] = forms.ChoiceField(
                label=_("Page of entry %(n)s") % numbered, choices=pages, required=False
            )
            self.fields[f"buttons{place}"] = forms.CharField(
                label=_("Buttons above entry %(n)s") % numbered,
                required=False,
                widget=forms.Textarea(attrs={"rows": BUTTONS_MAX, "class": "jf-input"}),
                help_text=_("One a line: the title, a comma, and the page: %(pages)s.") % {"pages": ", ".join(PAGES)},
            )

    def clean(self) -> dict[str, Any]:
        """Return the entries of the menu under "entries"."""
        values = super().clean() or {}
        entries = []
        for place in range(1, ENTRIES_MAX + 1):
            title = str(values.get(f"title{place}", "")).strip()
            buttons = self._buttons(f"buttons{place}", str(values.get(f"buttons{place}", "")))
            if title:
                entries.append(Entry(title, str(values.get(f"page{place}", "")), tuple(buttons)))
        return {**values, "entries": entries}

    def _buttons(self, name: str, text: str) -> list[Entry]:
        found = []
        for line in text.replace("，", ",").splitlines():
            parts = [part.strip() for part in line.split(",")]
            if not line.strip():
                continue
            if len(parts) != LINE_PARTS:
                self.add_error(name, _("Write each line as: My card, card"))
                return []
            found.append(Entry(parts[0], parts[1]))
        return found


@page("see_alliance")
def wechat(desk: Desk) -> HttpResponseBase:
    """Show the menu, set it and publish it."""
    _check(desk)
    return act_or_show(
        desk.request,
        [_save(desk), _publish(desk)],
        lambda offers: show(
            desk.request,
            "backoffice/sections.html",
            _("Official account"),
            lead=_("Members follow the account, bind their card, and are told of points. Here is its menu."),
            figures=_figures(desk),
            links=[
                {"text": _("Messages at WeChat"), "href": reverse("admin:wechat_messages", args=[desk.programme.code])},
                {"text": _("Simulated account"), "href": reverse("web:wechat_account", args=[desk.programme.code])},
            ],
            offers=offers,
            sections=[(_("Menu as it is set"), _menu(desk))],
        ),
    )


@page("see_alliance")
def wechat_messages(desk: Desk) -> HttpResponseBase:
    """List messages, newest first."""
    _check(desk)
    state = desk.request.GET.get("state", "")
    found = TemplateMessage.objects.filter(programme=desk.programme).select_related("member")
    if state in MessageState.values:
        found = found.filter(state=state)
    headings = columns(_("Written"), _("Member"), _("Message"), _("State"), _("Tries"), _("Sent"), _("Why it failed"))
    return show(
        desk.request,
        "backoffice/list.html",
        _("Messages at WeChat"),
        table=rows_of(desk.request, slice_of(found, desk.request), headings, lambda one: _row(desk, one)),
        filters=[Filter("state", _("State"), [("", _("all")), *MessageState.choices], state)],
    )


def _row(desk: Desk, one: TemplateMessage) -> list[Cell]:
    title, lines = titled(one)
    return [
        Cell(show_moment(one.written_at, desk.zone)),
        member_cell(desk, one.member),
        Cell(title, title=" · ".join(f"{name}: {value}" for name, value in lines)),
        Cell(str(one.get_state_display()), tone=TONES[MessageState(one.state)]),
        Cell(str(one.tries)),
        Cell(show_moment(one.sent_at, desk.zone)),
        Cell(translator(language())(one.failure) if one.failure else ""),
    ]


def _figures(desk: Desk) -> list[Figure]:
    newest = newest_publication(desk.programme.pk)
    bound = Follower.objects.filter(programme=desk.programme, ended_at__isnull=True).count()
    waiting = TemplateMessage.objects.filter(programme=desk.programme, state=MessageState.WAITING).count()
    shown = is_published(desk.programme.pk)
    when = show_moment(newest.at, desk.zone) if newest is not None else ""
    return [
        Figure(_("Members bound"), f"{bound:,}"),
        Figure(_("Messages waiting"), f"{waiting:,}", tone="wait" if waiting else ""),
        Figure(_("Menu"), _("published") if shown else _("not published"), when, tone="good" if shown else "wait"),
    ]


def _menu(desk: Desk) -> Table:
    translate, rows = translator(language()), []
    for entry in read_menu(desk.programme.pk):
        rows.append([Cell(entry.title), Cell(""), Cell(translate(PAGES[entry.page][1]) if entry.page else "")])
        rows.extend([Cell(""), Cell(one.title), Cell(translate(PAGES[one.page][1]))] for one in entry.buttons)
    return Table(columns(_("Entry"), _("Button"), _("Opens")), rows, empty=_("The menu has no entries yet."))


def _save(desk: Desk) -> Action:
    def saved(values: Mapping[str, Any]) -> str:
        save_menu(programme_id=desk.programme.pk, entries=values["entries"], operator_id=desk.operator.pk)
        return _("Saved. WeChat shows it once it is published.")

    initial: dict[str, str] = {}
    for place, entry in enumerate(read_menu(desk.programme.pk), start=1):
        lines = "\n".join(f"{one.title}, {one.page}" for one in entry.buttons)
        initial |= {f"title{place}": entry.title, f"page{place}": entry.page, f"buttons{place}": lines}
    note = _("An entry opens a page, or has up to five buttons above it. WeChat shows four Chinese characters well.")
    return Action("save", _("Set the menu"), "manage_wechat", saved, form=MenuForm, initial=initial, note=note)


def _publish(desk: Desk) -> Action:
    def published(_values: Mapping[str, Any]) -> str:
        publish_menu(programme_id=desk.programme.pk, operator_id=desk.operator.pk)
        return _("Published. Followers see the new menu.")

    blocked = "" if read_menu(desk.programme.pk) else _("The menu has no entries yet.")
    if not blocked and is_published(desk.programme.pk):
        blocked = _("WeChat shows this menu already.")
    return Action(
        "publish", _("Publish the menu"), "manage_wechat", published, form=PlainForm, blocked=blocked, tone="main"
    )


def _check(desk: Desk) -> None:
    """Answer "no such page" without cards, or where the server has no official account."""
    check_cards(desk)
    if not is_open():
        raise Http404
