"""The delay after wrong tries: how long, after a restart, with a clock set back, in a read-only folder."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from borg_triage.storage.keys.tries import Tries, delay_after, tries_path

ROOT = Path(__file__).resolve().parents[3]
START = datetime(2026, 11, 22, 9, tzinfo=UTC).timestamp()


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return tmp_path / "team.borgvault"


def test_none_for_three_then_doubling_to_five_minutes(vault: Path, clock: Clock) -> None:
    tries = Tries(vault, clock)
    assert tries.wait() == 0
    waits = []
    for _try in range(15):
        tries.failed()
        waits.append(tries.wait())
        clock.now += tries.wait()
        assert tries.wait() == 0
    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert delay_after(10**9) == 300


def test_the_wait_runs_down(vault: Path, clock: Clock) -> None:
    tries = Tries(vault, clock)
    for _try in range(7):
        tries.failed()
    clock.now += 2.5
    assert tries.wait() == 5.5
    clock.now += 60
    assert tries.wait() == 0


def test_a_success_gives_the_failures_and_starts_anew(vault: Path, clock: Clock) -> None:
    tries = Tries(vault, clock)
    for _try in range(5):
        tries.failed()
        clock.now += 10
    expected = [datetime.fromtimestamp(START + 10 * number, UTC) for number in range(5)]
    assert tries.failures() == expected
    assert tries.take() == expected
    assert tries.take() == tries.failures() == []
    assert tries.wait() == 0
    assert list(vault.parent.iterdir()) == []
    tries.failed()
    assert tries.wait() == 0


IN_ANOTHER_PROGRAM = """
import sys
from pathlib import Path
from borg_triage.storage.keys.tries import Tries
tries = Tries(Path(sys.argv[1]), lambda: float(sys.argv[2]))
for _ in range(int(sys.argv[3])):
    tries.failed()
print(tries.wait(), len(tries.failures()))
"""


def elsewhere(vault: Path, now: float, failures: int) -> str:
    done = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROGRAM, str(vault), str(now), str(failures)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_it_survives_a_restart(vault: Path) -> None:
    assert elsewhere(vault, START, 6) == "4.0 6"
    assert elsewhere(vault, START + 1, 0) == "3.0 6"
    assert elsewhere(vault, START + 4, 1) == "8.0 7"


def test_two_programs_count_together(vault: Path, clock: Clock) -> None:
    tries = Tries(vault, clock)
    for _try in range(4):
        tries.failed()
    assert elsewhere(vault, START, 1) == "2.0 5"
    assert tries.wait() == 2
    assert len(tries.failures()) == 5


def test_deleting_the_file_helps_nobody_while_the_program_runs(vault: Path, clock: Clock) -> None:
    for _try in range(6):
        Tries(vault, clock).failed()
    tries_path(vault).unlink()
    assert Tries(vault, clock).wait() == 4


@pytest.mark.parametrize("back", [1, 3600, 10 * 365 * 86400, START])
def test_a_clock_that_goes_back(vault: Path, clock: Clock, back: float) -> None:
    for _try in range(8):
        Tries(vault, clock).failed()
    clock.now += 10 - back
    tries = Tries(vault, clock)
    # The whole delay from now, neither more nor less, and it runs down.
    assert tries.wait() == (16 if back > 10 else 16 - 10 + back)
    clock.now += 16
    assert tries.wait() == 0


def test_a_clock_set_forward_does_not_shorten_the_delay(vault: Path, clock: Clock) -> None:
    timer = Clock()
    timer.now = 5000.0
    for _try in range(8):
        Tries(vault, clock, timer).failed()
    clock.now += 86400
    timer.now += 10
    # Another program on this machine: its timer is the same.
    assert Tries(vault, clock, timer).wait() == 6
    timer.now += 6
    assert Tries(vault, clock, timer).wait() == 0


def test_after_a_restart_of_the_machine_the_clock_counts(vault: Path, clock: Clock) -> None:
    timer = Clock()
    timer.now = 5000.0
    for _try in range(8):
        Tries(vault, clock, timer).failed()
    timer.now = 3.0
    clock.now += 10
    assert Tries(vault, clock, timer).wait() == 6
    clock.now += 6
    assert Tries(vault, clock, timer).wait() == 0


def test_both_set_back_cost_the_delay_once(vault: Path, clock: Clock) -> None:
    timer = Clock()
    timer.now = 5000.0
    for _try in range(8):
        Tries(vault, clock, timer).failed()
    clock.now -= 10**8
    timer.now += 1
    assert Tries(vault, clock, timer).wait() == 16
    clock.now += 16
    timer.now += 16
    assert Tries(vault, clock, timer).wait() == 0


def test_a_file_of_an_earlier_program_goes_by_the_clock(vault: Path, clock: Clock) -> None:
    tries_path(vault).write_text(f'{{"count":8,"since":{START},"failed":[{START}],"format":1}}')
    clock.now += 10
    assert Tries(vault, clock, lambda: 7.0).wait() == 6


def test_the_first_seconds_after_1970(vault: Path, clock: Clock) -> None:
    clock.now = -5.0
    tries = Tries(vault, clock)
    for _try in range(5):
        tries.failed()
    assert tries.wait() == 2
    assert len(tries.take()) == 5


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(steps=st.lists(st.floats(-1e9, 1e9) | st.just("fail"), max_size=12))
def test_nobody_ever_waits_longer_than_the_delay(tmp_path: Path, steps: list[float | str]) -> None:
    vault, clock = tmp_path / "team.borgvault", Clock()
    tries, failures = Tries(vault, clock), 0
    tries.take()
    for step in steps:
        if isinstance(step, str):
            tries.failed()
            failures += 1
            assert tries.wait() == delay_after(failures)
        else:
            clock.now += step
        assert 0 <= tries.wait() <= delay_after(failures) <= 300
        before = tries.wait()
        clock.now += before
        assert tries.wait() == pytest.approx(0, abs=1e-3)
    assert len(tries.take()) == failures


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe\0",
        b"[" * 50_000,
        b'{"count":-1,"since":0,"failed":[]}',
        b'{"count":5,"since":1e999,"failed":[]}',
        b'{"count":5,"since":NaN,"failed":[]}',
        b'{"count":5,"since":"now","failed":[]}',
        b'{"count":1e3,"since":0,"failed":[]}',
        b'{"count":5,"since":0,"failed":[1e300]}',
        b'{"count":5,"since":0,"failed":7}',
        b'{"count":' + b"9" * 10_000 + b',"since":0,"failed":[]}',
        b'{"count":5}',
    ],
)
def test_a_file_that_is_none_is_passed_over(vault: Path, clock: Clock, content: bytes) -> None:
    tries_path(vault).write_bytes(content)
    tries = Tries(vault, clock)
    assert (tries.wait(), tries.failures()) == (0, [])
    for _try in range(4):
        tries.failed()
    assert tries.wait() == 1
    assert len(tries.take()) == 4


def test_a_file_from_the_future_locks_nobody_out(vault: Path, clock: Clock) -> None:
    tries_path(vault).write_bytes(b'{"count":999999,"since":252000000000,"failed":[252000000000]}')
    tries = Tries(vault, clock)
    assert tries.wait() == 300
    clock.now += 300
    assert tries.wait() == 0


def test_the_file_stays_small(vault: Path, clock: Clock) -> None:
    many = ",".join([str(START)] * 999)
    tries_path(vault).write_text(f'{{"count":999,"since":{START},"failed":[{many}]}}')
    for _try in range(3):
        Tries(vault, clock).failed()
        clock.now += 300
    assert len(Tries(vault, clock).failures()) == 1000
    assert tries_path(vault).stat().st_size < 50_000
    assert elsewhere(vault, clock.now, 0) == "0.0 1000"


def test_a_folder_that_takes_nothing_is_remembered_by_the_program(tmp_path: Path, clock: Clock) -> None:
    # No rights would not stop the administrator's account; a folder that is not there stops everybody.
    vault = tmp_path / "gone" / "team.borgvault"
    for _try in range(5):
        Tries(vault, clock).failed()
    assert Tries(vault, clock).wait() == 2
    assert len(Tries(vault, clock).take()) == 5
    assert Tries(vault, clock).wait() == 0


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights of POSIX")
def test_a_read_only_folder(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "shelf"
    folder.mkdir()
    vault = folder / "team.borgvault"
    folder.chmod(0o500)
    try:
        for _try in range(5):
            Tries(vault, clock).failed()
        assert Tries(vault, clock).wait() == 2
        assert (list(folder.iterdir()) == []) == (os.geteuid() != 0)
    finally:
        folder.chmod(0o700)


def test_the_file_holds_moments_only(vault: Path, clock: Clock) -> None:
    Tries(vault, clock).failed()
    text = tries_path(vault).read_text()
    assert not set(text) - set('{}[]":,.0123456789 countsinceformatfailed')
    if os.name != "nt":
        assert tries_path(vault).stat().st_mode & 0o777 == 0o600


def test_one_place_by_two_paths(vault: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(vault.parent)
    for _try in range(5):
        Tries(Path(vault.name), clock).failed()
    assert Tries(vault, clock).wait() == 2
