"""What is due in a vault, what people set for a case, and erasing: each in the log, none by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from borg_triage.app import retention
from borg_triage.app.acting import Acting
from borg_triage.app.log_text import sentence
from borg_triage.app.resources import catalog
from borg_triage.app.retention_profiles import RetentionError, new_period, profiles, shipped
from borg_triage.domain.retention import Stage
from borg_triage.storage.erasing import Left
from borg_triage.storage.errors import CaseMissing
from borg_triage.storage.keying import RawKey
from borg_triage.storage.places import draft_path
from borg_triage.storage.records import NewCase
from borg_triage.storage.retention import Retention
from borg_triage.storage.vault import Vault
from tests.storage.samples import copied_vault

KEY = RawKey(bytes(range(32)))
OPENED = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)  # in the Netherlands it is February already
ACTING = Acting(
    person="Sanne Kuiper", person_id="p1", role="owner", at=datetime(2026, 5, 1, tzinfo=UTC), purpose="beheer"
)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with copied_vault(tmp_path) as opened:
        yield opened


def new_case(vault: Vault, group: str = "police", at: datetime = OPENED) -> str:
    new = NewCase(pseudonym="Wilg", user_group=group, language="nl", opened_at=at, opened_by="Sanne")
    return vault.cases.create(new).id


def stage(vault: Vault, case_id: str, today: date) -> Stage:
    return retention.of_case(vault, case_id, today).stage


# ---------------------------------------------------------------- profiles


def test_every_value_says_where_it_comes_from_and_whether_that_was_seen() -> None:
    ours = shipped()
    assert {name: profile.id for name, profile in ours.items()} == {name: name for name in ours}
    assert (ours["police"].hidden, ours["veilig_thuis"].hidden) != (None, None)
    found = {
        f"{name}.{value}": (period.length, period.status)
        for name, profile in ours.items()
        for value in ("hidden", "erased", "handed_over")
        if (period := getattr(profile, value)) is not None
    }
    assert found == {
        "police.hidden": ("P5Y", "confirmed"),
        "police.erased": ("P10Y", "confirmed"),
        "police.handed_over": ("P30D", "unconfirmed"),
        "shelter.erased": ("P15Y", "unconfirmed"),
        "shelter.handed_over": ("P90D", "unconfirmed"),
        "veilig_thuis.erased": ("P15Y", "confirmed"),
        "veilig_thuis.handed_over": ("P30D", "unconfirmed"),
    }


def test_an_organisation_sets_its_own_values_and_takes_them_back(vault: Vault) -> None:
    retention.change_period(vault, ACTING, "veilig_thuis", "erased", "P20Y", "Wmo 2015, nieuwe tekst")
    retention.change_clock(vault, ACTING, "veilig_thuis", "closed")
    retention.change_working_copy(vault, ACTING, "veilig_thuis", working_copy=False)
    ours = profiles(vault.settings)["veilig_thuis"]
    assert (ours.erased.length, ours.erased.source, ours.erased.status) == (
        "P20Y",
        "Wmo 2015, nieuwe tekst",
        "organisation",
    )
    assert (ours.clock, ours.working_copy) == ("closed", False)
    assert profiles(vault.settings)["police"] == shipped()["police"]
    retention.change_period(vault, ACTING, "veilig_thuis", "erased", "")
    assert profiles(vault.settings)["veilig_thuis"].erased == shipped()["veilig_thuis"].erased
    logged = [entry.detail for entry in vault.log.entries() if entry.action == "retention_changed"]
    assert [detail["setting"] for detail in logged] == [
        "retention.veilig_thuis.erased",
        "retention.veilig_thuis.clock",
        "retention.veilig_thuis.working_copy",
        "retention.veilig_thuis.erased",
    ]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("police", "erased", "P2Y", "eigen"), "retention.error.order"),
        (("police", "hidden", "P11Y", "eigen"), "retention.error.order"),
        (("police", "hidden", "P0D", "eigen"), "retention.error.length"),
        (("police", "idle", "P1000Y", "eigen"), "retention.error.length"),
        (("police", "erased", "lang", "eigen"), "retention.error.length"),
        (("police", "erased", "P0D", "eigen"), "retention.error.length"),
        (("police", "erased", "P12Y", "  "), "retention.error.source"),
        (("police", "id", "P12Y", "eigen"), "retention.error.value"),
        (("municipality", "erased", "P12Y", "eigen"), "retention.error.value"),
    ],
)
def test_a_value_that_makes_no_sense_changes_nothing(
    vault: Vault, change: tuple[str, str, str, str], key: str
) -> None:
    before = (vault.settings.all(), vault.log.head())
    with pytest.raises(RetentionError) as caught:
        retention.change_period(vault, ACTING, *change)
    assert caught.value.key == key
    assert (vault.settings.all(), vault.log.head()) == before
    for language in ("nl", "en"):
        assert "⟦" not in catalog(language).text(key, **caught.value.params)


def test_a_change_says_what_it_would_do_before_it_is_kept(vault: Vault) -> None:
    today = date(2026, 5, 1)
    for year in (2015, 2019, 2023, 2024):
        new_case(vault, "police", datetime(year, 3, 1, tzinfo=UTC))
    new_case(vault, "shelter", datetime(2019, 3, 1, tzinfo=UTC))
    before = (vault.settings.all(), vault.log.head())
    shorter = new_period("police", "erased", "P6Y", "eigen besluit")
    assert retention.effect(vault, shorter, today) == (1, 0, 0)
    assert retention.effect(vault, new_period("police", "hidden", "P3Y", "eigen"), today) == (0, 1, 0)
    assert retention.effect(vault, new_period("police", "idle", "P3Y", "eigen"), today) == (0, 0, 0)
    with pytest.raises(RetentionError):
        retention.effect(vault, new_period("police", "hidden", "P3X", "eigen"), today)
    assert (vault.settings.all(), vault.log.head()) == before
    retention.change(vault, ACTING, shorter)
    erase = [case for case in retention.due_cases(vault, today) if case.stage is Stage.ERASE]
    assert len(erase) == 2


def test_a_term_that_was_too_short_by_mistake_can_be_mended(vault: Vault) -> None:
    today = ACTING.at.date()
    mine, by_somebody = new_case(vault), new_case(vault)
    vault.retention.restrict(by_somebody, "p1", ACTING.at, "een collega kent hem")
    retention.change_period(vault, ACTING, "police", "hidden", "P5D", "vergissing")
    assert retention.hide_what_is_due(vault, ACTING, today) == [mine]
    back = new_period("police", "hidden", "", "")
    assert retention.effect(vault, back, today) == (0, 0, 1)
    retention.change(vault, ACTING, back)
    assert vault.retention.restriction(mine) is None
    assert vault.retention.restriction(by_somebody) is not None
    assert [entry.detail for entry in vault.log.entries(mine)] == [
        {"why": "retention"},
        {"kind": "term_lifted"},
    ]


def test_the_log_says_which_term_and_what_it_is_now(vault: Vault) -> None:
    retention.change_period(vault, ACTING, "police", "erased", "P7Y6M", "eigen besluit")
    retention.change_period(vault, ACTING, "shelter", "hidden", "P1Y", "eigen besluit")
    retention.change_period(vault, ACTING, "shelter", "hidden", "")
    retention.change_clock(vault, ACTING, "police", "closed")
    retention.change_working_copy(vault, ACTING, "police", working_copy=False)
    texts = catalog("nl")
    said = [sentence(entry, texts) for entry in vault.log.entries()]
    endings = (
        "Politie, Wissen na: nu 7 jaar en 6 maanden.",
        "Opvang, Afschermen na: nu 1 jaar.",
        "Opvang, Afschermen na: nu niet ingesteld.",
        "Politie, Begin van de termijn: nu de dag waarop de zaak is afgesloten.",
        "Politie, Werkkopie: nu nee, een zaak blijft ook na een overdracht.",
    )
    for line, ending in zip(said, endings, strict=True):
        assert line.startswith("Sanne Kuiper")
        assert line.endswith(ending)
    assert not any("besluit" in str(entry) for entry in vault.log.entries())


# ---------------------------------------------------------------- one case


def test_the_days_of_a_case_are_dutch_days(vault: Vault) -> None:
    due = retention.of_case(vault, new_case(vault), date(2026, 5, 1)).due
    assert (due.clock, due.hide_on, due.erase_on) == (date(2026, 2, 1), date(2031, 2, 1), date(2036, 2, 1))


def test_a_confirmed_hand_over_lets_a_working_copy_go(vault: Vault) -> None:
    case = new_case(vault)
    assert stage(vault, case, date(2026, 5, 31)) is Stage.KEPT
    retention.confirm_hand_over(vault, case, ACTING, ACTING.at)
    assert stage(vault, case, date(2026, 5, 16)) is Stage.KEPT
    assert stage(vault, case, date(2026, 5, 17)) is Stage.REMIND
    assert stage(vault, case, date(2026, 5, 31)) is Stage.ERASE
    retention.set_working_copy(vault, case, ACTING, working_copy=False)
    assert stage(vault, case, date(2026, 5, 31)) is Stage.KEPT


def test_people_set_another_day_a_hold_a_start_and_a_profile(vault: Vault) -> None:
    case = new_case(vault, "shelter")
    assert retention.of_case(vault, case, date(2026, 5, 1)).due.why == "not_started"
    set_by_hand = Retention(
        changed_at=ACTING.at, changed_by=ACTING.person, profile="police", clock_start=OPENED
    )
    vault.retention.put(case, set_by_hand)
    shown = retention.of_case(vault, case, date(2026, 5, 1))
    assert (shown.profile, shown.due.erase_on) == ("police", date(2036, 2, 1))
    retention.keep_until(vault, case, ACTING, date(2040, 1, 1), "jongste kind wordt 18")
    assert retention.of_case(vault, case, date(2040, 1, 1)).stage is Stage.ERASE
    retention.hold(vault, case, ACTING, "klacht loopt")
    assert retention.of_case(vault, case, date(2040, 1, 1)).stage is Stage.HELD
    kept = vault.retention.get(case)
    assert kept is not None
    assert (kept.keep_reason, kept.hold_reason) == ("jongste kind wordt 18", "klacht loopt")
    kinds = [entry.detail["kind"] for entry in vault.log.entries(case)]
    assert kinds == ["keep_until", "hold"]
    # Why is kept with the case; the log holds no words about it.
    assert not any("kind wordt" in str(entry) for entry in vault.log.entries())
    retention.keep_until(vault, case, ACTING, None)
    retention.hold(vault, case, ACTING, "")
    assert retention.of_case(vault, case, date(2035, 1, 1)).due.why == "term"


def test_a_wish_that_cannot_be_leaves_the_case_as_it_was(vault: Vault) -> None:
    case = new_case(vault)
    before = vault.log.head()
    with pytest.raises(RetentionError) as caught:
        retention.keep_until(vault, case, ACTING, date(2040, 1, 1), " ")
    assert caught.value.key == "retention.error.reason"
    with pytest.raises(CaseMissing):
        retention.hold(vault, "0" * 36, ACTING, "klacht")
    assert (vault.retention.get(case), vault.log.head()) == (None, before)


# ---------------------------------------------------------------- what is due


def test_what_is_due_comes_in_the_order_of_urgency(vault: Vault) -> None:
    at = {"erase": 2015, "held": 2015, "hidden": 2020, "idle": 2024, "kept": 2026}
    cases = {name: new_case(vault, "police", datetime(year, 3, 1, tzinfo=UTC)) for name, year in at.items()}
    retention.hold(vault, cases["held"], ACTING, "klacht")
    found = [case.case_id for case in retention.due_cases(vault, date(2026, 5, 1))]
    assert found == [cases[name] for name in ("erase", "held", "hidden", "idle")]
    assert retention.due_cases(vault, date(2026, 5, 1))[0].due.erase_on == date(2025, 3, 1)


def test_a_case_past_its_term_of_use_is_restricted_once(vault: Vault) -> None:
    old = new_case(vault, "police", datetime(2020, 3, 1, tzinfo=UTC))
    new_case(vault)
    assert retention.hide_what_is_due(vault, ACTING, date(2026, 5, 1)) == [old]
    assert retention.hide_what_is_due(vault, ACTING, date(2026, 5, 1)) == []
    restriction = vault.retention.restriction(old)
    assert restriction is not None
    assert (restriction.restricted_by, restriction.reason) == ("", retention.HIDDEN)
    assert retention.of_case(vault, old, date(2026, 5, 1)).restricted
    assert [entry.action for entry in vault.log.entries(old)] == ["restricted"]


# ---------------------------------------------------------------- erasing


def test_erasing_takes_the_cases_and_keeps_the_log(vault: Vault) -> None:
    first, second, kept = (new_case(vault) for _ in range(3))
    assert not retention.erase(vault, [first, second, first], ACTING).any
    assert [case.id for case in vault.cases.list()] == [kept]
    for case in (first, second):
        (entry,) = vault.log.entries(case)
        assert (entry.action, entry.person, entry.purpose) == ("erase", "Sanne Kuiper", "beheer")
        assert entry.detail == {"profile": "police"}
    assert vault.log.first_broken() is None


def test_a_case_on_hold_is_not_erased_nor_are_those_beside_it(vault: Vault) -> None:
    first, held = new_case(vault), new_case(vault)
    retention.hold(vault, held, ACTING, "klacht")
    before = vault.log.head()
    with pytest.raises(RetentionError) as caught:
        retention.erase(vault, [first, held], ACTING)
    assert caught.value.key == "retention.error.held"
    assert {case.id for case in vault.cases.list()} == {first, held}
    with pytest.raises(CaseMissing):
        retention.erase(vault, [first, "0" * 36], ACTING)
    assert {case.id for case in vault.cases.list()} == {first, held}
    assert vault.log.head() == before


def test_an_erasing_whose_file_cannot_be_written_anew_is_finished_at_the_next_opening(
    tmp_path: Path,
) -> None:
    path = tmp_path / "v.borgvault"
    with Vault.create(path, KEY) as vault:
        case = new_case(vault)
        held = vault.backup()
        # The copy cannot be made.
        draft_path(path).mkdir()
        assert retention.erase(vault, [case], ACTING) == Left(file=True, held=[held], unread=[], aside=[])
        assert vault.cases.count() == 0
    for _ in range(2):
        with Vault.open(path, KEY) as vault:
            retention.finish_if_possible(vault)
            assert retention.erasing_left(vault) == Left(file=True, held=[held], unread=[], aside=[])
            assert vault.backups() == [held]
    draft_path(path).rmdir()
    with Vault.open(path, KEY) as vault:
        retention.finish_if_possible(vault)
        assert not retention.erasing_left(vault).any
        (made,) = vault.backups()
        assert made != held
        assert vault.log.first_broken() is None
    before = path.stat().st_ino
    with Vault.open(path, KEY) as vault:
        retention.finish_if_possible(vault)
        assert vault.backups() == [made]
    assert path.stat().st_ino == before


def test_every_stage_and_reason_has_its_words() -> None:
    for language in ("nl", "en"):
        texts = catalog(language)
        for one in Stage:
            assert texts.has(f"retention.stage.{one.value}")
        for why in ("term", "working_copy", "keep_until", "not_started"):
            assert "⟦" not in texts.text(f"retention.why.{why}", day="1 mei 2031")
        for status in ("confirmed", "unconfirmed", "organisation"):
            assert texts.has(f"retention.status.{status}")
        for key in ("retention.error.reason", "retention.error.held"):
            assert texts.has(key)
