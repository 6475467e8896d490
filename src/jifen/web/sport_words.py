"""What the script of the page that records says; it has no words of its own."""

from django.utils.translation import gettext as _


def words(*, typed: bool = False) -> dict[str, str]:
    """Return the script's words in the reader's language; %s is a gap. `typed`: typed steps count."""
    none = _("No step sensor answers; type the steps at the end, or wear a paired bracelet.")
    if not typed:
        none = _("No step sensor answers, and typed steps do not count here; a paired bracelet counts.")
    return {
        "walk": _("Walking"),
        "run": _("Running"),
        "m": _("m"),
        "km": _("km"),
        "start_mark": _("S"),
        "end_mark": _("E"),
        "searching": _("Looking for satellites; time and steps count already."),
        "good": _("Position is known to %s m."),
        "weak": _("Position is known to %s m only; the distance waits for a better one."),
        "denied": _(
            "This page may not know where the phone is. Time and steps count, the distance does not; allow the "
            "position in the browser's settings of this site."
        ),
        "no_signal": _("No position at the moment; the distance goes on when there is one."),
        "no_receiver": _("This phone gives no position. Time and steps count, the distance does not."),
        "no_sensor": none,
        "paused": _("Paused: nothing is counted."),
        "review": _("Look at it once more, then keep it."),
        "away": _("This page was gone, so the recording has paused at %s. Go on or finish."),
        "log_in": _("You are logged out. The recording stays on this phone; log in and open this page again."),
        "waiting": _("%s recordings wait on this phone"),
        "offline": _("There is no connection. They are sent by themselves when there is one, and count once."),
        "sending": _("They are sent by themselves, and count once."),
    }
