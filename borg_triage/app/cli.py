"""The command line: `borg-triage assess`, `borg-triage schema` (decision model section 9) and others.

Exit status: 0 done; 1 with --lines, when a line was bad; 2 nothing could be done, one line on standard
error says why and standard output stays empty; 3 the program itself is at fault, standard error says where;
130 broken off.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

from borg_triage import __version__
from borg_triage.app.cli_vault import add_commands as add_vault_commands
from borg_triage.app.instruments import current
from borg_triage.app.output import brief_output, full_output
from borg_triage.app.resources import catalog
from borg_triage.app.terminal import ask_name, ask_secret
from borg_triage.app.trail import trail
from borg_triage.domain.case_input import CaseInput, CaseReader, parse_json
from borg_triage.domain.errors import BorgTriageError, CaseInputError
from borg_triage.text.catalog import LANGUAGES, Catalog

# No case of flesh and blood comes near this; it keeps a wrong file from filling the memory.
MAX_CASE_BYTES = 8 * 1024 * 1024

_READ_BYTES = 64 * 1024
_TOGETHER = 64


class UsageError(BorgTriageError):
    """The words of the command are off."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError("cli.error.usage", problem=message)


def run_command(arguments: list[str]) -> int:
    """Run one command and give its exit status."""
    texts = catalog("nl")
    try:
        options = _parser().parse_args(arguments)
        texts = catalog(options.language)
        status: int = options.run(options, texts)
        sys.stdout.flush()
    except BorgTriageError as error:
        return _refuse(texts, error)
    except BrokenPipeError:
        # The reader has gone; Python would complain again when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except OSError as error:
        return _refuse(texts, CaseInputError("cli.error.output", problem=error.strerror or "?"))
    except KeyboardInterrupt:
        _complain(texts.text("cli.error.broken_off"))
        return 130
    except Exception as error:  # noqa: BLE001  (Python would print its message, which can hold what was typed)
        _complain(texts.text("cli.error.unexpected", trail=trail(error)))
        return 3
    return status


def _refuse(texts: Catalog, error: BorgTriageError) -> int:
    _complain(texts.text(error.key, **error.params))
    return 2


def _complain(text: str) -> None:
    line = text.replace("\n", " ")
    sys.stderr.buffer.write(f"borg-triage: {line}\n".encode("utf-8", "backslashreplace"))
    sys.stderr.flush()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="borg-triage", description="Offline triage; see README.md.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"borg-triage {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    assess = commands.add_parser("assess", help="assess one case, or one a line", allow_abbrev=False)
    assess.add_argument("file", metavar="FILE", help="a case as JSON, or - for standard input", nargs="?")
    assess.add_argument("--parquet", nargs=2, metavar=("IN", "OUT"), help="many cases as Parquet files")
    assess.add_argument("--lines", action="store_true", help="one case a line, one result a line")
    assess.add_argument("--brief", action="store_true", help="level, pattern, gate and primary route only")
    assess.set_defaults(run=_assess)
    schema = commands.add_parser("schema", help="print the JSON Schema of input and output")
    schema.set_defaults(run=_schema)
    verify = commands.add_parser("verify", help="prove the safety properties of an instrument")
    verify.add_argument("instrument", nargs="?", metavar="VERSION", help="or a folder; else the one in use")
    verify.add_argument("--only", type=int, metavar="N", help="only property N of the decision model")
    verify.add_argument("--sheet", metavar="FILE", help="write the proof sheet there, when all holds")
    verify.add_argument("--cases", metavar="FOLDER", help="write counterexamples there, as case files")
    verify.set_defaults(run=_verify)
    replay = commands.add_parser("replay", help="assess stored results again with their own version")
    replay.add_argument("vault", metavar="VAULT", help="the passphrase is read from standard input")
    replay.add_argument("--name", default="", metavar="NAME", help="whose passphrase it is")
    replay.set_defaults(run=_replay)
    compare = commands.add_parser("compare", help="what another version would say of cases, one a line")
    compare.add_argument("cases", metavar="CASES")
    compare.add_argument("--with", dest="other", required=True, metavar="VERSION", help="or a folder")
    compare.add_argument("--from", dest="base", metavar="VERSION", help="the one in use where left out")
    compare.set_defaults(run=_compare)
    add_vault_commands(commands, _Parser)
    for command in (assess, schema, verify, replay, compare):
        command.add_argument("--language", choices=LANGUAGES, default="nl", help="of sentences and errors")
    return parser


def _schema(_options: argparse.Namespace, _texts: Catalog) -> int:
    from borg_triage.app.schema import schemas

    _print(json.dumps(schemas(current().instrument), indent=2))
    return 0


def _replay(options: argparse.Namespace, texts: Catalog) -> int:
    from borg_triage.app.replay import replay

    name = ask_name(texts, options.name)
    return replay(Path(options.vault), ask_secret(texts, "replay.passphrase"), name, texts, _print)


def _compare(options: argparse.Namespace, _texts: Catalog) -> int:
    from borg_triage.app.replay import compare

    today = datetime.now().astimezone().date()
    return compare(Path(options.cases), options.other, today, _print, options.base)


def _verify(options: argparse.Namespace, texts: Catalog) -> int:
    from borg_triage.app.verification import Wanted, run_verify

    def say(line: str) -> None:
        _print(line)
        sys.stdout.flush()

    wanted = Wanted(options.instrument, options.only, options.sheet, options.cases)
    return run_verify(wanted, texts, say)


def _assess(options: argparse.Namespace, texts: Catalog) -> int:
    if options.parquet:
        from borg_triage.app.batch import run_parquet

        return run_parquet(Path(options.parquet[0]), Path(options.parquet[1]), texts)
    if options.file is None:
        raise UsageError("cli.error.usage", problem="FILE")
    assessor = _Assessor(options.brief, texts)
    with _opened(options.file) as file:
        if options.lines:
            return _each_line(file, assessor, texts)
        content = file.read(MAX_CASE_BYTES + 1)
        if len(content) > MAX_CASE_BYTES:
            raise _too_large()
        result = assessor.results([assessor.read(content)])[0]
        _print(json.dumps(result, ensure_ascii=False, indent=2))
    return 0


class _Assessor:
    """Reads and assesses cases as the options ask."""

    def __init__(self, brief: bool, texts: Catalog) -> None:
        self._ready = current()
        self._reader = CaseReader(self._ready.instrument)
        self._brief = brief
        self._texts = texts

    def read(self, content: bytes) -> CaseInput:
        return self._reader.read(parse_json(content), datetime.now().astimezone().date())

    def results(self, cases: list[CaseInput]) -> list[dict[str, Any]]:
        engine, ref = self._ready.engine, self._ready.ref
        if self._brief:
            return [brief_output(brief, ref) for brief in engine.briefs(cases)]
        return [full_output(engine.assess(case), ref, self._texts) for case in cases]


def _too_large() -> CaseInputError:
    return CaseInputError("case.error.too_large", limit=MAX_CASE_BYTES // 2**20)


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        file = open(name, "rb")  # noqa: PTH123, SIM115 - closed below; a Path cannot hold every name
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or str(error)
        raise CaseInputError("cli.error.unreadable", file=name, problem=problem) from error
    with file:
        yield file


def _each_line(file: BinaryIO, assessor: _Assessor, texts: Catalog) -> int:
    """Whatever lines have come in are assessed together, then written, so that a slow writer gets answers."""
    status, number = 0, 0
    for lines in _batches(file):
        cases: list[CaseInput] = []
        errors: dict[int, str] = {}
        for place, line in enumerate(lines):
            try:
                if line is None:
                    raise _too_large()
                cases.append(assessor.read(line))
            except CaseInputError as error:
                status = 1
                errors[place] = texts.text(error.key, **error.params)
        results = iter(assessor.results(cases))
        for place in range(len(lines)):
            number += 1
            result = {"error": errors[place], "line": number} if place in errors else next(results)
            text = json.dumps(result, ensure_ascii=False, separators=(",", ":"))
            sys.stdout.buffer.write(text.encode() + b"\n")
        sys.stdout.buffer.flush()
    return status


def _batches(file: BinaryIO) -> Iterator[list[bytes | None]]:
    """The lines of a file as they come in; None for a line that is too long to be a case."""
    rest, too_long = b"", False
    while read := cast(io.BufferedReader, file).read1(_READ_BYTES):
        *whole, rest = (rest + read).split(b"\n")
        lines: list[bytes | None] = list(whole)
        if too_long and lines:
            lines[0], too_long = None, False
        if len(rest) > MAX_CASE_BYTES:
            rest, too_long = b"", True
        for start in range(0, len(lines), _TOGETHER):
            yield lines[start : start + _TOGETHER]
    if rest or too_long:
        yield [None if too_long else rest]


def _print(text: str) -> None:
    sys.stdout.buffer.write(text.encode() + b"\n")
