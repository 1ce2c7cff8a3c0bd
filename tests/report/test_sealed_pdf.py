"""A sealed PDF: strong, whole for who has the passphrase, and telling nothing to anyone else."""

from __future__ import annotations

import io
import math
import random
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from hashlib import md5
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from pypdf import PasswordType, PdfReader
from pypdf.errors import FileNotDecryptedError

from borg_triage.app import papers
from borg_triage.report.sealed_pdf import ALPHABET, GROUP, GROUPS, SEPARATOR, fresh_passphrase, seal
from tests.report.cases import CASES, options_for, view_of, worked_on

# Reads a PDF, seals it, and tells of every file that is opened to be written meanwhile.
WATCHED = """
import os, sys
from borg_triage.report.sealed_pdf import seal
pdf = sys.stdin.buffer.read()
seal(pdf)  # what is imported on the way is imported now
def watch(event, args):
    if event == "open" and (set(str(args[1])) & set("wxa+") or (args[2] or 0) & (os.O_WRONLY | os.O_RDWR)):
        print("written:", args[0])
    if event.startswith(("tempfile.", "subprocess.", "os.rename", "os.mkdir", "socket.")):
        print("done:", event, args)
sys.addaudithook(watch)
seal(pdf)
print("sealed")
"""


@cache
def plain(language: str = "nl") -> bytes:
    view = worked_on(view_of(CASES["strangulation-tonight"]))
    return papers.make_pdf(view, options_for(view, recipient="Veilig Thuis, mevrouw Aydin"), language)


def opened(content: bytes, passphrase: str) -> PdfReader:
    reader = PdfReader(io.BytesIO(content))
    assert reader.decrypt(passphrase) == PasswordType.USER_PASSWORD
    return reader


def said(reader: PdfReader) -> list[str]:
    return [page.extract_text() for page in reader.pages]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_with_the_passphrase_it_is_the_same_paper(language: str) -> None:
    before = PdfReader(io.BytesIO(plain(language)))
    sealed = seal(plain(language))
    after = opened(sealed.content, sealed.passphrase)
    assert said(after) == said(before)
    assert [one["/Title"] for one in _flat(after.outline)] == [one["/Title"] for one in _flat(before.outline)]
    assert after.root_object["/Lang"] == language
    assert after.root_object["/ViewerPreferences"]["/DisplayDocTitle"]


def _flat(outline: Any) -> list[Any]:
    return [found for one in outline for found in (_flat(one) if isinstance(one, list) else [one])]


@pytest.mark.parametrize(
    "change", [str.lower, lambda text: text.replace(SEPARATOR, ""), lambda text: text[:-1]]
)
def test_with_another_passphrase_it_stays_shut(change: Any) -> None:
    sealed = seal(plain())
    for wrong in ("", change(sealed.passphrase), fresh_passphrase()):
        reader = PdfReader(io.BytesIO(sealed.content))
        assert reader.decrypt(wrong) == PasswordType.NOT_DECRYPTED
        with pytest.raises(FileNotDecryptedError):
            said(reader)


@pytest.mark.skipif(which("pdftotext") is None, reason="needs another program that reads a PDF")
def test_another_program_opens_it_too(tmp_path: Path) -> None:
    sealed, path = seal(plain()), tmp_path / "paper.pdf"
    path.write_bytes(sealed.content)
    read = ["pdftotext", "-enc", "UTF-8"]
    done = subprocess.run([*read, "-upw", sealed.passphrase, path, "-"], capture_output=True, check=True)
    assert done.stdout.decode().startswith("Overdracht in 60 seconden")
    shut = subprocess.run([*read, path, "-"], capture_output=True, check=False)
    assert (shut.returncode, shut.stdout) == (1, b"")


def test_the_cipher_is_aes_256_of_pdf_2() -> None:
    sealed = seal(plain())
    assert sealed.content.startswith(b"%PDF-2.0\n")
    how = PdfReader(io.BytesIO(sealed.content)).trailer["/Encrypt"].get_object()
    assert (how["/Filter"], how["/V"], how["/R"], how["/Length"]) == ("/Standard", 5, 6, 256)
    assert how["/StmF"] == how["/StrF"] == "/StdCF"
    assert how["/CF"]["/StdCF"]["/CFM"] == "/AESV3"
    assert how["/CF"]["/StdCF"]["/Length"] == 32
    # Left out it is true, so that what the file says of itself is encrypted as well.
    assert how.get("/EncryptMetadata", True)


def test_it_may_be_printed_copied_and_read_aloud_but_not_changed() -> None:
    sealed = seal(plain())
    allowed = opened(sealed.content, sealed.passphrase).user_access_permissions
    assert allowed is not None
    assert {name for name, yes in allowed.to_dict().items() if yes} == {
        "print",
        "print_to_representation",
        "extract",
        "extract_text_and_graphics",
    }


def test_it_says_of_itself_only_a_neutral_title() -> None:
    sealed = seal(plain())
    reader = opened(sealed.content, sealed.passphrase)
    assert dict(reader.metadata or {}) == {"/Title": "Overdracht"}
    assert reader.xmp_metadata is None


def test_nothing_of_the_plain_paper_is_in_the_bytes() -> None:
    before, sealed = plain(), seal(plain())
    # Pages and letters as they stand in the plain file, compressed.
    streams = re.findall(rb"stream\r?\n(.{64,}?)\r?\n?endstream", before, re.DOTALL)
    assert len(streams) > 10
    assert [place for place, stream in enumerate(streams) if stream[:64] in sealed.content] == []
    reader = PdfReader(io.BytesIO(before))
    texts = {*" ".join(said(reader)).split(), "Overdracht", "ReportLab", "pypdf", "Aydin"}
    texts |= {one["/Title"] for one in _flat(reader.outline)}
    long = {text for text in texts if len(text) > 5}  # shorter ones are words of the format too: "start"
    assert len(long) > 200
    for encoding in ("utf-8", "utf-16-be", "utf-16-le"):
        assert [text for text in long if text.encode(encoding) in sealed.content] == []
    # The identifier of a plain file is a digest of what it says: enough to prove a guess right.
    (digest, _) = reader.trailer["/ID"]
    for form in (digest.original_bytes, digest.original_bytes.hex().encode(), md5(before).digest()):
        assert form not in sealed.content


def test_its_strings_are_all_encrypted() -> None:
    sealed = seal(plain())
    body = re.sub(rb"stream\n.*?\nendstream", b"", sealed.content, flags=re.DOTALL)
    strings = [bytes.fromhex(found.decode()) for found in re.findall(rb"(?<!<)<([0-9a-f]*)>(?!>)", body)]
    assert len(strings) > 20
    # A vector of 16 bytes, then whole blocks of 16; and none written in the open.
    assert {len(string) % 16 for string in strings if len(string) != 16} == {0}
    assert re.findall(rb"\((?:[^()\\]|\\.)*\)", body) == []


def test_the_passphrase_is_in_no_file_and_in_no_log() -> None:
    sealed = seal(plain())
    assert sealed.passphrase.encode() not in sealed.content
    assert sealed.passphrase not in repr(sealed)
    assert "%PDF" not in repr(sealed)


def test_every_file_has_another_passphrase_and_other_keys() -> None:
    sealed = [seal(plain()) for _ in range(5)]
    how = [PdfReader(io.BytesIO(one.content)).trailer for one in sealed]
    assert len({one.passphrase for one in sealed}) == 5
    for name in ("/O", "/U", "/OE", "/UE"):
        assert len({bytes(trailer["/Encrypt"][name].original_bytes) for trailer in how}) == 5
    assert len({trailer["/ID"][0].original_bytes for trailer in how}) == 5
    first, *others = sealed
    for one in others:
        assert PdfReader(io.BytesIO(one.content)).decrypt(first.passphrase) == PasswordType.NOT_DECRYPTED
        opened(one.content, one.passphrase)


def test_a_passphrase_has_a_hundred_bits_and_can_be_read_aloud() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert not set(ALPHABET) & set("0O1IL" + "AEIOUY")
    assert all(len(set(ALPHABET) & set(pair)) == 1 for pair in ("2Z", "5S", "6G", "8B", "UV"))
    assert all(sign.isascii() and (sign.isdigit() or sign.isupper()) for sign in ALPHABET)
    assert 100 <= math.log2(len(ALPHABET)) * GROUP * GROUPS < 115
    random.seed(7)
    first = fresh_passphrase()
    random.seed(7)
    assert fresh_passphrase() != first
    assert re.fullmatch(r"([C-X2-9]{4}-){5}[C-X2-9]{4}", first)


def test_every_sign_comes_as_often_as_another_in_every_place() -> None:
    made = [fresh_passphrase().replace(SEPARATOR, "") for _ in range(4000)]
    assert len(set(made)) == len(made)
    expected = len(made) / len(ALPHABET)
    for place in range(GROUP * GROUPS):
        found = Counter(one[place] for one in made)
        assert set(found) == set(ALPHABET)
        # Seven standard deviations: not once in a million runs by chance.
        assert all(abs(count - expected) < 7 * math.sqrt(expected) for count in found.values())


def test_no_file_is_written_on_the_way() -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED], input=plain(), capture_output=True, check=False
    )
    assert (done.stdout.decode().split("\n"), done.stderr.decode()) == (["sealed", ""], "")


def test_the_plain_paper_is_made_without_it() -> None:
    code = (
        "import sys; from borg_triage.app import papers; import borg_triage.report.sealed_pdf;"
        "sys.exit('pypdf' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
