"""The command line of the vault: `borg-triage vault check|backup|restore|info|rotate-key|export-log`.

Exit status: 0 done; 1 `check` found something; 2 nothing could be done, standard error says why.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from borg_triage.app.terminal import ask_name, ask_secret, print_line
from borg_triage.domain.errors import BorgTriageError
from borg_triage.text.catalog import LANGUAGES, Catalog

if TYPE_CHECKING:
    from borg_triage.storage.backup_way import DatedBackup
    from borg_triage.storage.vault import Vault

Parser = TypeVar("Parser", bound=argparse.ArgumentParser)
Run = Callable[[argparse.Namespace, Catalog], int]


class NotTheSame(BorgTriageError):
    """A new passphrase was not typed twice the same. Nothing was done."""


def add_commands(commands: argparse._SubParsersAction[Parser], kind: type[Parser]) -> None:
    """Give the command line its `vault`."""
    vault = commands.add_parser("vault", help="look after a vault", allow_abbrev=False)
    parts = vault.add_subparsers(dest="vault_command", required=True, metavar="COMMAND", parser_class=kind)

    def command(name: str, about: str, run: Run) -> Parser:
        parser = parts.add_parser(name, help=about, allow_abbrev=False)
        parser.add_argument("vault", metavar="VAULT")
        parser.add_argument("--name", default="", metavar="NAME", help="whose passphrase it is")
        parser.add_argument("--language", choices=LANGUAGES, default="nl", help="of sentences and errors")
        parser.set_defaults(run=run)
        return parser

    command("check", "read all of it, its log and its backups; 1 when something is wrong", _check)
    command("backup", "make a backup beside it", _backup)
    restore = command("restore", "put a backup in its place", _restore)
    restore.add_argument("backup", metavar="BACKUP", nargs="?", help="the newest where left out")
    restore.add_argument(
        "--shares",
        type=int,
        default=0,
        metavar="N",
        help="open it with N recovery shares; with --name that person also gets a new passphrase",
    )
    restore.add_argument(
        "--name-then",
        default="",
        metavar="NAME",
        help="whose passphrase opened it on its day, if that differs",
    )
    command("info", "what it is; with --name also what only its people may know", _info)
    command("rotate-key", "encrypt all of it anew under a new key", _rotate)
    export = command("export-log", "its log as JSON lines or CSV", _export_log)
    export.add_argument("file", metavar="FILE", nargs="?", help="standard output where left out")
    export.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
    export.add_argument("--case", metavar="ID", help="only the entries of one case")


def _open(options: argparse.Namespace, texts: Catalog) -> Vault:
    from borg_triage.app.retention import finish_if_possible
    from borg_triage.storage.vault import Vault

    name = ask_name(texts, options.name)
    vault = Vault.open(Path(options.vault), ask_secret(texts, "vault.cli.passphrase"), name)
    finish_if_possible(vault)
    return vault


def _check(options: argparse.Namespace, texts: Catalog) -> int:
    with _open(options, texts) as vault:
        findings = vault.check()
    for finding in findings:
        sign = texts.text("vault.check.good" if finding.good else "vault.check.bad")
        print_line(f"{sign} {texts.text(finding.key, **finding.params)}")
    return 0 if all(finding.good for finding in findings) else 1


def _backup(options: argparse.Namespace, texts: Catalog) -> int:
    with _open(options, texts) as vault:
        made = vault.backup()
    print_line(texts.text("vault.cli.backup_made", backup=str(made.path)))
    return 0


def _restore(options: argparse.Namespace, texts: Catalog) -> int:
    from borg_triage.app.vault_care import backup_to_restore
    from borg_triage.storage.vault import Vault

    path = Path(options.vault)
    source = backup_to_restore(path, options.backup)
    told = ""
    if options.shares > 0:
        shares = [ask_secret(texts, "vault.cli.share") for _ in range(options.shares)]
        dated = _of_its_day(source, options, texts)
        new = _new_passphrase(options.name, texts)
        aside = Vault.restore(path, dated, new, options.name if new else "", shares)
        told = texts.text("vault.cli.restored.new" if new else "vault.cli.restored.shares", name=options.name)
    else:
        name, passphrase = ask_name(texts, options.name), ask_secret(texts, "vault.cli.passphrase")
        aside = Vault.restore(path, _of_its_day(source, options, texts), passphrase, name)
    print_line(texts.text("vault.cli.restored", backup=str(source), path=str(path)))
    if aside is not None:
        print_line(texts.text("vault.cli.set_aside", path=str(aside)))
    if told:
        print_line(told)
    return 0


def _new_passphrase(name: str, texts: Catalog) -> str:
    """What the recovery words give `name` in the restored vault, where they are to. Raises NotTheSame."""
    if not name:
        return ""
    new = ask_secret(texts, "vault.cli.passphrase_new")
    if new and ask_secret(texts, "vault.cli.passphrase_again") != new:
        raise NotTheSame("unlock.error.not_the_same")
    return new


def _of_its_day(source: Path, options: argparse.Namespace, texts: Catalog) -> Path | DatedBackup:
    """The backup, with what opened it then where that is given."""
    from borg_triage.storage.backup_way import DatedBackup

    if not options.name_then:
        return source
    return DatedBackup(source, options.name_then, ask_secret(texts, "vault.cli.passphrase_then"))


def _info(options: argparse.Namespace, texts: Catalog) -> int:
    from borg_triage.app.vault_care import inside_lines, outside, outside_lines

    for line in outside_lines(outside(Path(options.vault)), texts):
        print_line(line)
    if options.name:
        with _open(options, texts) as vault:
            for line in inside_lines(vault, texts):
                print_line(line)
    return 0


def _rotate(options: argparse.Namespace, texts: Catalog) -> int:
    with _open(options, texts) as vault:
        vault.rotate()
        vault.backup()
    print_line(texts.text("vault.cli.rotated"))
    return 0


def _export_log(options: argparse.Namespace, texts: Catalog) -> int:
    from borg_triage.app.vault_care import export_log
    from borg_triage.storage.errors import VaultExists

    if options.file and os.path.lexists(options.file):
        raise VaultExists(Path(options.file))
    with _open(options, texts) as vault:
        lines = list(export_log(vault, options.format, options.case))
    if not options.file:
        for line in lines:
            print_line(line)
        return 0
    handle = os.open(options.file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(line + "\n" for line in lines)
    print_line(texts.plural("vault.cli.log_exported", len(lines), file=options.file))
    return 0
