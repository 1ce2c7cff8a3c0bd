"""From the text of an instrument's files to a checked `Instrument`, or one error that names the line.

Pure: the files come in as bytes by name, so this knows no folder. The instrument's sha256 is taken over
the names and bytes of all its files in name order.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from borg_triage.domain.errors import InstrumentError
from borg_triage.domain.instrument import Instrument
from borg_triage.domain.references import Problem, dangling

MAX_BYTES = 4_000_000
_SCALAR_FILE = "instrument.toml"


@dataclass(frozen=True, slots=True)
class LoadedInstrument:
    """An instrument with the hash and the text of the files it came from."""

    instrument: Instrument
    sha256: str
    files: Mapping[str, bytes]


def load_instrument(files: Mapping[str, bytes]) -> LoadedInstrument:
    """Check and build an instrument from its files (name -> bytes of TOML).

    Raises InstrumentError (file, line, problem) for anything that is not a whole, consistent instrument.
    """
    if not files:
        raise InstrumentError("instrument.error.no_files")
    origin: dict[str, str] = {}
    merged: dict[str, Any] = {}
    for name in sorted(files):
        for key, value in _parse(name, files[name]).items():
            _merge(merged, origin, key, value, name)
    merged["source_list"] = merged.pop("sources", [])
    origin["source_list"] = origin.pop("sources", _SCALAR_FILE)
    try:
        # TOML's own dates and endless numbers are no values of an instrument: TypeError, ValueError.
        instrument = Instrument.model_validate_json(json.dumps(merged))
    except (ValidationError, RecursionError, ValueError, TypeError) as error:
        raise _located(error, origin, files, merged) from error
    for problem in dangling(instrument):
        raise _problem(problem.path, problem.text, origin, files)
    return LoadedInstrument(instrument, fingerprint(files), dict(files))


def fingerprint(files: Mapping[str, bytes]) -> str:
    """The sha256 that names a version's exact content."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()


def _parse(name: str, content: bytes) -> dict[str, Any]:
    if len(content) > MAX_BYTES:
        raise InstrumentError("instrument.error.too_large", file=name, limit=MAX_BYTES)
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InstrumentError("instrument.error.broken", file=name, line=line, problem="UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found.group(1)) if found else content.count(b"\n") + 1
        raise InstrumentError("instrument.error.broken", file=name, line=line, problem=str(error)) from error
    except (RecursionError, ValueError) as error:
        problem = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise InstrumentError("instrument.error.broken", file=name, line=1, problem=problem) from error


def _merge(merged: dict[str, Any], origin: dict[str, str], key: str, value: Any, name: str) -> None:
    if key == "terms" and isinstance(value, dict) and isinstance(merged.get(key), dict):
        twice = merged[key].keys() & value.keys()
        if not twice:
            merged[key].update(value)
            return
        key = f"terms.{min(twice)}"
    if key in merged or key.startswith("terms."):
        raise InstrumentError(
            "instrument.error.broken", file=name, line=1, problem=f"{key} stands in two files"
        )
    merged[key] = value
    origin[key] = name


def _located(
    error: Exception, origin: Mapping[str, str], files: Mapping[str, bytes], merged: Mapping[str, Any]
) -> InstrumentError:
    if isinstance(error, ValidationError):
        first = min(error.errors(include_url=False), key=lambda found: -len(found["loc"]))
        return _problem(tuple(first["loc"]), f"{first['msg']} ({_path(first['loc'])})", origin, files)
    text = "nested too deeply" if isinstance(error, RecursionError) else str(error)
    return InstrumentError("instrument.error.broken", file=_SCALAR_FILE, line=1, problem=text)


def _path(loc: Iterable[int | str]) -> str:
    return ".".join(str(part) for part in loc)


def _problem(
    path: tuple[int | str, ...], text: str, origin: Mapping[str, str], files: Mapping[str, bytes]
) -> InstrumentError:
    key = str(path[0]) if path else ""
    name = origin.get(key, _SCALAR_FILE)
    line = _line_of(files.get(name, b""), "sources" if key == "source_list" else key, path[1:])
    return InstrumentError("instrument.error.broken", file=name, line=line, problem=text)


def _line_of(content: bytes, key: str, rest: tuple[int | str, ...]) -> int:
    """The line where a top-level key, the n-th table of a list, or a key inside it begins."""
    lines = content.decode("utf-8", errors="replace").splitlines()
    start = _block_start(lines, key, rest)
    if start is None:
        return 1
    wanted = next((part for part in rest[1:] if isinstance(part, str) and part[:1].islower()), None)
    for number in range(start, len(lines)):
        if number > start and lines[number].startswith("[["):
            break
        if wanted and re.match(rf"{re.escape(wanted)}\s*=", lines[number]):
            return number + 1
    return start + 1


def _block_start(lines: list[str], key: str, rest: tuple[int | str, ...]) -> int | None:
    if rest and isinstance(rest[0], int):
        headers = [number for number, line in enumerate(lines) if line.strip() == f"[[{key}]]"]
        return headers[rest[0]] if rest[0] < len(headers) else None
    named = rest[0] if rest else None
    for number, line in enumerate(lines):
        if named is not None and (
            line.strip() == f"[{key}.{named}]" or re.match(rf"{re.escape(str(named))}\s*=", line)
        ):
            return number
    return next((n for n, line in enumerate(lines) if re.match(rf"\[?{re.escape(key)}\b", line)), None)


__all__ = ["LoadedInstrument", "Problem", "fingerprint", "load_instrument"]
