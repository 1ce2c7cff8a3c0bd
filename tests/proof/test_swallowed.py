"""Of several rules for one place the first that holds is read: no more urgent one stands behind it."""

from __future__ import annotations

from typing import get_args

from borg_triage.app.instruments import version
from borg_triage.domain.instrument import Due, Instrument
from borg_triage.domain.instrument_files import load_instrument
from borg_triage.domain.rulebook import compile_rulebook
from borg_triage.proof.hygiene import Hygiene
from tests.proof.broken import contract
from tests.proof.seeded_faults import FILES

MINOR = """
[[destinations]]
to = "veilig_thuis"
when_due = "today"
kind = "report"
when = "context.victim_minor is yes"
"""


def faults(instrument: Instrument) -> tuple[str, ...]:
    return Hygiene(compile_rulebook(instrument), contract()).verdict().faults


def before_the_minors(condition: str) -> Instrument:
    """The instrument with one rule more, right before the report on a minor."""
    text = FILES["routes.toml"].decode()
    assert text.count(MINOR) == 1
    rule = MINOR.replace('"today"', '"planned"').replace('"context.victim_minor is yes"', condition)
    more = text.replace(MINOR, f'{rule}sources = ["own"]\n{MINOR}')
    return load_instrument(FILES | {"routes.toml": more.encode()}).instrument


def test_every_due_has_its_place() -> None:
    assert contract().dues == get_args(Due)


def test_the_report_on_a_minor_was_swallowed_in_1_0_0() -> None:
    found = faults(version("1.0.0").instrument)
    assert all(fault.startswith("swallowed: veilig_thuis (") for fault in found)
    for group, read in (
        ("police", "report, planned"),
        ("shelter", "advice, days_7"),
        ("shelter", "information, planned"),
        ("veilig_thuis", "report, days_5_working"),
    ):
        said = f"swallowed: veilig_thuis (report, today) stands behind veilig_thuis ({read}) for {group}"
        assert said in found


def test_it_is_named_for_each_group_that_reads_the_lesser_rule() -> None:
    found = faults(before_the_minors('"context.help_refused is yes"'))
    hidden = "swallowed: veilig_thuis (report, today) stands behind veilig_thuis (report, planned) for"
    assert [fault for fault in found if fault.startswith(hidden)] == [
        f"{hidden} {group}" for group in ("police", "shelter", "veilig_thuis")
    ]


def test_what_a_more_urgent_rule_covers_already_hides_nothing() -> None:
    """With the level high the report of today stands first: whatever stands between is not read either."""
    assert faults(before_the_minors('{ all = ["level is high", "context.help_refused is yes"] }')) == ()


def test_two_rules_that_never_hold_together_may_stand_in_any_order() -> None:
    assert faults(before_the_minors('{ all = ["context.victim_minor is no", "route is borg"] }')) == ()
