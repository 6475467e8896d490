"""The number of a business licence: the unified social credit code of GB 32100-2015."""

import unicodedata

from jifen.engine.message import Message, say

LICENCE_LENGTH = 18
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V and Z
BASE = len(LETTERS)
FACTOR = 3


class NoLicenceError(ValueError):
    """What was written is no unified social credit code."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def normalise_licence(text: str) -> str:
    """Return a code the one way it is kept; raises NoLicenceError for anything that is none (S0-32, S2-59)."""
    code = "".join(unicodedata.normalize("NFKC", text).upper().split())
    if len(code) != LICENCE_LENGTH or any(letter not in LETTERS for letter in code):
        raise NoLicenceError(
            say(
                "a unified social credit code has {count} digits and letters, none of them I, O, S, V or Z",
                count=LICENCE_LENGTH,
            )
        )
    if check_letter(code[:-1]) != code[-1]:
        raise NoLicenceError(say("the last letter of the code does not fit; compare it with the licence"))
    return code


def check_letter(body: str) -> str:
    """Return the letter that ends a code: the 17 before it are weighted by powers of 3, modulo 31."""
    total = sum(LETTERS.index(letter) * pow(FACTOR, place, BASE) for place, letter in enumerate(body))
    return LETTERS[-total % BASE]
