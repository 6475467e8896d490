"""The number of a business licence (S0-32)."""

import pytest

from jifen.agents.licences import LETTERS, LicenceNotValidError, check_letter, normalise_licence

STANDARD = "91350100M000100Y43"  # the example of GB 32100-2015


def test_a_code_is_kept_in_one_way() -> None:
    assert normalise_licence(" 91350100 m000100y43 ") == STANDARD
    assert normalise_licence("９１350100M000100Y43") == STANDARD


@pytest.mark.parametrize("place", range(18))
def test_one_wrong_letter_is_found_wherever_it_stands(place: int) -> None:
    wrong = LETTERS[(LETTERS.index(STANDARD[place]) + 1) % len(LETTERS)]

    with pytest.raises(LicenceNotValidError, match="the last letter of the code does not fit"):
        normalise_licence(STANDARD[:place] + wrong + STANDARD[place + 1 :])


@pytest.mark.parametrize("text", ["", "9135", STANDARD + "1", STANDARD.replace("M", "I"), STANDARD.replace("M", "O")])
def test_what_cannot_be_a_code_is_refused(text: str) -> None:
    with pytest.raises(LicenceNotValidError, match="has 18 digits and letters, none of them I, O, S, V or Z"):
        normalise_licence(text)


def test_the_check_letter_is_that_of_known_licences() -> None:
    assert [check_letter(code[:-1]) for code in ("91110000802100433B", "91440300708461136T")] == ["B", "T"]
