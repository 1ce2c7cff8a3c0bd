"""What one person may read of a case: their own words, how they are kept, and nothing that leads to her."""

from __future__ import annotations

import io
import json
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from borg_triage.app import inspection, retention
from borg_triage.app.acting import Acting
from borg_triage.app.inspection import Draft, Release, SubjectId, draft_for, keep_request, rules, to_json
from borg_triage.app.inspection_text import inspection_paper, inspection_text, officer_paper
from borg_triage.app.instruments import current
from borg_triage.app.papers import pdf_of, variants
from borg_triage.app.resources import catalog, resources
from borg_triage.app.session import CaseSession, Session
from borg_triage.domain.instrument import SOURCES
from borg_triage.report.plain import render_text
from borg_triage.storage.keying import RawKey
from borg_triage.storage.records import NewObservation
from tests.clock import Clock
from tests.storage.samples import copied_vault

KEY = RawKey(bytes(range(32)))
START = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
ACTING = Acting(person="Sanne Kuiper", at=START, purpose="verzoek om inzage")
SUBJECTS: tuple[SubjectId, ...] = get_args(SubjectId)
READY = current()
TEXT = {language: catalog(language) for language in ("nl", "en")}

# Where she is, who spoke, and what others said: in no copy for anybody else.
HER_WORDS = "hij kneep mijn keel dicht"
HER_PLACE = "ik slaap bij mijn zus in Zwolle"
HIS_WORDS = "ik heb haar nooit aangeraakt"
HIS_HINT = "ze zit vast bij haar zus"
CHILD_WORDS = "papa was heel boos"
NEIGHBOUR_WORDS = "ik hoorde geschreeuw op de trap"
STAFF_WORDS = "blauwe plekken in de hals"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with copied_vault(tmp_path) as vault:
        yield Session(vault, "Sanne Kuiper", clock=Clock(START))


@pytest.fixture
def case(session: Session) -> CaseSession:
    """A case in which everybody said something, and that went to several receivers."""
    opened = session.new_case("Fatima Z.", "veilig_thuis")
    clock = session.clock
    assert isinstance(clock, Clock)
    opened.answer("flag.strangulation", "yes", source="victim", note=HER_WORDS)
    opened.answer("context.cannot_stay", "yes", source="victim", note=HER_PLACE)
    opened.answer("control.surveillance", "yes", source="victim", note="hij leest mijn berichten")
    opened.answer("context.separation", "considering", source="victim", note="hij weet het nog niet")
    opened.answer("interview.separate", "yes", source="staff", note=STAFF_WORDS)
    opened.answer("care.alcohol_severe", "yes", source="record", note="dossier van de ggz")
    opened.answer("flag.child_harmed", "yes", source="child", note=CHILD_WORDS)
    opened.answer("flag.earlier_violence", "yes", source="other_person", note=NEIGHBOUR_WORDS)
    clock.now = START + timedelta(days=20)
    opened.answer("flag.strangulation", "no", source="perpetrator", note=HIS_WORDS)
    opened.answer("acute.can_reach", "no", source="perpetrator", note=HIS_HINT)
    opened.answer("control.surveillance", "no", source="perpetrator", note="dat is haar verhaal")
    opened.judge("high", "intimate_terror_likely", "zij is doodsbang")
    for receiver in ("Politie", "Blijf Groep Zwolle", "Veilig Thuis IJsselland", "politie"):
        opened.note_event("hand_over", {"to": receiver, "encrypted": "yes"})
    opened.note_event("acute_call", {"who": "emergency_112", "with": "meldkamer Zwolle"})
    return opened


def draft(case: CaseSession, subject: SubjectId, release: Release | None = None) -> Draft:
    return draft_for(case.session.vault, case.view, READY, subject, release)


def shown(made: Draft) -> str:
    """All that leaves with a copy: its text in both languages, and its JSON."""
    texts = [inspection_text(made.inspection, TEXT[language], READY.instrument) for language in TEXT]
    return "\n".join([*texts, json.dumps(to_json(made.inspection), ensure_ascii=False)])


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def seqs(case: CaseSession, source: str) -> dict[str, int]:
    return {entry.item: entry.seq for entry in case.view.recorded if entry.observation.source == source}


# ---------------------------------------------------------------- the possible victim


def test_she_reads_what_she_said_what_was_seen_and_what_was_concluded(case: CaseSession) -> None:
    made = draft(case, "victim")
    copy = made.inspection
    assert [(said.item, said.value, said.words) for said in copy.said] == [
        ("flag.strangulation", "yes", HER_WORDS),
        ("context.cannot_stay", "yes", None),
        ("control.surveillance", "yes", "hij leest mijn berichten"),
        ("context.separation", "considering", "hij weet het nog niet"),
    ]
    assert [(said.item, said.value, said.words) for said in copy.about] == [
        ("interview.separate", "yes", None)
    ]
    assert copy.concluded is not None
    assert (copy.concluded.level, copy.concluded.pattern) == (case.view.level, case.view.pattern)
    assert [(one.receiver, one.on) for one in copy.received] == [("police", date(2026, 9, 21))] * 2
    assert copy.kept is not None
    assert (copy.kept.since, copy.kept.erased, copy.kept.clock) == (date(2026, 9, 1), "P15Y", "touched")
    assert copy.kept.erase_on == date(2041, 9, 21)


def test_her_copy_holds_no_words_of_others_nor_where_she_is(case: CaseSession) -> None:
    text = shown(draft(case, "victim"))
    for words in (
        *(HER_PLACE, HIS_WORDS, HIS_HINT, CHILD_WORDS, NEIGHBOUR_WORDS, STAFF_WORDS),
        *("dossier van de ggz", "doodsbang", "meldkamer", "Fatima", case.id, "Zwolle", "IJsselland"),
    ):
        assert words not in text
    assert HER_WORDS in text
    assert "care.alcohol_severe" not in text


def test_what_she_withdrew_is_shown_as_withdrawn(case: CaseSession) -> None:
    wrong = seqs(case, "victim")["flag.strangulation"]
    case.withdraw(wrong)
    said = {one.item: one.withdrawn for one in draft(case, "victim").inspection.said}
    assert said["flag.strangulation"]
    assert not said["control.surveillance"]
    assert "Teruggenomen als vergissing" in shown(draft(case, "victim"))


# ---------------------------------------------------------------- the (ex-)partner


def test_he_reads_his_own_answer_and_how_it_is_kept(case: CaseSession) -> None:
    copy = draft(case, "perpetrator").inspection
    assert [(said.item, said.value, said.words) for said in copy.said] == [("flag.strangulation", "no", None)]
    assert (copy.about, copy.concluded) == ((), None)
    assert copy.kept is not None
    # Since he spoke himself; when she did is not his to know.
    assert (copy.kept.since, copy.kept.erase_on, copy.kept.erased) == (date(2026, 9, 21), None, "P15Y")
    assert [(one.receiver, one.on) for one in copy.received] == [("police", None)]


def test_his_copy_holds_nothing_of_her_account(case: CaseSession) -> None:
    for release in (None, Release(answers=frozenset(range(1, 99)), words=frozenset(range(1, 99)))):
        text = shown(draft(case, "perpetrator", release)).casefold()
        for words in (
            *(HER_WORDS, HER_PLACE, HIS_HINT, CHILD_WORDS, NEIGHBOUR_WORDS, STAFF_WORDS),
            *("mijn berichten", "weet het nog niet", "dossier", "doodsbang", "zwolle", "ijsselland", "blijf"),
            *("fatima", "considering", "overweegt", "2026-09-01", " 1 september", "01-09-2026", "112"),
        ):
            assert words.casefold() not in text
        for key in (*READY.instrument.levels, *READY.instrument.patterns):
            kind = "level" if key in READY.instrument.levels else "pattern"
            for texts in TEXT.values():
                assert texts.text(f"{kind}.{key}.label").casefold() not in text.splitlines()
        assert "intimate_terror" not in text


def test_his_words_go_along_only_when_a_privacy_officer_let_them(case: CaseSession) -> None:
    own = seqs(case, "perpetrator")
    made = draft(case, "perpetrator")
    assert {(entry.seq, entry.why) for entry in made.to_check} == {
        (own["flag.strangulation"], "words"),
        (own["acute.can_reach"], "item"),
        (own["control.surveillance"], "item"),
        (None, "receiver"),
    }
    words = frozenset({own["flag.strangulation"]})
    assert HIS_WORDS in shown(draft(case, "perpetrator", Release(words=words)))
    # An answer that may lead to her goes only when pointed out, and its words not even then.
    everything = Release(answers=frozenset(own.values()), words=frozenset(own.values()))
    made = draft(case, "perpetrator", everything)
    assert {said.item: said.words for said in made.inspection.said} == {
        "flag.strangulation": HIS_WORDS,
        "acute.can_reach": None,
        "control.surveillance": "dat is haar verhaal",
    }
    assert HIS_HINT not in shown(made)


def test_where_he_said_nothing_not_even_that_there_is_a_case_is_told(session: Session) -> None:
    case = session.new_case("Fatima Z.", "police")
    case.answer("flag.strangulation", "yes", source="victim", note=HER_WORDS)
    case.note_event("hand_over", {"to": "politie"})
    made = draft(case, "perpetrator")
    copy = made.inspection
    assert (copy.kept, copy.said, copy.about, copy.concluded, copy.received) == (None, (), (), None, ())
    assert "inspection.warn.existence" in made.warnings
    text = inspection_text(copy, TEXT["nl"], READY.instrument)
    assert "politie" not in text.casefold()
    assert text.splitlines()[-1] == TEXT["nl"].text("inspection.nothing")


def test_a_receiver_is_named_only_when_its_name_tells_no_place(case: CaseSession) -> None:
    named = {typed: rules().receiver(typed) for typed in ("OM", " Openbaar  Ministerie", "Reclassering")}
    assert list(named.values()) == ["prosecution", "prosecution", "reclassering"]
    for typed in (
        "Politie Zwolle",
        "Reclassering, mw. Bos",
        "Blijf Groep",
        "Veilig Thuis",
        "",
        "politie 112",
    ):
        assert rules().receiver(typed) is None
    for subject in ("victim", "perpetrator"):
        hidden = [entry.words for entry in draft(case, subject).to_check if entry.why == "receiver"]
        assert hidden == ["Blijf Groep Zwolle", "Veilig Thuis IJsselland"]


# ---------------------------------------------------------------- a child, somebody else


@pytest.mark.parametrize(("subject", "words"), [("child", CHILD_WORDS), ("other_person", NEIGHBOUR_WORDS)])
def test_whose_words_they_are_must_first_be_pointed_out(
    case: CaseSession, subject: SubjectId, words: str
) -> None:
    made = draft(case, subject)
    assert (made.inspection.said, made.inspection.kept) == ((), None)
    assert f"inspection.warn.{subject}" in made.warnings
    (entry,) = made.to_check
    assert (entry.why, entry.words) == ("whose", words)
    assert entry.seq is not None
    one = frozenset({entry.seq})
    pointed_out = draft(case, subject, Release(answers=one))
    assert [said.words for said in pointed_out.inspection.said] == [None]
    assert words not in shown(pointed_out)
    assert words in shown(draft(case, subject, Release(answers=one, words=one)))


def test_a_release_never_lets_in_the_answer_of_another(case: CaseSession) -> None:
    everything = Release(answers=frozenset(range(1, 99)), words=frozenset(range(1, 99)))
    for subject in SUBJECTS:
        source = rules().subject(subject).sources
        said = draft(case, subject, everything).inspection.said
        own = [entry for entry in case.view.recorded if entry.observation.source in source]
        assert len(said) == len(own)


# ---------------------------------------------------------------- for everybody


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_copy_says_that_a_privacy_officer_reads_it_first(
    case: CaseSession, subject: SubjectId, language: str
) -> None:
    everything = Release(answers=frozenset(range(1, 99)), words=frozenset(range(1, 99)))
    for made in (draft(case, subject), draft(case, subject, everything)):
        text = inspection_text(made.inspection, TEXT[language], READY.instrument)
        assert text.splitlines()[0] == TEXT[language].text("inspection.banner")
        assert {"nl": "privacyfunctionaris", "en": "privacy officer"}[language] in text.splitlines()[1]
        assert to_json(made.inspection)["needs_privacy_officer"] is True
        listed = render_text(officer_paper(made, TEXT[language], READY.instrument))
        assert "⟦" not in text + listed
        assert all(TEXT[language].text(warning) in listed for warning in made.warnings)
        for entry in made.to_check:
            about = TEXT[language].text(f"item.{entry.item}.label") if entry.item else ""
            number = f"{entry.seq}. " if entry.seq is not None else ""
            assert f"- {number}{about}" in listed
            assert entry.words in listed
            assert entry.item == "" or entry.item not in listed


def test_the_sheet_that_is_taken_off_is_not_counted(case: CaseSession) -> None:
    instrument = READY.instrument
    made = draft(case, "victim")
    pages = pages_of(pdf_of(inspection_paper(made.inspection, TEXT["nl"], instrument)))
    assert TEXT["nl"].text("inspection.banner") in pages[0]
    assert "pagina" not in pages[0]
    for number, page in enumerate(pages[1:], start=1):
        assert page.rstrip().endswith(f"pagina {number} van {len(pages) - 1}")


def test_the_officers_list_begins_on_its_first_page_and_says_why_once(case: CaseSession) -> None:
    made = draft(case, "victim")
    pages = pages_of(pdf_of(officer_paper(made, TEXT["nl"], READY.instrument)))
    (only,) = (" ".join(page.split()) for page in pages)
    assert only.endswith("pagina 1 van 1")
    for why in {entry.why for entry in made.to_check}:
        assert only.count(" ".join(TEXT["nl"].text(f"inspection.check.{why}").split())) == 1


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("group", ["police", "shelter", "veilig_thuis"])
def test_every_kind_of_organisation_has_its_words(session: Session, subject: SubjectId, group: str) -> None:
    case = session.new_case("Wilg", group)  # type: ignore[arg-type]
    source = rules().subject(subject).sources[0]
    case.answer("flag.threat_victim", "yes", source=source)
    made = draft(case, subject, Release(answers=frozenset(range(9))))
    assert len(made.inspection.said) == 1
    for language, texts in TEXT.items():
        assert "⟦" not in inspection_text(made.inspection, texts, READY.instrument), language


def test_json_is_plain_and_days_are_iso(case: CaseSession) -> None:
    plain = to_json(draft(case, "victim").inspection)
    assert json.loads(json.dumps(plain)) == plain
    assert plain["format"] == 1
    assert plain["made_on"] == "2026-09-21"
    assert plain["said"][0] == {
        "item": "flag.strangulation",
        "value": "yes",
        "on": "2026-09-01",
        "withdrawn": False,
        "words": HER_WORDS,
    }


def test_an_answer_to_a_question_of_another_version_stays_out(case: CaseSession) -> None:
    strange = [
        replace(case.view.recorded[0], seq=901, item="flag.of_another_version"),
        replace(
            case.view.recorded[3], seq=902, observation=case.view.recorded[3].observation._replace(value="x")
        ),
    ]
    view = replace(case.view, recorded=(*case.view.recorded, *strange))
    made = draft_for(case.session.vault, view, READY, "victim")
    assert len(made.inspection.said) == 4
    assert [(one.seq, one.why) for one in made.to_check if one.seq in (901, 902)] == [
        (901, "unknown_item"),
        (902, "unknown_item"),
    ]


def test_the_organisations_own_term_is_the_one_named(case: CaseSession) -> None:
    vault = case.session.vault
    retention.change_period(vault, ACTING, "veilig_thuis", "erased", "P20Y6M", "nieuwe wet")
    made = draft(case, "victim")
    assert "20 jaar en 6 maanden" in inspection_text(made.inspection, TEXT["nl"], READY.instrument)
    assert "20 years and 6 months" in inspection_text(made.inspection, TEXT["en"], READY.instrument)


def test_a_request_stands_in_the_log_without_its_content(case: CaseSession) -> None:
    vault = case.session.vault
    keep_request(vault, case.id, ACTING, "inspection", draft(case, "perpetrator"), "representative")
    keep_request(vault, case.id, ACTING, "correction", draft(case, "victim"), "asker")
    entries = vault.log.entries(case.id)[-2:]
    assert [(entry.action, entry.detail, entry.recipient) for entry in entries] == [
        ("inspection", {"subject": "perpetrator", "count": 1}, "representative"),
        ("correction", {"subject": "victim", "count": 5}, "asker"),
    ]


def test_what_papers_leave_out_for_her_whereabouts_is_left_out_here_too() -> None:
    for variant in variants():
        paper = tomllib.loads((resources() / "papers" / f"{variant}.toml").read_text("utf-8"))
        assert set(paper["left_out"]["whereabouts_notes"]) <= set(rules().whereabouts)
    assert {subject.id for subject in rules().subjects} == set(SUBJECTS)


# ---------------------------------------------------------------- whatever was said


items = [item.id for item in READY.instrument.items if item.kind == "yes_no"]


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from(items), st.sampled_from(SOURCES), st.booleans()), min_size=1, max_size=12
    ),
    st.sampled_from([subject for subject in SUBJECTS if subject != "victim"]),
    st.sets(st.integers(1, 12)),
    st.sets(st.integers(1, 12)),
)
def test_no_word_of_another_is_ever_in_a_copy(
    tmp_path_factory: pytest.TempPathFactory,
    said: list[tuple[str, str, bool]],
    subject: SubjectId,
    answers: set[int],
    words: set[int],
) -> None:
    with copied_vault(tmp_path_factory.mktemp("v")) as vault:
        session = Session(vault, "Sanne Kuiper", clock=Clock(START))
        case = session.new_case("Wilg", "shelter")
        for number, (item, source, yes) in enumerate(said):
            new = NewObservation(
                item=item,
                value="yes" if yes else "no",
                source=source,
                said_on=date(2026, 9, 1),
                recorded_at=START,
                recorded_by="Sanne Kuiper",
                note=f"woorden{number:02d}{source}",
            )
            vault.cases.append_observation(case.id, new)
        case.refresh()
        made = draft(case, subject, Release(frozenset(answers), frozenset(words)))
        text = shown(made)
        own = rules().subject(subject).sources
        hidden = set(rules().whereabouts)
        entries = case.view.recorded
        for number, (item, source, _) in enumerate(said):
            released = entries[number].seq in words
            if source not in own or item in hidden or not released:
                assert f"woorden{number:02d}{source}" not in text
        assert "Sanne" not in text
        assert {one.item for one in made.inspection.said} <= {
            item for item, source, _ in said if source in own
        }


def test_the_rules_name_items_of_the_instrument() -> None:
    named = (*rules().whereabouts, *(name for subject in rules().subjects for name in subject.about))
    known = {*READY.instrument.item, *(f"section.{section.id}" for section in READY.instrument.sections)}
    assert set(named) <= known
    assert inspection.FORMAT == 1
