"""The disclosure of a wave under the eleven headings of the Transparency Initiative, in their order, in words and as JSON.

Source: AAPOR Code of Professional Ethics and Practices (April 2021), III.A. Nothing here speaks of a margin of sampling error:
the people were not drawn at random, so the design gives none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from reports.documents.elements import Document, Element, Heading, absent, words
from reports.documents.frame import facts_table, framed
from reports.documents.note import standfirst_of
from reports.documents.parts import answers_not_given, compositions, dates_of, endings, intervals_of_figures, questionnaire
from reports.edition import Edition
from reports.notices import Notice, notice_of
from reports.press import capitalised
from reports.technical import Fact, entered, sampling_of, weighting_of
from respondents.models import Interview
from surveys.form.frame import own_name

Part = Callable[[Edition, Notice], Iterator[Element]]


def disclosure_of(edition: Edition) -> Document:
    """Return the disclosure of a wave; a heading with nothing below it says so in red."""
    name = _("Disclosure (AAPOR Transparency Initiative)")
    return framed(edition, name, name, standfirst_of(edition), _elements(edition, notice_of(edition)))


def _elements(edition: Edition, notice: Notice) -> Iterator[Element]:
    for number, (title, part) in enumerate(HEADINGS, 1):
        yield Heading(f"{number}. {_(title)}")
        yield from list(part(edition, notice)) or [absent(_("Not given."))]
    yield Heading(_("Annex: the questionnaire as it was put"))
    yield from questionnaire(edition, notice)


def _said(*texts: str) -> Iterator[Element]:
    return (words(text) for text in texts if text)


def _strategy(edition: Edition, _notice: Notice) -> Iterator[Element]:
    if mode := edition.press.mode_of(edition.wave):
        yield words(_("Survey by questionnaire (%(mode)s) of people who were not drawn at random: %(sampling)s.") % {"mode": mode, "sampling": sampling_of(edition)})  # fmt: skip


def _sponsor(edition: Edition, _notice: Notice) -> Iterator[Element]:
    survey = edition.wave.survey
    facts = [
        Fact(_("Sponsor"), ", ".join(text for text in (survey.sponsor, survey.sponsor_quality) if text)),
        Fact(_("Conducted by"), edition.wave.institute or survey.institute),
        Fact(_("Original source of funding"), entered(edition, "funder")),
    ]
    if survey.sponsor and facts[1].says:
        yield facts_table(edition, [fact for fact in facts if fact.says])


def _instruments(edition: Edition, notice: Notice) -> Iterator[Element]:
    yield words(
        _("The exact wording, with the answers offered, what was read before each question, filters and order, stands in the annex.")
    )
    yield facts_table(edition, notice.questionnaire)


def _population(edition: Edition, _notice: Notice) -> Iterator[Element]:
    return _said(edition.press.text(edition.wave.survey.population))


def _recruitment(edition: Edition, notice: Notice) -> Iterator[Element]:
    sources = edition.wave.sources.filter(
        for_tests=False, pk__in=Interview.objects.filter(wave=edition.wave, is_test=False).values("source")
    )
    if labels := [source.label for source in sources]:
        yield words(_("People came through: %(sources)s.") % {"sources": edition.press.listed(labels)})
    yield words(_("Sample: %(sampling)s.") % {"sampling": sampling_of(edition)})
    if reward := entered(edition, "reward"):
        yield words(_("Reward: %(reward)s") % {"reward": reward})
    else:
        yield absent(_("The reward is not given."))
    yield from compositions(notice)


def _modes(edition: Edition, _notice: Notice) -> Iterator[Element]:
    languages = edition.press.listed(own_name(code) for code in edition.wave.survey.languages)
    if mode := edition.press.mode_of(edition.wave):
        yield from _said(
            f"{capitalised(mode)}.", _("Languages offered: %(languages)s.") % {"languages": languages}, entered(edition, "conditions")
        )


def _dates(edition: Edition, _notice: Notice) -> Iterator[Element]:
    return _said(dates_of(edition))


def _precision(edition: Edition, _notice: Notice) -> Iterator[Element]:
    if edition.state not in ("raw", "weighted"):
        return
    yield words(_("%(n)s people") % {"n": edition.press.count(edition.n)})
    yield words(_("The people were not drawn at random: the design gives no margin of error. The intervals rest on a model: they say how far chance alone would move each percentage if people of equal probability had answered, at the effective size that the weights leave, with 95% confidence. They do not measure what the choice of the people, their refusals or the wording may add."))  # fmt: skip
    yield intervals_of_figures(edition)


def _weighted(edition: Edition, notice: Notice) -> Iterator[Element]:
    yield words(f"{capitalised(weighting_of(edition))}.")
    if notice.sources:
        yield facts_table(edition, notice.sources, _("Sources of the population’s shares"))


def _processed(_edition: Edition, notice: Notice) -> Iterator[Element]:
    yield words(_("One person counts once: a second entry under the same identifier goes on with the same interview. Interviews in doubt are flagged by rules and removed by a person, with a reason; none is removed by itself. What a person’s answers rule out is not asked."))  # fmt: skip
    yield from endings(notice)
    yield from answers_not_given(notice)


def _limits(edition: Edition, _notice: Notice) -> Iterator[Element]:
    return _said(edition.press.text(edition.wave.survey.limits))


HEADINGS: tuple[tuple[str, Part], ...] = (
    (gettext_noop("Data collection strategy"), _strategy),
    (gettext_noop("Who sponsored the research and who conducted it"), _sponsor),
    (gettext_noop("Measurement tools and instruments"), _instruments),
    (gettext_noop("Population under study"), _population),
    (gettext_noop("Method used to generate and recruit the sample"), _recruitment),
    (gettext_noop("Methods and modes of data collection"), _modes),
    (gettext_noop("Dates of data collection"), _dates),
    (gettext_noop("Sample sizes and precision of the results"), _precision),
    (gettext_noop("How the data were weighted"), _weighted),
    (gettext_noop("How the data were processed and procedures to ensure data quality"), _processed),
    (gettext_noop("Limitations of the design and data collection"), _limits),
)
