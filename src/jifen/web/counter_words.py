"""What the script of the page that rings up sales says; it has no words of its own."""

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """Return the script's words in the reader's language; %s is a gap."""
    return {
        "waiting": _("Waiting for the line"),
        "sending": _("Being sent"),
        "refused": _("Refused"),
        "retry": _("Send again"),
        "dismiss": _("Dismiss"),
        "sure": _("Dismiss this sale? It was not counted."),
        "no_card": _("Scan or type the card, or the phone."),
        "no_amount": _("Type an amount with at most two decimals."),
        "no_code": _("Type the code that the member shows."),
        "offline": _("No line: sales wait on this phone and are sent by themselves, each once."),
        "no_stored": _("Stored value needs a line; take money, or wait."),
        "log_in": _("You are logged out. Sales wait on this phone; log in and open this page again."),
        "stuck": _("This phone keeps nothing; the sale is sent at once instead."),
        "estimate": _("About %s points"),
    }
