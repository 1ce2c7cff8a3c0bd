"""Old cases come out to the letter with their own version; another version's changes are listed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from borg_triage.app.case_session import CaseSession
from borg_triage.app.examples import enter, read_example
from borg_triage.app.instruments import CURRENT, current, read_instrument, version
from borg_triage.app.resources import resources
from borg_triage.app.session import Session
from borg_triage.domain.instrument import USER_GROUPS
from borg_triage.storage.keys.cost import Cost
from tests.copies import lay_copy
from tests.examples import examples

MINORS = [example.name for example in examples() if example.name.startswith("minor-")]
PASSPHRASE = "een lange wachtzin voor de proef"
SHIPPED = resources().joinpath("instruments", *CURRENT)


def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "borg_triage", *arguments, "--language", "en"]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """A vault with three cases, four frozen results."""
    return tmp_path / lay_copy(tmp_path, make_vault)


def make_vault(folder: Path) -> str:
    path = folder / "team.borgvault"
    clock, floor = (lambda: datetime(2026, 11, 20, 9, tzinfo=UTC)), Cost.floor()
    session = Session.create(path, PASSPHRASE, "Sanne", clock=clock, cost=floor)
    for pseudonym, answers in (
        ("Linde", {"flag.stalking": "yes", "control.isolation": "yes"}),
        ("Beuk", {"ask.stress": "yes"}),
        ("Den", {}),
    ):
        case = session.new_case(pseudonym, "shelter")
        for item, value in answers.items():
            case.answer(item, value, note='zei: "het is niets"')
        case.freeze()
    case.answer("acute.danger_now", "yes")
    case.freeze()
    session.close()
    return path.name


def test_every_stored_result_replays(vault: Path) -> None:
    done = run("replay", str(vault), "--name", "Sanne", given=PASSPHRASE + "\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("4 stored results")
    assert "0 differ" in done.stdout


def test_a_result_kept_after_midnight_replays(tmp_path: Path) -> None:
    """The screen shows yesterday's assessment until something changes; that is the one that is kept."""
    path, now = tmp_path / "night.borgvault", [datetime(2026, 11, 20, 22, 59, tzinfo=UTC)]
    session = Session.create(path, PASSPHRASE, "Sanne", clock=lambda: now[0], cost=Cost.floor())
    case = session.new_case("Linde", "police")
    case.answer("acute.danger_now", "no", source="staff")
    now[0] += timedelta(hours=25)
    case.freeze()
    kept = session.vault.cases.results(case.id)[-1]
    session.close()
    assert json.loads(kept.output_json)["assessed_on"] == kept.assessed_on.isoformat() == "2026-11-20"
    done = run("replay", str(path), "--name", "Sanne", given=PASSPHRASE + "\n")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_wrong_passphrase_is_one_line(vault: Path) -> None:
    done = run("replay", str(vault), "--name", "Sanne", given="anders\n")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_a_result_that_no_longer_comes_out_is_named(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from borg_triage.app import replay
    from borg_triage.app.resources import catalog

    def otherwise(*arguments: Any) -> dict[str, Any]:
        return {"level": "calm"}

    monkeypatch.setattr(replay, "full_output", otherwise)
    lines: list[str] = []
    assert replay.replay(vault, PASSPHRASE, "Sanne", catalog("en"), lines.append) == 1
    assert len(lines) == 5
    assert "4 differ" in lines[-1]


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """A version in which any factor gives elevated."""
    folder = tmp_path / "1.1.0"
    shutil.copytree(SHIPPED, folder)
    for name, old, new in (
        ("instrument.toml", f'version = "{CURRENT[1]}"', 'version = "1.1.0"'),
        (
            "level.toml",
            'id = "level.attention.factor"\nfloor = "attention"',
            'id = "level.attention.factor"\nfloor = "elevated"',
        ),
    ):
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), "utf-8")
    return folder


def test_compare_lists_case_by_case_and_in_total(tmp_path: Path, stricter: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text("\n".join(json.dumps(example.case) for example in examples()), "utf-8")
    done = run("compare", str(cases), "--with", str(stricter))
    assert (done.returncode, done.stderr) == (0, "")
    *changed, total = [json.loads(line) for line in done.stdout.splitlines()]
    assert total["total"] == len(examples())
    assert total["changed"]["cases"] == len(changed) > 0
    assert total["versions"] == {"from": CURRENT[1], "to": "1.1.0"}
    for line in changed:
        assert line["changes"]["level"] == {"from": "attention", "to": "elevated"}


@pytest.fixture
def worked(tmp_path: Path) -> Path:
    """All worked cases, one a line; and each of the minors as every user group asks."""
    minors = [example.case for example in examples() if example.name in MINORS]
    groups = [case | {"user_group": group} for case in minors for group in USER_GROUPS]
    cases = tmp_path / "cases.jsonl"
    cases.write_text("\n".join(map(json.dumps, [*(one.case for one in examples()), *groups])), "utf-8")
    return cases


def test_compare_with_the_same_version_changes_nothing(worked: Path) -> None:
    done = run("compare", str(worked), "--from", CURRENT[1], "--with", CURRENT[1])
    assert json.loads(done.stdout)["changed"] == {}


@pytest.mark.parametrize(
    ("options", "old", "new"),
    [
        (["--with", "1.0.1"], "1.0.0", "1.0.1"),
        (["--from", "1.0.0", "--with", "1.0.1"], "1.0.0", "1.0.1"),
        (["--with", "1.0.0"], "1.0.1", "1.0.0"),
    ],
)
def test_compare_shows_what_1_0_1_mends_and_nothing_else(
    worked: Path, options: list[str], old: str, new: str
) -> None:
    """Level, pattern, gate and route are the same: only by when and in what form Veilig Thuis hears of it."""
    done = run("compare", str(worked), *options)
    assert (done.returncode, done.stderr) == (0, "")
    *changed, total = [json.loads(line) for line in done.stdout.splitlines()]
    assert total["versions"] == {"from": old, "to": new}
    minors = [example.case["answers"] for example in examples() if example.name in MINORS]
    answers = [json.loads(line)["answers"] for line in worked.read_text("utf-8").splitlines()]
    told = {line["line"]: line["changes"] for line in changed}
    reported = {"id": "veilig_thuis", "when": "today", "kind": "report"}
    assert sorted(told) == [line for line, given in enumerate(answers, start=1) if given in minors]
    assert total["changed"] == {"cases": 12, "destinations": 12}
    for changes in told.values():
        assert list(changes) == ["destinations"]
        places = changes["destinations"]
        mended, before = (places["to"], places["from"]) if new == "1.0.1" else (places["from"], places["to"])
        assert reported in mended
        assert reported not in before
        assert {to["id"] for to in mended} == {to["id"] for to in before}


@pytest.mark.parametrize("name", MINORS)
def test_a_case_of_an_earlier_version_goes_on_with_the_newer_one(name: str, tmp_path: Path) -> None:
    """What was kept stays to the letter; the open case is assessed anew, and kept with what it says now."""
    path, now = tmp_path / "old.borgvault", [read_example(name).at(14)]
    session = Session.create(path, PASSPHRASE, "Sanne", clock=lambda: now[0], cost=Cost.floor())
    case_id = enter(read_example(name), session, "Linde").id
    CaseSession(session, case_id, version("1.0.0")).freeze()
    before = session.vault.cases.results(case_id)[0]
    session.close()

    session = Session.open(path, PASSPHRASE, "Sanne", clock=lambda: now[0])
    case = session.open_case(case_id)
    assert case.view.instrument.version == "1.0.1"
    now[0] += timedelta(minutes=5)
    case.answer("context.pets", "yes")
    case.freeze()
    kept = session.vault.cases.results(case_id)
    assert kept[0] == before
    assert [row.instrument_version for row in kept] == ["1.0.0", "1.0.1"]
    told = [json.loads(row.output_json)["routes"]["destinations"] for row in kept]
    report = ("veilig_thuis", "today", "report")
    assert [report in [(to["id"], to["when"], to["kind"]) for to in places] for places in told] == [
        False,
        True,
    ]
    session.close()

    done = run("replay", str(path), "--name", "Sanne", given=PASSPHRASE + "\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2 stored results")


@pytest.mark.parametrize("other", ["9.9.9", "/nowhere"])
def test_an_unknown_version_is_one_line(tmp_path: Path, other: str) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(json.dumps(examples()[0].case), "utf-8")
    done = run("compare", str(cases), "--with", other)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_released_versions_are_as_they_were_released() -> None:
    from borg_triage.app.instruments import released

    for name, sha256 in released().items():
        folder = resources() / "instruments" / name.replace(" ", "/")
        assert read_instrument(folder).sha256 == sha256
    assert current().ref.version == CURRENT[1] == "1.0.1"
