"""The number of a business licence, refused as agents' business is."""

from jifen.agents.errors import AgentError
from jifen.members import licences
from jifen.members.licences import LETTERS, LICENCE_LENGTH, NoLicenceError, check_letter

__all__ = ["LETTERS", "LICENCE_LENGTH", "LicenceNotValidError", "check_letter", "normalise_licence"]


class LicenceNotValidError(AgentError):
    """What was written is no unified social credit code."""


def normalise_licence(text: str) -> str:
    """Return a code the one way it is kept; raises LicenceNotValidError for anything that is none (S0-32)."""
    try:
        return licences.normalise_licence(text)
    except NoLicenceError as error:
        raise LicenceNotValidError(error.message) from None
