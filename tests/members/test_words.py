"""Every name of a field or table of members and programmes is there in Chinese."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from jifen import members, programmes

MARKS = {"_": None, "gettext": None, "gettext_lazy": None}


@pytest.mark.parametrize("package", [members, programmes])
def test_every_name_is_translated_and_no_translation_is_left_over(package: object) -> None:
    folder = Path(str(getattr(package, "__file__", ""))).parent
    named = {
        str(message)
        for path in folder.glob("*.py")
        for _, message, *_ in extract_from_file("python", path, keywords=MARKS)
    }

    with (folder / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").open("rb") as file:
        translations = {str(entry.id): str(entry.string) for entry in read_po(file, locale="zh_Hans") if entry.id}

    assert set(translations) == named
    assert all(translations.values())
