"""Every figure of the reference study as a sentence, to the byte, in French and in English; no database."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from reports.edition import Edition
from reports.note import footnotes_of, paragraphs_of, title_of
from tests.reports.core.unsaved import MEASURED, Given, note, results

FRENCH = {
    "any_service": "90 % des personnes interrogées ont déjà utilisé au moins un outil ou service numérique en santé.",
    "appointment": "78 % des personnes interrogées ont déjà pris un rendez-vous en ligne (contre 70 % en 2020).",
    "insurer": "56 % des personnes interrogées ont déjà utilisé les services en ligne de l’Assurance maladie ou des mutuelles (contre 48 % en 2020).",
    "messages": "39 % des personnes interrogées ont déjà communiqué par e-mail ou SMS avec un professionnel de santé (contre 32 % en 2020).",
    "coordination": "74 % des personnes interrogées estiment que l’essor du numérique en santé améliorera la coordination des différents praticiens.",
    "paperwork": "72 % des personnes interrogées estiment que l’essor du numérique en santé rendra les démarches administratives plus fluides.",
    "sensitive": "86 % des personnes interrogées considèrent leurs données de santé comme particulièrement sensibles.",
    "fears": "78 % des personnes interrogées redoutent que leurs données de santé ne soient utilisées à des fins commerciales ou ne fassent l’objet d’un piratage.",
    "know": "82 % des personnes interrogées déclarent connaître Mon espace santé, au moins de nom.",
    "used": "50 % des personnes interrogées ont déjà utilisé Mon espace santé, ne serait-ce que pour le consulter.",
    "not_activated_reasons": "22 % des utilisateurs de Mon espace santé ont consulté le site mais n’ont pas activé leur profil, parce qu’ils n’en voyaient pas l’utilité, qu’ils percevaient cette opération comme longue et fastidieuse ou qu’ils ne disposaient pas de toutes les informations nécessaires.",
    "declared_activation": "35 % des personnes interrogées affirment avoir activé leur profil (± 2,1 points). Or, selon les indicateurs d’usage réel de Mon espace santé, 15 % des assurés l’ont effectivement activé.",
    "right_of_access": "93 % des personnes interrogées estiment avoir le droit d’accéder à tous les documents émis sur eux par les professionnels de santé et de gérer leurs données.",
    "trust": "75 % des personnes interrogées jugent Mon espace santé à même de garantir la sécurité des données personnelles qui y sont stockées.",
    "recommend": "91 % des personnes ayant activé leur profil conseilleraient le service à leurs proches.",
    "doctor": "57 % des non-utilisateurs de Mon espace santé seraient prêts à recourir à Mon espace santé sur recommandation de leur médecin.",
}
ENGLISH = {
    "any_service": "90% of respondents have used at least one digital health tool or service.",
    "appointment": "78% of respondents have booked an appointment online (against 70% in 2020).",
    "insurer": "56% of respondents have used the online services of the national health insurance or a complementary insurer (against 48% in 2020).",
    "messages": "39% of respondents have exchanged e-mails or texts with a health professional (against 32% in 2020).",
    "coordination": "74% of respondents think the growth of digital health will improve coordination between practitioners.",
    "paperwork": "72% of respondents think the growth of digital health will make administrative procedures smoother.",
    "sensitive": "86% of respondents consider their health data particularly sensitive.",
    "fears": "78% of respondents fear that their health data will be used commercially or hacked.",
    "know": "82% of respondents say they have heard of Mon espace santé.",
    "used": "50% of respondents have used Mon espace santé, even just to look at it.",
    "not_activated_reasons": "22% of Mon espace santé users looked at the site but did not activate their profile, because they saw no use in it, found it long and tedious or lacked information.",
    "declared_activation": "35% of respondents say that they activated their profile (±2.1 points). However, according to Mon espace santé’s actual usage indicators, 15% of insured people have actually activated theirs.",
    "right_of_access": "93% of respondents believe they have the right to see all documents issued about them and to manage their data.",
    "trust": "75% of respondents consider Mon espace santé able to keep the personal data stored there secure.",
    "recommend": "91% of those who activated their profile would recommend the service to people close to them.",
    "doctor": "57% of non-users (including those who have not heard of it) would be ready to use Mon espace santé if their doctor recommended it.",
}
SAID = {"fr": FRENCH, "en": ENGLISH}


def _french(text):
    """Put the spaces that do not break where French wants them: before %, after ±, before the unit and the year."""
    for plain, set_tight in ((" %", "\u00a0%"), ("± 2,1 points", "±\u00a02,1\u00a0points"), ("en 2020", "en\u00a02020")):
        text = text.replace(plain, set_tight)
    return text


def _said(paragraph):
    return "".join(piece.words for piece in paragraph.pieces)


def _edition(language, given=None):
    return Edition(results(given), language)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", FRENCH)
def test_a_figure_reads_alone(code, language):
    with override(language):
        edition = _edition(language)
        sentence = edition.sentence(edition.results[code])
    assert sentence == (_french(FRENCH[code]) if language == "fr" else ENGLISH[code])


def test_every_figure_of_the_study_is_in_the_lists_above():
    assert list(FRENCH) == list(ENGLISH) == list(MEASURED) == [result.figure.code for result in results()]


def test_the_note_names_a_base_once_per_section_and_joins_what_belongs_together():
    with override("fr"):
        edition = _edition("fr")
        items = note(edition.results)
        said = [(paragraph.kind, paragraph.text or _said(paragraph)) for paragraph in paragraphs_of(edition, items)]
        assert title_of(edition, items) == "Numérique en santé\u00a0: des services de plus en plus utilisés"
    assert said == [
        ("heading", "Un recours massif et croissant au numérique en santé"),
        ("lead", _french(FRENCH["any_service"])),
        ("item", _french("78 % ont déjà pris un rendez-vous en ligne (contre 70 % en 2020)1.")),
        ("item", _french("56 % ont déjà utilisé les services en ligne de l’Assurance maladie ou des mutuelles (48 % en 2020)1.")),
        ("item", _french("39 % ont déjà communiqué par e-mail ou SMS avec un professionnel de santé (32 % en 2020)1.")),
        ("sentence", _french("74 % estiment que l’essor du numérique en santé améliorera la coordination des différents praticiens, et 72 % qu’il rendra les démarches administratives (prises en charge, remboursements…) plus fluides.")),
        ("commentary", "Des inquiétudes subsistent sur les risques de déshumanisation des soins et d’inégalité d’accès à ces services."),
        ("sentence", _french("86 % considèrent leurs données de santé comme particulièrement sensibles, et 78 % redoutent qu’elles ne soient utilisées à des fins commerciales ou ne fassent l’objet d’un piratage.")),
        ("heading", "Un usage encore restreint de Mon espace santé"),
        ("item", _french(FRENCH["know"])),
        ("item", _french("50 % ont déjà utilisé Mon espace santé, ne serait-ce que pour le consulter.")),
        ("among", _french(FRENCH["not_activated_reasons"].replace("22 % des utilisateurs de Mon espace santé", "Parmi eux, 22 %"))),
        ("benchmark", _french(FRENCH["declared_activation"].replace("activé.", "activé2."))),
        ("sentence", _french("93 % estiment avoir le droit d’accéder à tous les documents émis sur eux par les professionnels de santé et de gérer leurs données.")),
        ("sentence", _french("75 % jugent Mon espace santé à même de garantir la sécurité des données personnelles qui y sont stockées.")),
        ("sentence", _french(FRENCH["recommend"])),
        ("sentence", _french(FRENCH["doctor"])),
    ]  # fmt: skip


def test_figures_that_the_note_leaves_out_come_after_it():
    with override("en"):
        edition = _edition("en")
        items = [item for item in note(edition.results) if item.kind in ("title", "lead")]
        kinds = [(paragraph.kind, paragraph.text) for paragraph in paragraphs_of(edition, items)]
    assert kinds[:3] == [("lead", ""), ("heading", "Other results"), ("sentence", "")]
    assert len(kinds) == 2 + 15


def test_each_comparison_and_each_reference_measure_has_its_footnote():
    with override("en"):
        edition = _edition("en")
        paragraphs_of(edition, note(edition.results))
        notes = [(footnote.number, footnote.text) for footnote in footnotes_of(edition)]
    assert notes == [
        (1, "OpinionWay, online, 17–30\u00a0July 2020, 2,100 people. Another institute and questionnaire: indicative comparison. As worded then: “have booked an appointment online” (70%); “have used the online services of the national health insurance or a complementary insurer” (48%); “have exchanged e-mails or texts with a health professional” (32%)."),
        (2, "Reference measure (February 2024), about all insured people, children included. Source: Mon espace santé’s actual usage indicators. Administrative measure over all insured people, children included (about 10.8 million profiles activated); the survey questions adults online. The two figures do not subtract."),
    ]  # fmt: skip


def test_the_printed_gap_is_the_difference_of_the_printed_figures():
    measured = {"appointment": (78.49, 2032, 1.8), "insurer": (47.6, 2032, 2.2), "messages": (33.4, 2032, 2.0)}
    with override("fr"):
        edition = _edition("fr", Given(measured))
        gaps = [edition.view(edition.results[code]).gap for code in measured]
    assert gaps == [
        "+8\u00a0points depuis 2020, comparaison indicative",
        "0\u00a0point depuis 2020, comparaison indicative",
        "+1\u00a0point depuis 2020, comparaison indicative",
    ]


def test_two_populations_that_differ_are_not_subtracted():
    with override("fr"):
        edition = _edition("fr")
        view = edition.view(edition.results["declared_activation"])
    assert view.gap == ""
    assert view.remarks == (
        "Question posée aux 1\u202f016 personnes de la base «\u00a0Ont utilisé ou consulté Mon espace santé\u00a0»\u00a0; les 1\u202f016 autres sont comptées comme n’ayant pas donné cette réponse.",
        "Les deux populations diffèrent (mesure de référence\u00a0: ensemble des assurés, enfants compris\u00a0; enquête\u00a0: personnes âgées de 18 ans et plus résidant en France métropolitaine)\u00a0: les deux chiffres ne se soustraient pas.",
    )  # fmt: skip


def test_a_base_under_thirty_is_withheld_and_one_under_a_hundred_is_marked():
    measured = {"recommend": (91.0, 29, 11.0), "not_activated_reasons": (22.0, 30, 15.0), "know": (82.0, 100, 7.5)}
    with override("fr"):
        edition = _edition("fr", Given(measured, n=200))
        views = {code: edition.view(edition.results[code]) for code in measured}
        withheld = edition.sentence(edition.results["recommend"])
    assert withheld == "… des personnes ayant activé leur profil conseilleraient le service à leurs proches."
    assert views["recommend"].chart is None
    assert views["recommend"].rows == ()
    assert views["recommend"].margin == ""
    assert views["recommend"].remarks == ("Non publié\u00a0: moins de 30 personnes.",)
    assert [views[code].is_weak for code in measured] == [False, True, False]
    assert [views[code].is_published for code in measured] == [False, True, True]


def test_percentages_that_could_not_be_weighted_are_compared_with_nothing():
    with override("fr"):
        edition = _edition(
            "fr", Given(n=60, measured={"appointment": (78.0, 60, 10.0)}, refusal={"fr": "Il manque des agriculteurs.", "en": "x"})
        )
        view = edition.view(edition.results["appointment"])
        assert edition.state == "raw"
        assert edition.refusal == "Il manque des agriculteurs."
        assert edition.sentence(edition.results["appointment"]) == _french(
            "78 % des personnes interrogées ont déjà pris un rendez-vous en ligne."
        )
    assert (view.margin, view.gap) == ("", "")


@pytest.mark.parametrize(("n", "state"), [(0, "nobody"), (29, "few"), (30, "weighted")])
def test_nothing_is_published_of_fewer_than_thirty_people(n, state):
    edition = _edition("fr", Given({"know": (82.0, n, 5.0)}, n=n))
    assert edition.state == state
    assert (edition.value(edition.results["know"]) is None) is (state != "weighted")


@pytest.mark.parametrize(
    ("percent", "french", "english", "table"),
    [(0.4, "Moins de 1 % des", "Less than 1% of", "<1%"), (0.0, "0 % des", "0% of", "–"), (0.5, "1 % des", "1% of", "1%"), (99.6, "100 % des", "100% of", "100%")],
)  # fmt: skip
def test_very_small_percentages_are_said_as_people_say_them(percent, french, english, table):
    given = Given({"know": (percent, 2032, 0.5)})
    with override("fr"):
        edition = _edition("fr", given)
        assert edition.sentence(edition.results["know"]).startswith(_french(french))
    with override("en"):
        edition = _edition("en", given)
        assert edition.sentence(edition.results["know"]).startswith(english)
        assert edition.view(edition.results["know"]).rows[0].percent == table
