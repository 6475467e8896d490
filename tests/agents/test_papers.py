"""Papers: taken by their bytes, kept closed, shown to few (S0-50)."""

import pytest
from cryptography.exceptions import InvalidTag
from django.conf import settings

from jifen.agents import papers
from jifen.agents.errors import AgentError
from jifen.agents.models import Paper
from jifen.agents.papers import (
    ApplicationSentError,
    PaperNotValidError,
    add_paper,
    read_own_paper,
    read_paper,
    remove_paper,
    rotate_papers,
)
from jifen.members.keys import FieldKeyError
from tests.agents.firm import PDF, Firm, jpeg, png

OTHER_KEY = "b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMTE="


@pytest.fixture
def wang(firm: Firm) -> int:
    """Wang, whose application has both papers and is not sent."""
    return firm.filled("Wang").member_id


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (png(width=640, height=480), ("image/png", 640, 480)),
        (jpeg(width=800, height=600), ("image/jpeg", 800, 600)),
        (PDF, ("application/pdf", 0, 0)),
    ],
)
def test_a_file_is_what_its_bytes_say(wang: int, content: bytes, seen: tuple[str, int, int]) -> None:
    paper = add_paper(member_id=wang, kind="office", name="C:\\pictures\\holiday.exe", content=content)

    assert (paper.content_type, paper.width, paper.height) == seen
    assert paper.name == "holiday.exe"
    assert paper.size == len(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (PDF + bytes(5 * 1024 * 1024), "the file is larger than 5 MB"),
        (b"<svg onload=alert(1)>", "the file is no JPEG, PNG or PDF"),
        (b"MZ\x90" + png(), "the file is no JPEG, PNG or PDF"),
        (png()[:200], "the file is no JPEG, PNG or PDF"),
        (jpeg()[:20], "the file is no JPEG, PNG or PDF"),
        (b"%PDF-1.7 and no end", "the file is no JPEG, PNG or PDF"),
        (png(width=100), "the sides of a picture are 200 to 12000 pixels"),
        (jpeg(height=20_000), "the sides of a picture are 200 to 12000 pixels"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused(wang: int, content: bytes, said: str) -> None:
    before = Paper.objects.count()

    with pytest.raises(PaperNotValidError, match=said):
        add_paper(member_id=wang, kind="office", name="office.png", content=content)

    assert Paper.objects.count() == before


def test_the_database_holds_no_picture_in_clear(wang: int) -> None:
    paper = Paper.objects.filter(kind="licence").get()

    assert b"PNG" not in bytes(paper.cipher)
    assert read_own_paper(member_id=wang, paper_id=paper.pk).content == png(text="licence")


def test_a_cipher_opens_for_its_own_application_only(firm: Firm, wang: int) -> None:
    cipher = bytes(Paper.objects.filter(kind="licence").get().cipher)
    other = firm.filled("Li", licence=1)

    with pytest.raises(InvalidTag):
        papers.unseal(cipher, application_id=other.pk)


def test_the_same_file_is_added_once(wang: int) -> None:
    first = add_paper(member_id=wang, kind="office", name="a.pdf", content=PDF)
    again = add_paper(member_id=wang, kind="office", name="b.pdf", content=PDF)

    assert first.pk == again.pk


def test_there_are_only_so_many_files_of_a_kind(wang: int) -> None:
    add_paper(member_id=wang, kind="licence", name="2.png", content=png(text="2"))

    with pytest.raises(PaperNotValidError, match="there are 2 such files already; remove one first"):
        add_paper(member_id=wang, kind="licence", name="3.png", content=png(text="3"))


def test_an_unknown_kind_is_refused(wang: int) -> None:
    with pytest.raises(PaperNotValidError, match="choose what the file shows"):
        add_paper(member_id=wang, kind="passport", name="1.pdf", content=PDF)


def test_a_file_needs_an_application(firm: Firm) -> None:
    with pytest.raises(AgentError, match="begin an application first"):
        add_paper(member_id=firm.member("Zhao").pk, kind="licence", name="1.pdf", content=PDF)


def test_a_sent_application_keeps_its_files(firm: Firm) -> None:
    application = firm.sent("Wang")
    paper = application.papers.get(kind="licence")

    with pytest.raises(ApplicationSentError, match="withdraw it first"):
        remove_paper(member_id=application.member_id, paper_id=paper.pk)
    with pytest.raises(ApplicationSentError, match="withdraw it first"):
        add_paper(member_id=application.member_id, kind="office", name="1.pdf", content=PDF)


def test_nobody_removes_or_reads_the_files_of_another(firm: Firm, wang: int) -> None:
    li = firm.filled("Li", licence=1).member_id
    paper = Paper.objects.filter(application__member_id=wang).first()
    assert paper is not None

    remove_paper(member_id=li, paper_id=paper.pk)

    assert Paper.objects.filter(pk=paper.pk).exists()
    with pytest.raises(Paper.DoesNotExist):
        read_own_paper(member_id=li, paper_id=paper.pk)


def test_an_operators_reading_is_noted(firm: Firm, wang: int) -> None:
    paper = Paper.objects.filter(kind="licence").get()
    subject = f"application {paper.application_id}"

    opened = read_paper(application_id=paper.application_id, paper_id=paper.pk, operator_id=firm.chief)

    assert opened.content == png(text="licence")
    assert firm.acts(subject) == ["read_paper"]


def test_a_file_of_another_application_is_not_read(firm: Firm, wang: int) -> None:
    paper, other = Paper.objects.filter(kind="licence").get(), firm.filled("Li", licence=1)

    with pytest.raises(Paper.DoesNotExist):
        read_paper(application_id=other.pk, paper_id=paper.pk, operator_id=firm.chief)

    assert firm.acts(f"application {other.pk}") == []


def test_files_are_closed_anew_with_a_new_key(wang: int, monkeypatch: pytest.MonkeyPatch) -> None:
    paper, old = Paper.objects.filter(kind="licence").get(), settings.FIELD_KEY
    monkeypatch.setattr(settings, "FIELD_KEY", f"{OTHER_KEY},{old}")

    assert (rotate_papers(), rotate_papers()) == (2, 0)
    monkeypatch.setattr(settings, "FIELD_KEY", OTHER_KEY)
    assert read_own_paper(member_id=wang, paper_id=paper.pk).content == png(text="licence")
    monkeypatch.setattr(settings, "FIELD_KEY", old)
    with pytest.raises(FieldKeyError, match="no key in JIFEN_FIELD_KEY opens this file"):
        read_own_paper(member_id=wang, paper_id=paper.pk)
