"""The technical notice as a document: the eight mentions and the six further sections of the law, then the questionnaire.

Source of the list: loi no 77-808 du 19 juillet 1977, articles 2 and 3, as amended in 2016 and 2017.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from reports.core.typography import dated, typeset
from reports.documents.elements import Document, Element, Heading, Paragraph, Run, words
from reports.documents.frame import facts_table, framed, margins_table
from reports.documents.missing import missing
from reports.documents.note import standfirst_of
from reports.documents.parts import answers_not_given, compositions, dates_of, endings, margins_of_figures, questionnaire, told
from reports.edition import Edition
from reports.notices import Notice, notice_of
from reports.press import capitalised
from reports.technical import entered, filed_on, margin_statement, sampling_of, weighting_of


def technical_notice_of(edition: Edition) -> Document:
    """Return the technical notice of a wave; what it lacks stands in red, at its place and listed at the head."""
    return framed(edition, _("Technical notice"), _("Technical notice"), standfirst_of(edition), _elements(edition, notice_of(edition)))


def _elements(edition: Edition, notice: Notice) -> Iterator[Element]:
    yield from _lacking(edition)
    yield Heading(_("Mentions (law no. 77-808, article 2)"))
    yield from _mentions(edition, notice)
    yield Heading(_("Notice (law no. 77-808, article 3)"))
    yield from _sections(edition, notice)
    yield Heading(_("Annex: the questionnaire as it was put"))
    yield from questionnaire(edition, notice)


def _lacking(edition: Edition) -> Iterator[Element]:
    if lacking := missing(edition):
        yield Heading(_("What is missing"))
        for each in lacking:
            text = _("%(what)s (section %(number)s): %(where)s") % {
                "what": capitalised(each.what),
                "number": each.mention,
                "where": each.remedy,
            }
            yield Paragraph((Run(text, "missing"),), "item")


def _mentions(edition: Edition, notice: Notice) -> Iterator[Element]:
    press, survey, wave = edition.press, edition.wave.survey, edition.wave
    people = {"n": press.count(edition.n)}
    yield _numbered(1, _("Institute"))
    yield told(wave.institute or survey.institute)
    yield _numbered(2, _("Sponsor, its quality, and the buyer if another"))
    yield told(survey.sponsor)
    yield told(survey.sponsor_quality)
    if buyer := entered(edition, "buyer"):
        yield words(_("Buyer: %(buyer)s") % {"buyer": buyer})
    yield _numbered(3, _("People interviewed"))
    yield words(_("%(n)s person") % people if edition.n == 1 else _("%(n)s people") % people)
    yield _numbered(4, _("Dates of the interviews"))
    yield told(dates_of(edition))
    yield _numbered(5, _("Full text of the questions"))
    yield words(_("The questions stand in the annex, in full, in their order and with their filters, as they were put."))
    yield _numbered(6, _("Margins of error"))
    yield words(margin_statement(edition))
    yield _numbered(7, _("Margins of the published results"))
    yield margins_of_figures(edition)
    yield from margins_table(edition)
    yield _numbered(8, _("Right to consult the notice"))
    yield from _consulting(edition)


def _consulting(edition: Edition) -> Iterator[Element]:
    if edition.wave.survey.electoral_scope == "yes":
        yield words(_("Anybody has the right to consult this notice, at the Commission des sondages and where the results are published."))
        yield told((day := filed_on(edition)) and _("Filed on %(date)s.") % {"date": dated(day, edition.press.language)})
    else:
        yield words(_("Anybody has the right to consult this notice, where the results are published."))


def _sections(edition: Edition, notice: Notice) -> Iterator[Element]:
    press, survey = edition.press, edition.wave.survey
    yield _numbered(9, _("Object of the survey"))
    yield words(typeset(survey.title, survey.default_language))
    yield _numbered(10, _("How people were chosen; the sample and its composition"))
    yield told(press.text(survey.population))
    yield words(_("Sample: %(sampling)s.") % {"sampling": sampling_of(edition)})
    yield from compositions(notice)
    yield _numbered(11, _("Conditions of the interviews"))
    yield told(" ".join(text for text in (capitalised(press.mode_of(edition.wave)), entered(edition, "conditions")) if text))
    yield told(press.text(survey.limits))
    yield _numbered(12, _("Share of those who did not answer, to the survey and to each question"))
    yield from endings(notice)
    yield from answers_not_given(notice)
    yield _numbered(13, _("Nature and value of the reward"))
    yield told(entered(edition, "reward"))
    yield _numbered(14, _("Criteria of the weighting"))
    yield words(f"{capitalised(weighting_of(edition))}.")
    if notice.sources:
        yield facts_table(edition, notice.sources, _("Sources of the population’s shares"))


def _numbered(number: int, title: str) -> Heading:
    return Heading(f"{number}. {title}", 2)
