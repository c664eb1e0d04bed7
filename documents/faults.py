"""Why a file is not read, and what its reader has to say about one that is."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_


class DocumentFault(FaultCode):
    """A file that cannot be read as a document; nothing of it is kept."""

    EMPTY = N_("the file is empty; choose the document itself")
    NO_TEXT = N_("there is no text in the file; choose the document itself, or a scan of it as a PDF")
    TOO_LARGE = N_("the file is larger than %(limit)s MB; give the document without its pictures, or as text")
    UNFOLDS = N_("the file unfolds into more than %(limit)s MB; save it again in Word and give that")
    BROKEN = N_("the file is damaged and cannot be opened as %(format)s; save it again and give that")
    PROTECTED = N_("the file asks for a password; save it without one and give that")
    UNKNOWN = N_("this is no document that can be read; give a .docx, .pdf, .html or .txt")
    NEEDS_OFFICE = N_(
        "files of type .%(ending)s are read through LibreOffice, which is not installed here; "
        "save it as .docx and give that, or install libreoffice-writer"
    )
    NOT_CONVERTED = N_("LibreOffice could not convert the file; save it as .docx and give that")
    NEEDS_OCR = N_(
        "the file is a scan: pictures without text. Scans are read through tesseract with its "
        "Vietnamese data, which is not installed here; "
        "give the .docx, or install tesseract-ocr and tesseract-ocr-vie"
    )
    ILLEGIBLE = N_(
        "the letters of this PDF are encoded so that they cannot be read "
        "(%(share)s%% of the words make sense); give the .docx"
    )
    TOO_LONG = N_("reading took longer than %(minutes)s minutes; give the .docx, or a part of the document")
    TOO_MUCH = N_(
        "the file needs more memory than a reading may take; give the .docx, or a part of the document"
    )
    OLD_FONT = N_(
        "the text is in an encoding from before Unicode (TCVN3, VNI or another) "
        "and could not be converted for sure; convert it to Unicode in Word and give that"
    )


class Remark(FaultCode):
    """What a person should know about a document that was read."""

    CHANGES = N_(
        "the file holds tracked changes: inserted words are read, deleted ones are not; "
        "check whether they were accepted"
    )
    MACROS = N_("the file holds macros; they were not run")
    LINKED = N_("the file names parts outside of it; they were not fetched")
    CONVERTED = N_("the text was converted from the font encoding %(encoding)s to Unicode")
    OCR = N_(
        "pages that are scans and were read by OCR: %(pages)s; what stands in tables is likely to be wrong, "
        "check each duty against the paper"
    )
    THROUGH_OFFICE = N_("the file was read through LibreOffice")
    NOT_VIETNAMESE = N_("the text does not look Vietnamese; the rules read Vietnamese alone")
    SEVERAL = N_("the file holds %(count)s documents; their duties are drafted one after the other")
    NO_DATE = N_("the day of issue was not found; dates without a year have none")
