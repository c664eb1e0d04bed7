"""Word files: all text in the order of the page, as a reader of the page sees it."""

from __future__ import annotations

import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from documents.draft import draft
from documents.legibility import TCVN3
from documents.reading import read_document
from documents.source import BlockKind, Document
from tests.documents.files import DUES, LETTER, part, with_part, word


def read(data: bytes) -> Document:
    return read_document(data, "letter.docx")


def lines(data: bytes) -> list[str]:
    return read(data).text.splitlines()


def added(document: WordDocument, xml: str) -> None:
    document.element.body.insert(0, parse_xml(xml.replace("<w:p>", f"<w:p {nsdecls('w')}>", 1)))


def test_a_word_file_says_what_its_text_says() -> None:
    read_file = read(word())
    assert read_file.text.splitlines() == LETTER
    assert [duty.due.value for duty in draft(read_file).duties] == DUES


def test_tables_stand_where_they_stand_with_merged_cells_once() -> None:
    def table(document: WordDocument) -> None:
        made = document.add_table(2, 3)
        for cell, text in zip(made.rows[0].cells, ("Việc", "Chủ trì", "Thời hạn"), strict=True):
            cell.text = text
        merged = made.rows[1].cells[0].merge(made.rows[1].cells[1])
        merged.text = "Rà soát"
        made.rows[1].cells[2].text = "Quý I/2026"
        document.add_paragraph("Sau bảng.")

    found = read(word(table))
    assert found.text.splitlines()[-3:] == [
        "Việc | Chủ trì | Thời hạn",
        "Rà soát |  | Quý I/2026",
        "Sau bảng.",
    ]
    row = found.blocks[-2]
    assert row.kind is BlockKind.ROW
    assert [found.text[start:end] for start, end in row.cells] == ["Rà soát", "", "Quý I/2026"]


@pytest.mark.parametrize(
    ("paragraph", "text"),
    [
        ('<w:p><w:ins w:id="1"><w:r><w:t>Thêm vào.</w:t></w:r></w:ins></w:p>', "Thêm vào."),
        (
            "<w:p><w:r><w:t>Giữ</w:t></w:r>"
            '<w:del w:id="1"><w:r><w:delText> bỏ</w:delText></w:r></w:del></w:p>',
            "Giữ",
        ),
        (
            "<w:p><w:sdt><w:sdtContent><w:r><w:t>Trong ô nhập.</w:t></w:r></w:sdtContent></w:sdt></w:p>",
            "Trong ô nhập.",
        ),
        (
            '<w:p><w:hyperlink><w:r><w:t xml:space="preserve">Ngày </w:t></w:r></w:hyperlink>'
            "<w:r><w:t>20/12</w:t></w:r></w:p>",
            "Ngày 20/12",
        ),
        ("<w:p><w:r><w:t>Một</w:t><w:br/><w:t>hai</w:t></w:r></w:p>", "Một hai"),
        (
            "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>Trang</w:t></w:r></w:p>",
            "Trang",
        ),
    ],
)
def test_what_stands_on_the_page_is_read(paragraph: str, text: str) -> None:
    assert lines(word(lambda document: added(document, paragraph)))[0] == text


def test_a_text_box_is_read_once() -> None:
    box = (
        "<w:p><w:r><w:pict><v:textbox xmlns:v='urn:schemas-microsoft-com:vml'><w:txbxContent>"
        "<w:p><w:r><w:t>Trong khung.</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict></w:r></w:p>"
    )
    assert lines(word(lambda document: added(document, box))).count("Trong khung.") == 1


def test_numbers_that_word_counts_are_written_out() -> None:
    def numbered(document: WordDocument) -> None:
        for text in ("Việc một.", "Việc hai."):
            document.add_paragraph(text, style="List Number")

    assert lines(word(numbered))[-2:] == ["1. Việc một.", "2. Việc hai."]


def test_tracked_changes_are_remarked() -> None:
    changed = '<w:p><w:ins w:id="1"><w:r><w:t>Thêm.</w:t></w:r></w:ins></w:p>'
    [remark] = read(word(lambda document: added(document, changed))).remarks
    assert "tracked changes" in str(remark)
    assert read(word()).remarks == ()


def test_macros_are_not_run_and_links_not_fetched() -> None:
    macros = with_part(word(), "word/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    assert ["macros" in str(remark) for remark in read(macros).remarks] == [True]
    relations = part(word(), "word/_rels/document.xml.rels").replace(
        b"</Relationships>",
        b'<Relationship Id="r9" Type="x" Target="http://127.0.0.1:9/" TargetMode="External"/>'
        b"</Relationships>",
    )
    linked = with_part(word(), "word/_rels/document.xml.rels", relations)
    assert ["not fetched" in str(remark) for remark in read(linked).remarks] == [True]


def test_footnotes_stand_at_the_end() -> None:
    notes = (
        f"<w:footnotes {nsdecls('w')}><w:footnote w:type='separator' w:id='0'><w:p/></w:footnote>"
        "<w:footnote w:id='1'><w:p><w:r><w:t>Lời chú.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    found = read(with_part(word(), "word/footnotes.xml", notes.encode()))
    assert found.blocks[-1].kind is BlockKind.NOTE
    assert found.text.splitlines()[-1] == "Lời chú."


def test_old_fonts_are_converted_paragraph_by_paragraph() -> None:
    """TCVN3 ("ABC") writes one other code for each letter with a mark."""
    back = {letter: code for code, letter in TCVN3.items()}
    old = ["".join(back.get(letter, letter) for letter in line) for line in LETTER[5:] * 4]
    found = read(word(lines=[*LETTER[:3], *old]))
    assert ["TCVN3" in str(remark) for remark in found.remarks] == [True]
    assert "Các xã hoàn thành việc rà soát trước ngày 15/12/2025." in found.text
    assert found.text.splitlines()[:3] == LETTER[:3]
