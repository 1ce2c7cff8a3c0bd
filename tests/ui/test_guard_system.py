"""What the system tells of sleep and screen locks, and what the process does to itself."""

from __future__ import annotations

import ctypes
import os
import shutil
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import ClassInfo, QObject, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusUnixFileDescriptor, QDBusVariant
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from borg_triage.storage.errors import VaultClosed
from borg_triage.ui.guard import away, capture, logind
from borg_triage.ui.guard.windows import Message, SessionWatch, ShownWatch
from borg_triage.ui.jobs import Job
from tests.ui.conftest import Hand

LOGIN = "org.freedesktop.login1"
SESSION = "/org/freedesktop/login1/session/_32"
DAEMON = shutil.which("dbus-daemon") or ""

# ---------------------------------------------------------------- Windows, as its headers lay it out


@pytest.mark.parametrize(
    ("number", "what", "told"),
    [
        (0x0218, 0x4, ["asleep"]),
        (0x0218, 0x12, []),
        (0x02B1, 0x7, ["session"]),
        (0x02B1, 0x2, ["session"]),
        (0x02B1, 0x4, ["session"]),
        (0x02B1, 0x8, []),
        (0x0200, 0x7, []),
    ],
)
def test_windows_tells_of_sleep_and_of_the_lock(
    qapp: QApplication, number: int, what: int, told: list[str]
) -> None:
    heard: list[str] = []
    watch = SessionWatch(1, heard.append)
    message = Message(hwnd=1, message=number, wparam=what)
    assert watch.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(message)) == (False, 0)
    assert watch.nativeEventFilter(b"xcb_generic_event_t", ctypes.addressof(message)) == (False, 0)
    watch.stop()
    assert heard == told


def test_every_window_that_windows_shows_is_seen_menus_too(qapp: QApplication) -> None:
    seen: list[int] = []
    watch = ShownWatch(seen.append)
    for shown in (1, 0):
        message = Message(hwnd=77, message=0x0018, wparam=shown)
        watch.nativeEventFilter(b"windows_dispatcher_MSG", ctypes.addressof(message))
    watch.stop()
    assert seen == [77]


def test_a_message_is_as_long_as_windows_makes_it() -> None:
    assert ctypes.sizeof(Message) == 48
    assert Message.wparam.offset == 16


# ---------------------------------------------------------------- logind, on a bus of our own


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[tuple[QDBusConnection, QDBusConnection]]:
    """Two ends of a bus: ours, and one that speaks as logind would."""
    if not DAEMON:
        pytest.skip("there is no dbus-daemon here")
    config = tmp_path / "bus.conf"
    config.write_text(
        f"<busconfig><type>session</type><listen>unix:path={tmp_path}/bus</listen>"
        '<policy context="default"><allow send_destination="*"/><allow own="*"/><allow eavesdrop="true"/>'
        "</policy></busconfig>"
    )
    command = [DAEMON, f"--config-file={config}", "--nofork", "--nopidfile", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().strip()
        ends = [QDBusConnection.connectToBus(address, f"test-{name}") for name in ("ours", "login")]
        assert all(one.isConnected() for one in ends)
        assert ends[1].registerService(LOGIN)
        yield ends[0], ends[1]
        for name in ("ours", "login"):
            QDBusConnection.disconnectFromBus(f"test-{name}")
        daemon.terminate()


def say(end: QDBusConnection, path: str, interface: str, name: str, *arguments: object) -> None:
    message = QDBusMessage.createSignal(path, f"{LOGIN}{interface}", name)
    message.setArguments(list(arguments))
    assert end.send(message)


def test_logind_tells_of_sleep_and_of_a_session_that_is_locked(
    qapp: QApplication, bus: tuple[QDBusConnection, QDBusConnection], qtbot: QtBot
) -> None:
    ours, login = bus
    heard: list[str] = []
    watch = logind.Logind(qapp, ours, heard.append)
    say(login, "/org/freedesktop/login1", ".Manager", "PrepareForSleep", False)
    say(login, "/org/freedesktop/login1", ".Manager", "PrepareForSleep", True)
    say(login, SESSION, ".Session", "Unlock")
    say(login, SESSION, ".Session", "Lock")
    qtbot.waitUntil(lambda: heard == ["asleep", "session"], timeout=3000)
    watch.stop()
    say(login, SESSION, ".Session", "Lock")
    qtbot.wait(200)
    assert heard == ["asleep", "session"]


@pytest.mark.parametrize(("hint", "told"), [(True, ["session"]), (False, [])])
def test_a_desktop_that_only_notes_that_it_is_locked_is_heard(
    qapp: QApplication, hint: bool, told: list[str]
) -> None:
    heard: list[str] = []
    watch = logind.Logind(qapp, QDBusConnection("none"), heard.append)
    answer = QDBusMessage.createSignal("/", "a.b", "c")
    answer.setArguments([QDBusVariant(hint)])
    watch.answered(answer)
    watch.answered(QDBusMessage.createError("a.b", "no"))
    assert heard == told


@ClassInfo({"D-Bus Interface": f"{LOGIN}.Manager"})
class Manager(QObject):
    """What logind does with who wants to delay sleep. asked: what it was asked."""

    def __init__(self, end: QDBusConnection) -> None:
        super().__init__()
        self._end = end
        self.asked: list[tuple[str, ...]] = []
        self._lasts = -1
        assert end.registerObject(
            "/org/freedesktop/login1", self, QDBusConnection.RegisterOption.ExportAllSlots
        )

    @Slot(str, str, str, str, QDBusMessage)
    def Inhibit(self, what: str, who: str, why: str, mode: str, message: QDBusMessage) -> None:
        self.asked.append((what, who, why, mode))
        self._lasts, given = os.pipe()
        os.set_blocking(self._lasts, False)
        message.setDelayedReply(True)
        reply = message.createReply()
        reply.setArguments([QDBusUnixFileDescriptor(given)])
        self._end.send(reply)
        os.close(given)

    @property
    def waits(self) -> bool:
        """Whether the machine waits with its sleep for whoever asked last."""
        try:
            return os.read(self._lasts, 1) != b""
        except BlockingIOError:
            return True


def test_the_machine_waits_with_its_sleep_until_the_vault_is_locked(
    hand: Hand, bus: tuple[QDBusConnection, QDBusConnection], qtbot: QtBot
) -> None:
    ours, login = bus
    manager, guard = Manager(login), hand.window.guard
    assert guard is not None
    guard.told = logind.Logind(guard, ours, hand.window.lock)
    session = hand.session()
    qtbot.waitUntil(lambda: manager.asked != [], timeout=3000)
    qtbot.wait(200)
    assert manager.waits
    # Anybody on the machine can list these words.
    assert manager.asked == [("sleep", "desk", "closing a file", "delay")]
    say(login, "/org/freedesktop/login1", ".Manager", "PrepareForSleep", True)
    qtbot.waitUntil(lambda: not manager.waits, timeout=5000)
    with pytest.raises(VaultClosed):
        session.cases()
    assert hand.window.cover is not None
    say(login, "/org/freedesktop/login1", ".Manager", "PrepareForSleep", False)
    hand.click(hand.window.cover.go_on)
    hand.session()
    qtbot.waitUntil(lambda: len(manager.asked) == 2, timeout=3000)
    qtbot.wait(200)
    assert manager.waits
    hand.window.close()
    qtbot.waitUntil(lambda: not manager.waits, timeout=3000)


def test_the_machine_also_waits_where_a_locked_vault_waits_for_work(
    hand: Hand, bus: tuple[QDBusConnection, QDBusConnection], qtbot: QtBot
) -> None:
    """As long as the system lets it: somebody hid, and then shut the lid."""
    ours, login = bus
    manager, guard = Manager(login), hand.window.guard
    assert guard is not None
    guard.told = logind.Logind(guard, ours, hand.window.lock)
    session, end = hand.session(), threading.Event()
    qtbot.waitUntil(lambda: manager.asked != [], timeout=3000)
    heard: list[object] = []
    Job(hand.window.page, lambda: end.wait(20), heard.append, heard.append).start()
    hand.window.lock("hidden")
    assert hand.window.cover is not None
    hand.click(hand.window.cover.go_on)
    say(login, "/org/freedesktop/login1", ".Manager", "PrepareForSleep", True)
    qtbot.wait(300)
    assert manager.waits
    end.set()
    qtbot.waitUntil(lambda: not manager.waits, timeout=5000)
    assert heard == [True]
    with pytest.raises(VaultClosed):
        session.cases()


def test_where_the_bus_knows_no_such_service_nothing_is_waited_for(
    qapp: QApplication, bus: tuple[QDBusConnection, QDBusConnection], qtbot: QtBot
) -> None:
    watch = logind.Logind(qapp, bus[0], lambda _reason: None)
    watch.hold()
    qtbot.wait(200)
    watch.release()
    watch.delayed(QDBusMessage.createError("a.b", "no"))
    watch.stop()


def test_without_a_system_bus_nothing_is_listened_to_and_nothing_loaded_for_it(hand: Hand) -> None:
    if Path("/run/dbus/system_bus_socket").exists():
        pytest.skip("there is a system bus here")
    assert away.listen(hand.window, hand.window.windowHandle(), lambda _reason: None) is None


# ---------------------------------------------------------------- captures


def test_where_nothing_can_be_kept_out_of_captures_nothing_is_offered(hand: Hand) -> None:
    if sys.platform != "linux":
        pytest.skip("Linux offers nothing; others do")
    assert not capture.offered()
    texts = [one.text() for one in hand.window.header.look_menu().actions()]
    assert hand.t("look.hide_from_capture") not in texts


def test_where_it_is_offered_it_can_be_switched_off(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "offered", lambda: True)
    (action,) = [
        one
        for one in hand.window.header.look_menu().actions()
        if one.text() == hand.t("look.hide_from_capture")
    ]
    assert action.isChecked()
    action.trigger()
    assert not hand.window.context.settings.hide_from_capture


# ---------------------------------------------------------------- the process

PROBE = """
import resource, time, typing, contextlib, os, faulthandler, sys
faulthandler.enable()
from borg_triage.app.hardening import harden
began = time.perf_counter()
harden()
took = time.perf_counter() - began
print(took * 1000)
print(*resource.getrlimit(resource.RLIMIT_CORE))
print(oct(os.umask(0)))
print(faulthandler.is_enabled())
import ctypes
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
print(os.stat("/proc/self/mem").st_uid)
sys.stdout.flush()
sys.stdin.readline()
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="what Linux does")


def probe() -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE], input="\n", capture_output=True, text=True, check=True
    )
    return done.stdout.split("\n")


@linux
def test_a_process_leaves_no_core_and_shows_no_memory_and_makes_private_files() -> None:
    _, limits, mask, fault, dumpable, owner, _ = probe()
    assert limits == "0 0"
    assert mask == "0o77"
    assert fault == "False"
    assert dumpable == "0"
    # Not its user's own any more: only root may open it.
    assert owner == "0"


@linux
def test_the_whole_program_begins_with_it() -> None:
    told = (
        "import atexit, os, resource, ctypes; from borg_triage.__main__ import main;"
        "core = lambda: resource.getrlimit(resource.RLIMIT_CORE)[0];"
        "atexit.register(lambda: print(core(), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), os.umask(0)));"
        "main(['--version'])"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=False)
    assert done.stdout.split("\n")[-2] == "0 0 63", done


SAME_USER = """
import ctypes, faulthandler, os, resource, sys
from borg_triage.app.hardening import harden
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # to become another user hardens too
ready, go = os.pipe(), os.pipe()
child = os.fork()
if child == 0:
    os.close(go[1])
    if sys.argv[1] == "hardened":
        harden()
    os.write(ready[1], b"x")
    os.read(go[0], 1)
    os._exit(0)
os.close(ready[1])
os.read(ready[0], 1)
try:
    with open(f"/proc/{child}/environ", "rb") as file:
        print("read" if file.read() else "nothing")
except PermissionError:
    print("refused")
os.write(go[1], b"x")
"""


@linux
@pytest.mark.parametrize(("how", "outcome"), [("hardened", "refused"), ("as it was", "read")])
def test_another_program_of_the_same_user_cannot_look_into_it(how: str, outcome: str) -> None:
    command = [sys.executable, "-c", SAME_USER, how]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.strip() == outcome


@linux
def test_it_takes_less_than_two_milliseconds() -> None:
    took = [float(probe()[0]) for _ in range(7)]
    print(f"hardening: median {statistics.median(took):.2f} ms")
    assert min(took) < 2
