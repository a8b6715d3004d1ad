"""A paper says the words it was given, and nothing that they say can make it say anything else."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from broker.errors import SystemFailed
from broker.paper import typeset as typesetting
from broker.paper.page import page_of
from broker.paper.sheet import Exact, Heading, Sheet, Table, words
from broker.paper.typeset import TEMPLATES, Template, paper_of, typeset
from tests.unit.paper.hostile import HOSTILE

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def sheet(text: str) -> Sheet:
    """A sheet that says the text everywhere it can be said."""
    table = Table((text, "Second"), ((text, Exact(text)), ("plain", "words")))
    return Sheet(text, (Heading(text), words("before ", Exact(text), " after ", text), table, Exact(text)))


def said(pdf: bytes) -> str:
    """What is read aloud or copied, without the breaks of lines and pages."""
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"\s", "", text)


def tags(pdf: bytes) -> list[str]:
    """The kinds of the parts the document says it is made of, in order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            found.extend([str(node["/S"])] if "/S" in node else [])
            if "/K" in node:
                walk(node["/K"])

    walk(PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]["/K"])  # type: ignore[index]
    return [one for one in found if one != "/Span"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words_on_paper(text: str) -> None:
    pdf = paper_of(sheet(text), NOON)
    wanted = re.sub(r"\s", "", text)
    # Title, heading, paragraph twice, table three times, exact text; page numbers may stand between.
    assert said(pdf).count(wanted) == 8
    assert tags(pdf) == tags(paper_of(sheet("harmless"), NOON))
    assert b"/URI" not in pdf
    assert b"/JavaScript" not in pdf


class Elements(HTMLParser):
    """The elements of a page and the text in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        assert {name for name, _ in attrs} <= {"lang", "charset", "name", "content", "scope", "tabindex"}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words_on_the_page(text: str) -> None:
    page = Elements(page_of(sheet(text)))
    assert page.text.count(text) == 9
    assert page.elements == Elements(page_of(sheet("harmless"))).elements


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.characters(exclude_characters="\r\n"), max_size=30))  # a new line of exact text is one
def test_whatever_somebody_is_called_a_paper_is_made_of_the_same_parts(name: str) -> None:
    assert tags(paper_of(sheet(f"x{name}"), NOON)) == tags(paper_of(sheet("x"), NOON))


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("李", "[U+674E]"),
        ("\u202egnp.exe", "[U+202E]gnp.exe"),
        ("a\x00b", "a[U+0000]b"),
        ("a\u200bb\ufeffc", "a[U+200B]b[U+FEFF]c"),
        ("\ue000", "[U+E000]"),
        ("one\r\ntwo", "onetwo"),
        ("one\ttwo", "onetwo"),
        ("one\rtwo", "one[U+000D]two"),
        ("\ud800", "[U+D800]"),
        ("\U0001f600", "[U+1F600]"),
        ("Zoë Łukasz Ωμέγα Борис Siân Ŵyn", "ZoëŁukaszΩμέγαБорисSiânŴyn"),
        ("Zoe\u0308", "Zoë"),
    ],
)
def test_what_cannot_be_seen_is_printed_by_its_number_and_hides_nothing(given_text: str, shown: str) -> None:
    pdf = paper_of(Sheet("Names", (words("[", given_text, "]"),)), NOON)
    assert f"[{shown}]" in said(pdf)


def test_every_character_there_is_does_not_keep_the_typesetter_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def is_shown(character: str) -> bool:
        tried.append(character)
        return character == "é"

    monkeypatch.setattr(typesetting, "_is_shown", is_shown)
    every = "é" + "".join(map(chr, range(0x4E00, 0x4E00 + 2000)))
    made = paper_of(Sheet("Title", (words(every),)), NOON)
    assert len(tried) == typesetting.MOST_PROBED
    assert "[U+55CF]" in said(made)


def test_a_paper_is_tagged_archivable_and_brings_its_fonts() -> None:
    pdf = paper_of(sheet("words"), NOON)
    assert b"<pdfuaid:part>1<" in pdf
    assert b"<pdfaid:part>2<" in pdf
    assert b"<pdfaid:conformance>A<" in pdf
    reader = PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == "en-GB"
    assert reader.metadata is not None
    assert reader.metadata.title == "words"
    assert {"/Title", "/H1", "/P", "/Table", "/TH", "/TD"} <= set(tags(pdf))
    for page in reader.pages:
        fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
        for font in fonts.values():
            [inner] = font.get_object()["/DescendantFonts"]
            assert {"/FontFile2", "/FontFile3"} & set(inner.get_object()["/FontDescriptor"].get_object())


def test_one_input_gives_the_same_bytes_and_another_instant_another_date() -> None:
    assert paper_of(sheet("words"), NOON) == paper_of(sheet("words"), NOON)
    assert paper_of(sheet("words"), NOON) != paper_of(sheet("words"), NOON + timedelta(days=1))


def test_a_long_word_breaks_within_its_lines_and_is_copied_whole() -> None:
    digest = "sha256:" + "0123456789abcdef" * 20
    pdf = paper_of(Sheet("Digests", (words(digest), words(Exact(digest)), Exact(digest))), NOON)
    assert said(pdf).count(digest) == 3
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert max(len(line) for page in pages for line in page.extract_text().splitlines()) < 120


def test_a_sheet_of_nothing_but_a_title_is_a_paper() -> None:
    assert said(paper_of(Sheet("Empty", ()), NOON)).startswith("Empty")
    assert tags(paper_of(Sheet("Rows", (Table(("A",), ()),)), NOON)).count("/TD") == 0


def test_a_table_has_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="one cell"):
        Table(("A", "B"), (("a",),))
    with pytest.raises(ValueError, match="columns"):
        Table((), ())


def test_data_that_does_not_fit_its_template_is_refused_and_not_quoted() -> None:
    with pytest.raises(SystemFailed) as refused:
        typeset(Template.SHEET, {"title": "Sam", "blocks": [{"kind": "Words", "parts": 9990000018}]}, NOON)
    assert "9990000018" not in str(refused.value)
    assert "Sam" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_every_template_has_its_file_and_evaluates_nothing() -> None:
    files = {path.stem: path.read_text("utf-8") for path in TEMPLATES.iterdir()}
    assert set(files) == {template.value for template in Template} | {"house"}
    for name, text in files.items():
        code = "\n".join(line.partition("//")[0] for line in text.splitlines())
        assert not re.findall(r"\b(eval|read|include|plugin|link|cite|bibliography|image)\b", code), name
        assert not re.findall(r'import "(?!house\.typ")', code), name


def test_a_typesetter_that_gives_no_document_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    class Mute:
        def __init__(self, *_: Any, **__: Any) -> None: ...

        def compile(self, **_: Any) -> None: ...

    monkeypatch.setattr(typesetting.typst, "Compiler", Mute)
    with pytest.raises(SystemFailed, match="no document"):
        paper_of(Sheet("x", ()), NOON)
