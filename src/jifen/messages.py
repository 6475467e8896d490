"""The words of the program in the reader's language: gettext over engine messages."""

import gettext
import locale
import os
from collections.abc import Callable
from pathlib import Path

from jifen.engine.message import Message

LOCALE_DIR = Path(__file__).parent / "locale"
LANGUAGES = ("en", "zh_Hans")

Translate = Callable[[Message | str], str]


def language_of_environment() -> str:
    """Return "zh_Hans" where the environment asks for Chinese (LC_ALL, LC_MESSAGES, LANG, LANGUAGE), else "en"."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = os.environ.get(variable, "")
        if wanted:
            return "zh_Hans" if locale.normalize(wanted).lower().startswith("zh") else "en"
    return "en"


def translator(language: str) -> Translate:
    """Return a function that says a message or a msgid in `language`."""
    catalogue = gettext.translation("jifen", LOCALE_DIR, languages=[language], fallback=True)

    def translate(message: Message | str) -> str:
        if isinstance(message, str):
            return catalogue.gettext(message) if message else ""
        values = {
            name: translate(value) if isinstance(value, Message) else value for name, value in message.values.items()
        }
        return catalogue.gettext(message.template).format(**values)

    return translate
