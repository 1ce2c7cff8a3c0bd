"""After a working day at the real windows, with a crash in it: nothing that was typed lies on the disk in
plain, no file was written elsewhere, and there was no network call. `tests.ui.day` is what is done in it.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from pypdf import PdfReader

from borg_triage.storage.codec import folded
from borg_triage.storage.keying import RawKey
from borg_triage.storage.vault import Vault
from tests.ui.day_lot import MEMBER, OWNER, OWNER_SECOND, STEMS

ROOT: Final = Path(__file__).parents[2]
NOTES: Final = 120
FOLDERS: Final = {
    "HOME": "home",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_CACHE_HOME": "cache",
    "XDG_STATE_HOME": "state",
    "XDG_RUNTIME_DIR": "runtime",
    **dict.fromkeys(("TMPDIR", "TMP", "TEMP", "SQLITE_TMPDIR"), "temporary"),
}
FORMS: Final = ("utf-8", "utf-16-le", "utf-16-be")
STRACE: Final = shutil.which("strace")
_NO_STRACE: Final = (
    "strace is not there, or may not look at a program; make setup installs it when it is root"
)
# The program stops only at the calls that are asked for: it makes very many to lock and wipe its memory.
_QUICK: Final = ("-f", "--seccomp-bpf")
_TRACED: Final = "trace=%network,open,openat,openat2,creat"
# Files on this machine: its own bus, which says when the screen locks, and its list of users.
_LOCAL: Final = ("/run/dbus/system_bus_socket", "/var/run/dbus/system_bus_socket", "/var/run/nscd/socket")

posix = pytest.mark.skipif(os.name == "nt", reason="the folders and signals of POSIX")
linux = pytest.mark.skipif(sys.platform != "linux", reason="strace is of Linux")


@dataclass
class Day:
    """What was played. typed: every string; secrets: what the program showed once; keys: of the database."""

    root: Path
    typed: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    traces: list[str] = field(default_factory=list)

    @property
    def vault(self) -> Path:
        return next((self.root / "data").rglob("*.borgvault"))


def environment(root: Path) -> dict[str, str]:
    """Every folder that a program may write to, inside `root`; no display and no session bus."""
    for name in (*FOLDERS.values(), "work"):
        (root / name).mkdir(mode=0o700, exist_ok=True)
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "BORG_TRIAGE_CONFIG")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    own = {name: str(root / folder) for name, folder in FOLDERS.items()}
    python = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return {**kept, **own, **python, "QT_QPA_PLATFORM": "offscreen"}


def with_cores() -> None:
    """Let a program that dies leave its memory behind, unless it forbids that itself."""
    import resource

    _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def traced(command: Sequence[str], trace: Path) -> list[str]:
    """The command under strace, where that works: what needs the trace asks for it."""
    if not strace_works():
        return list(command)
    assert STRACE is not None
    return [STRACE, *_QUICK, "-qq", "-yy", "-s", "200", "-e", _TRACED, "-o", str(trace), *command]


@cache
def strace_works() -> bool:
    if STRACE is None:
        return False
    command = [STRACE, *_QUICK, "-qq", "-o", os.devnull, "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def play(day: Day, part: str, *names: str) -> int:
    """Half a day in a process of its own; how it ended."""
    trace = day.root.with_name(f"trace-{part}")
    papers = day.root / FOLDERS["HOME"] / "Documents"
    command = [sys.executable, "-m", "tests.ui.day", part, str(papers), str(NOTES), *names]
    done = subprocess.run(
        traced(command, trace),
        cwd=day.root / "work",
        env=environment(day.root),
        capture_output=True,
        check=False,
        text=True,
        preexec_fn=with_cores,
    )
    lists = {"typed": day.typed, "secret": day.secrets, "case": day.cases, "done": day.done}
    for line in done.stdout.splitlines():
        kind, text = json.loads(line)
        if kind == "key":
            day.keys.append(bytes.fromhex(text))
        else:
            lists[kind].append(text)
    assert done.stderr == "", done.stderr[-4000:]
    if trace.exists():
        day.traces += trace.read_text("utf-8", "replace").splitlines()
    return done.returncode


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """Played once for all that is asked about it: it takes most of a minute."""
    root = tmp_path_factory.mktemp("day") / "root"
    root.mkdir()
    day = Day(root)
    died = play(day, "morning")
    assert abs(died) in (signal.SIGSEGV, 128 + signal.SIGSEGV), day.done
    assert play(day, "afternoon", *day.cases) == 0, day.done
    check_that_it_was_played(day)
    return day


@posix
@pytest.mark.timeout(600)
def test_a_working_day_leaves_nothing_in_plain(day: Day) -> None:
    typed = set(day.typed)
    assert len(typed) >= 200
    assert all(any(stem in text.casefold() for stem in STEMS) for text in typed)
    assert len(set(day.secrets)) >= 7
    assert found_in(day.root, [*typed, *set(day.secrets), *(key.hex() for key in day.keys)], day.keys) == []


@linux
@pytest.mark.timeout(600)
def test_a_working_day_calls_nobody_and_writes_nowhere_else(day: Day) -> None:
    assert strace_works(), _NO_STRACE
    assert len(day.traces) > 1000
    assert network_calls(day.traces) == []
    written = written_files(day.traces)
    assert {Path(name).name for name in written} >= {day.vault.name, f"{day.vault.name}-wal"}
    assert {name for name in written if not Path(name).is_relative_to(day.root)} <= {"/dev/null"}


# ---------------------------------------------------------------- the search


def found_in(root: Path, strings: Sequence[str], keys: Sequence[bytes] = ()) -> list[tuple[str, str]]:
    """Which strings lie in which files or names of files, as they are or packed."""
    exact = {pattern: text for text in strings for pattern in as_typed(text)}
    packed = {pattern: stem for stem in STEMS for pattern in as_packed(stem)}
    hits = []
    for path in sorted(root.rglob("*")):
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        for whole in (str(path.relative_to(root)).encode(), content, *unpacked(content)):
            low = whole.lower()
            hits += [(text, path.name) for pattern, text in exact.items() if pattern in low]
            hits += [(stem, path.name) for pattern, stem in packed.items() if pattern in whole]
        hits += [(key.hex(), path.name) for key in keys if key[:16] in content or key[16:] in content]
    return hits


def as_typed(text: str) -> set[bytes]:
    """A string in every encoding, all of it small: so is what is searched."""
    variants = (text, text.lower(), text.upper(), folded(text))
    return {one.encode(form).lower() for one in variants for form in FORMS}


def as_packed(stem: str) -> Iterator[bytes]:
    """A word inside base64, wherever it starts, and as hexadecimal digits."""
    for word in (stem, stem.title()):
        for form in FORMS:
            data = word.encode(form)
            yield from (data.hex().encode(), data.hex().upper().encode())
            for before in range(3):
                # The signs at both ends also hold bits of what stands beside it.
                whole = base64.b64encode(bytes(before) + data)
                yield whole[(0, 2, 3)[before] : -4]


def unpacked(content: bytes) -> Iterator[bytes]:
    """What comes out behind every sign that might start a packed part: zlib, gzip, an entry of a zip."""
    starts: list[tuple[int, int]] = [
        *((match.start(), zlib.MAX_WBITS) for match in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", content)),
        *((match.start(), 16 + zlib.MAX_WBITS) for match in re.finditer(rb"\x1f\x8b\x08", content)),
    ]
    for match in re.finditer(rb"PK\x03\x04.{22}(..)(..)", content, re.DOTALL):
        lengths = (int.from_bytes(part, "little") for part in match.groups())
        starts.append((match.end() + sum(lengths), -zlib.MAX_WBITS))
    for start, bits in starts:
        try:
            part = zlib.decompressobj(bits).decompress(content[start:], 1 << 22)
        except zlib.error:
            continue
        # A few bytes come out of almost anything.
        if len(part) > 8:
            yield part


# ---------------------------------------------------------------- what was played


def check_that_it_was_played(day: Day) -> None:
    """All of it was done, and what was kept is in the vault, word for word."""
    steps = {
        *("made a vault", "noted calls", "answered with notes", "judged", "overrode", "handed over"),
        *("kept the file", "locked", "opened it", "cared for the vault", "hid with Escape", "died"),
        *("broke the glass", "erased", "withdrew a colleague", "closed"),
    }
    assert set(day.done) >= steps
    kinds = {path.name.partition(".")[2] for path in day.root.rglob("*") if path.is_file()}
    assert {"borgvault", "borgvault-keys", "borgvault-keys-copy", "pdf", "json"} <= kinds
    assert list(day.vault.with_name(f"{day.vault.stem}-backups").iterdir())
    papers = list((day.root / "home").rglob("*.pdf"))
    assert len(papers) == 3
    for paper in papers:
        assert PdfReader(paper).is_encrypted
    # The file dialog was used, and kept nothing.
    assert not list(day.root.rglob("QtProject*"))
    # Only the last of the three keys opens it: the others were changed in between.
    assert len(set(day.keys)) == 3
    inside = all_text(day.vault, day.keys[-1])
    kept, gone = day.cases
    assert kept in inside
    assert gone not in inside
    assert OWNER in inside
    assert MEMBER in inside
    stored = [text for text in set(day.typed) if text in inside]
    assert len(stored) > NOTES
    with Vault.open(day.vault, OWNER_SECOND, OWNER) as vault:
        assert (vault.cases.count(kept), vault.cases.count(gone)) == (1, 0)
        assert all(finding.good for finding in vault.check())


def all_text(vault: Path, key: bytes) -> str:
    """Everything that stands in the tables."""
    with Vault.open(vault, RawKey(key)) as opened:
        database = opened._database
        tables = [row[0] for row in database.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows = [row for table in tables for row in database.rows(f"SELECT * FROM {table}")]
    return "\n".join(str(value) for row in rows for value in row)


@pytest.mark.parametrize(
    "write",
    [
        lambda text: text.encode("utf-8"),
        lambda text: b"\0x" + text.encode("utf-16-le"),
        lambda text: text.upper().encode("utf-16-be"),
        lambda text: folded(text).encode("utf-8"),
        lambda text: b"{" + base64.b64encode(f"a{text}".encode()) + b"}",
        lambda text: base64.b64encode(f"ab{text}z".encode("utf-16-le")),
        lambda text: binascii.hexlify(text.encode()),
        lambda text: os.urandom(99) + zlib.compress(text.encode()) + os.urandom(99),
        lambda text: zlib.compress(f"<< {text} >>".encode(), wbits=31),
    ],
)
def test_the_search_finds_what_is_in_plain(tmp_path: Path, write: Callable[[str], bytes]) -> None:
    """So does one string, in one file of the day, whatever it is packed in."""
    text = f"Édith {STEMS[4]} keer 017"
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.borgvault-wal").write_bytes(os.urandom(5000) + write(text) + os.urandom(5000))
    assert {name for _, name in found_in(tmp_path, [text])} == {"x.borgvault-wal"}


def test_the_search_finds_keys_and_names_of_files(tmp_path: Path) -> None:
    key, text = bytes(range(100, 132)), f"paper for {STEMS[1]}"
    (tmp_path / text.upper()).write_bytes(b"")
    (tmp_path / "core").write_bytes(b"memory" + key[16:] + b"memory")
    assert (text, text.upper()) in found_in(tmp_path, [text])
    assert (key.hex(), "core") in found_in(tmp_path, [], [key])


# ---------------------------------------------------------------- the trace


def network_calls(lines: Sequence[str]) -> list[str]:
    """The calls of a trace that make, name or use a socket, but for those to this machine's own services."""
    calls = re.compile(
        r"\b(socket|connect|bind|listen|accept4?|send(to|m?msg)|recv(from|m?msg)|shutdown|getsockname|"
        r"getpeername|[gs]etsockopt)\("
    )
    return [line for line in lines if calls.search(line) and not is_local(line)]


def is_local(line: str) -> bool:
    if "connect(" in line or "bind(" in line:
        return any(f'sun_path="{path}"' in line for path in _LOCAL)
    return "AF_UNIX" in line or "<UNIX" in line


def written_files(lines: Sequence[str]) -> set[str]:
    """The files of a trace that were opened to be written or made, as the kernel names them."""
    opened = (line for line in lines if re.search(r"O_WRONLY|O_RDWR|O_CREAT|creat\(", line))
    return {match[1] for line in opened if (match := re.search(r"= \d+<(.*)>$", line))}


@linux
def test_the_trace_shows_a_network_call_and_a_file(tmp_path: Path) -> None:
    """The control: what a program does of both is seen."""
    assert strace_works(), _NO_STRACE
    target = tmp_path / "made elsewhere"
    script = (
        "import socket, sys; open(sys.argv[1], 'w'); socket.socket().connect_ex(('127.0.0.1', 9)); "
        "socket.socket(socket.AF_UNIX).connect_ex('/nowhere'); "
        "a, b = socket.socketpair(); a.send(b'to itself')"
    )
    trace = tmp_path / "trace"
    subprocess.run(traced([sys.executable, "-c", script, str(target)], trace), check=True)
    lines = trace.read_text("utf-8").splitlines()
    called = "\n".join(network_calls(lines))
    assert "127.0.0.1" in called
    assert "/nowhere" in called
    assert "to itself" not in called
    assert str(target) in written_files(lines)
