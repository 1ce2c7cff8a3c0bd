"""Hand-over papers: made from a case for one recipient, and saved.

The PDF library is imported only when a PDF is made.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import tomllib
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from borg_triage.app.directory import directory
from borg_triage.app.instruments import ReadyInstrument, current
from borg_triage.app.proof_sheet import proof_of
from borg_triage.app.resources import ResourceError, catalog, resources
from borg_triage.domain.case import CaseView
from borg_triage.domain.errors import BorgTriageError
from borg_triage.report.build import build_paper
from borg_triage.report.layout import PaperLayout
from borg_triage.report.model import Paper
from borg_triage.report.options import PaperOptions, Phone

if TYPE_CHECKING:
    from borg_triage.report.sealed_pdf import SealedPdf


class PaperError(BorgTriageError):
    """A paper that could not be made or saved; the case itself is untouched."""


def variants() -> tuple[str, ...]:
    """The ids of the papers there are; their names are the texts `paper.variant.ID`."""
    return tuple(sorted(path.stem for path in (resources() / "papers").glob("*.toml")))


def make_paper(
    view: CaseView, options: PaperOptions, language: str | None = None, ready: ReadyInstrument | None = None
) -> Paper:
    """The paper as blocks. ready: the instrument the case was assessed with; the current one by default.

    Raises PaperError for a variant there is not.
    """
    if language is not None:
        options = replace(options, language=language)
    if options.variant not in variants():
        raise PaperError("paper.error.variant", variant=options.variant)
    made_with = ready or current()
    return build_paper(
        view,
        options,
        catalog(options.language),
        made_with.instrument,
        _phone,
        _layout(options.variant),
        proof_of(made_with.ref),
    )


def make_pdf(
    view: CaseView, options: PaperOptions, language: str | None = None, ready: ReadyInstrument | None = None
) -> bytes:
    """The paper as a PDF; the same case and options give the same bytes."""
    from borg_triage.report.pdf import render_pdf

    return render_pdf(make_paper(view, options, language, ready), resources() / "fonts")


def make_html(
    view: CaseView, options: PaperOptions, language: str | None = None, ready: ReadyInstrument | None = None
) -> str:
    """The same paper as an accessible page that stands on its own."""
    from borg_triage.report.html import render_html

    return render_html(make_paper(view, options, language, ready))


def make_text(
    view: CaseView, options: PaperOptions, language: str | None = None, ready: ReadyInstrument | None = None
) -> str:
    """The same paper as plain text."""
    from borg_triage.report.plain import render_text

    return render_text(make_paper(view, options, language, ready))


def seal_pdf(content: bytes) -> SealedPdf:
    """The same PDF, opened only by a fresh passphrase: show it once, it is kept nowhere."""
    from borg_triage.report.sealed_pdf import seal

    return seal(content)


def save_pdf(path: Path, content: bytes) -> None:
    """Save a paper whole or not at all, readable by its owner alone where the system knows owners.

    Written beside its place, flushed to the disk, then moved over what was there. Raises PaperError.
    """
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        if path.is_dir():
            raise PaperError("paper.error.is_folder")
        try:
            _write_through(part, content)
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)
    except OSError as error:
        raise _meaning(error, path) from error


def _write_through(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the new name last through a power cut. Some systems and drives cannot; the file is there."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _meaning(error: OSError, path: Path) -> PaperError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return PaperError("paper.error.no_space")
    if error.errno in {errno.ENOENT, errno.ENOTDIR} and not path.parent.is_dir():
        return PaperError("paper.error.no_folder")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        # Windows refuses to replace a file that a reader has open.
        held = getattr(error, "winerror", None) is not None and path.is_file()
        return PaperError("paper.error.in_use" if held else "paper.error.read_only")
    return PaperError("paper.error.io", detail=errno.errorcode.get(error.errno or 0, type(error).__name__))


def _phone(destination: str) -> Phone | None:
    found = directory().contact(destination)
    if found is None or found.phone is None:
        return None
    return Phone(found.phone, found.phone_hours, found.status == "confirmed")


@cache
def _layout(variant: str) -> PaperLayout:
    path = resources() / "papers" / f"{variant}.toml"
    try:
        return _read(path)
    except OSError as error:
        raise ResourceError("app.error.incomplete", name="papers") from error


def _read(path: Path) -> PaperLayout:
    # By way of JSON: strict models refuse TOML's lists where they hold tuples.
    return PaperLayout.model_validate_json(json.dumps(tomllib.loads(path.read_text("utf-8"))))
