"""A paper from a case: page 1 and the full record, for one recipient."""

from __future__ import annotations

from borg_triage.domain.case import CaseView
from borg_triage.domain.instrument import Instrument
from borg_triage.report.build_front import NAME, fronts
from borg_triage.report.build_record import record
from borg_triage.report.context import Making
from borg_triage.report.discretion import Discretion
from borg_triage.report.layout import PaperLayout
from borg_triage.report.model import Footer, Paper
from borg_triage.report.options import Contact, PaperOptions
from borg_triage.report.proof import Proof, ProofWords
from borg_triage.report.standing import Standings
from borg_triage.report.withheld import withheld
from borg_triage.report.words import Words, clip
from borg_triage.text.catalog import Catalog


def build_paper(
    view: CaseView,
    options: PaperOptions,
    texts: Catalog,
    instrument: Instrument,
    contact: Contact,
    layout: PaperLayout,
    proof: Proof,
) -> Paper:
    """The paper of one variant.

    view: the case with its assessment, made with `instrument`. texts: in the paper's language. contact:
    the phone of a destination, if it has one. proof: what is proved of `instrument`. Raises
    InstrumentError when `layout` names what the instrument does not have.
    """
    layout.check(instrument)
    discretion = Discretion(view, options, layout, instrument)
    making = Making(
        view=view,
        options=options,
        layout=layout,
        instrument=instrument,
        words=Words(texts, instrument),
        contact=contact,
        discretion=discretion,
        standings=Standings(view, instrument, discretion),
        proof=ProofWords(proof, texts),
    )
    words = making.words
    return Paper(
        variant=layout.id,
        language=texts.language,
        title=words.t("paper.file_title"),
        made_at=options.made_at,
        front=fronts(making),
        body=tuple(record(making)),
        footer=Footer(
            left=words.t(
                "paper.footer", name=clip(making.pseudonym, NAME), moment=words.moment(options.made_at)
            ),
            page=words.t("paper.footer.page"),
        ),
        unprintable=words.t("paper.unprintable"),
        withheld=withheld(making),
    )
