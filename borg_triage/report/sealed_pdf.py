"""A PDF that only opens with a passphrase: AES-256 as PDF 2.0 has it (revision 6). Made in memory alone.

Every text of the paper is encrypted: its pages, headings, title and language. What a PDF cannot hide is its
build: how many pages and headings there are, and how long they are. The only module that knows the library
for encrypting.
"""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass, field
from typing import Final

# Read aloud by telephone, written down by hand, typed in: capitals and digits alone, of each lookalike pair
# (0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V) no more than one, and no vowels, so that no word comes about.
ALPHABET: Final = "CDFGHJKMNPQRTVWX2345789"
GROUPS: Final = 6
GROUP: Final = 4
SEPARATOR: Final = "-"


@dataclass(frozen=True)
class SealedPdf:
    """content: the encrypted file. passphrase: what opens it, kept nowhere else; never shown in a log."""

    content: bytes = field(repr=False)
    passphrase: str = field(repr=False)


def fresh_passphrase() -> str:
    """A passphrase nobody has had before: 6 groups of 4 signs with dashes between them, some 108 bits."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    return SEPARATOR.join(groups)


def seal(pdf: bytes) -> SealedPdf:
    """The same pages under a fresh passphrase. Who has it may read, print, copy and have it read aloud.

    The owner's password, which lifts those limits, is thrown away. pdf: a file made by `render_pdf`.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.constants import UserAccessPermissions

    reader, writer = PdfReader(io.BytesIO(pdf)), PdfWriter()
    # Not the whole document: its identifier is a digest of the text, and would stand there to be read.
    writer.clone_reader_document_root(reader)
    title = reader.metadata.title if reader.metadata is not None else None
    writer.metadata = {"/Title": title or ""}
    writer.pdf_header = "%PDF-2.0"
    forbidden = (
        UserAccessPermissions.MODIFY
        | UserAccessPermissions.ADD_OR_MODIFY
        | UserAccessPermissions.FILL_FORM_FIELDS
        | UserAccessPermissions.ASSEMBLE_DOC
    )
    passphrase = fresh_passphrase()
    writer.encrypt(
        passphrase,
        secrets.token_urlsafe(32),
        permissions_flag=UserAccessPermissions.all() & ~forbidden,
        algorithm="AES-256",
    )
    target = io.BytesIO()
    writer.write(target)
    return SealedPdf(target.getvalue(), passphrase)
