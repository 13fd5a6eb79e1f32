"""A whole study through its door: loaded together or not at all, and written back as it came."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from reports.models import Aggregation, Benchmark, ExternalFigure, Figure
from reports.study import export_study, load_study, store_study
from surveys.core.files import read_workbook, write_workbook
from surveys.core.workbook import StudyRefused, sheet_of
from surveys.models import Margin, Questionnaire, Survey
from surveys.translation import say_mistake
from tests.reports.bad_study import IN_FRENCH, MISTAKES, SHEETS
from tests.reports.panel import SAMPLE
from tests.worlds import changed, sheet, study

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def files(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.glob("*.csv")}


def refused(workbook) -> list[str]:
    with pytest.raises(StudyRefused) as caught:
        store_study(workbook)
    return [str(mistake) for mistake in caught.value.mistakes]


# ---- loaded


def test_the_sample_is_loaded_and_comes_back_byte_by_byte(tmp_path):
    survey = load_study(SAMPLE)
    assert (survey.slug, survey.languages, survey.default_language) == ("numerique-en-sante", ["fr", "en"], "fr")
    assert [wave.code for wave in survey.waves.all()] == ["2020", "2023"]
    assert (survey.figures.count(), survey.note_items.count(), Margin.objects.count()) == (16, 20, 33)
    export_study(survey, tmp_path / "study")
    assert files(tmp_path / "study") == files(SAMPLE)


def test_the_sample_as_one_workbook_is_the_same_study(tmp_path):
    write_workbook(read_workbook(SAMPLE), tmp_path / "study.xlsx")
    survey = load_study(tmp_path / "study.xlsx")
    assert survey.questionnaires.get().fingerprint == load_study(SAMPLE).questionnaires.get().fingerprint
    export_study(survey, tmp_path / "again.xlsx")
    assert read_workbook(tmp_path / "again.xlsx") == read_workbook(SAMPLE)


def test_pyxform_accepts_the_sample_with_its_own_sheets_and_columns(tmp_path):
    from pyxform.xls2xform import convert

    write_workbook(read_workbook(SAMPLE), tmp_path / "study.xlsx")
    form = convert(xlsform=tmp_path / "study.xlsx", validate=False).xform
    assert "<h:title>Les Français et le numérique en santé</h:title>" in form
    assert "selected( /data/donnees/q6 , 'autre')" in form


# ---- every mistake at once, nothing half-loaded


def test_every_mistake_is_said_with_its_place_and_nothing_is_kept():
    assert refused({name: sheet(name, text) for name, text in SHEETS.items()}) == MISTAKES
    assert not Survey.objects.exists()
    assert not Questionnaire.objects.exists()


def test_every_mistake_is_said_in_french_to_those_who_read_french():
    with pytest.raises(StudyRefused) as caught:
        store_study({name: sheet(name, text) for name, text in SHEETS.items()})
    with translation.override("fr"):
        assert [say_mistake(mistake) for mistake in caught.value.mistakes] == IN_FRENCH


def test_the_mistakes_are_of_more_than_sixty_kinds():
    with pytest.raises(StudyRefused) as caught:
        store_study({name: sheet(name, text) for name, text in SHEETS.items()})
    assert len({mistake.message.template for mistake in caught.value.mistakes}) == 65


def test_missing_sheets_and_columns_are_named_with_what_they_should_hold():
    assert refused({}) == [
        "bases: This sheet is missing; its columns are: code, condition.",
        "choices: This sheet is missing; its columns are: list_name, name.",
        "settings: This sheet is missing; its columns are: form_title, form_id, version, default_language.",
        "settings: This sheet holds exactly one row below its header.",
        "survey: This sheet is missing; its columns are: type, name.",
        "waves: This sheet is missing; its columns are: code, kind, starts, ends.",
    ]
    assert refused(study(figures="code,selection\nsite,1")) == [
        "figures:1:base: This column is missing from the sheet.",
        "figures:2:says::fr: The text is missing in this language.",
        "figures:2:says::en: The text is missing in this language.",
        "figures:2:base: “” is not a base of the bases sheet.",
    ]


# Each of these alone, in a study otherwise without mistake.
ALONE = {
    "two rows of settings": ({"settings": "form_title,form_id,version,default_language\nA,a,1,fr\nB,b,1,fr"}, "settings: This sheet holds exactly one row below its header."),
    "a label without language": (changed("survey", "label::English (en)", "label::English"), "survey:1:label::English: Write the language with its code, as in label::Français (fr)."),
    "a language twice": (changed("choices", "label::English (en)", "label::French (fr)"), "choices:1:label::French (fr): This language stands twice: remove or rename one of them."),
    "a page never closed": ({"survey": "type,name,label::fr\nbegin_group,p,P"}, "survey:2:type: This is never closed: write end_group, or end_repeat, after its last question."),
    "a title too long": (changed("settings", "Une petite étude", "é" * 301), "settings:2:form_title: At most 300 characters."),
    "a title missing": (changed("settings", "Une petite étude", ""), "settings:2:form_title: This cell must be filled in."),
    "a figure code too long": (changed("figures", "satisfied,", "s" * 65 + ","), "figures:2:code: At most 64 characters."),
    "a number beyond every integer": (changed("waves", ",100,100,", ",99999999999,99999999999,"), "waves:2:target: Write a whole number without sign."),
    "not a number": (changed("margins", "H,50,", "H,nan,"), "margins:2:percent: Write a percentage from 0 to 100 with at most four decimals."),
    "an underscore in a number": (changed("margins", "H,50,", "H,5_0,"), "margins:2:percent: Write a percentage from 0 to 100 with at most four decimals."),
    "a code of 5,000 digits": (changed("choices", "A man,1,", "A man," + "9" * 5_000 + ","), "choices:4:code: A code is a whole number from 0 to 32767."),
    "two variables of one name": (changed("survey", "q1_texte", "Q1_Site"), "survey:name: “q1_site” would name two variables: a question and a choice of a multiple."),
    "a quota not required": (changed("survey", "You are…,yes", "You are…,"), "quotas:variables: sex may be left without an answer: a quota needs it to be required."),
    "a quota not asked of everybody": (changed("survey", "You are…,yes,", "You are…,yes,${years} > 20"), "quotas:variables: sex is not asked of everybody: a quota needs it on every route."),
    "an end on a quota after the quota page": (changed("survey", "How often?,yes,,,,,. >= 0,,,", "How often?,yes,,,,,. >= 0,${sex} = 'X',screened_out,"), "survey:ends_if: q3 ends the interview on a quota variable after the quota page of wave v1."),
    "a calculation off its list": (changed("survey", "'ancien')", "'vieux')"), "survey:8:calculation: “vieux” is not a choice of age; its choices are: jeune, ancien."),
    "an unlisted number": (changed("survey", "not(selected(${q1}, 'aucun'))", "${sex} = 2"), "survey:14:relevant: “2” is not a choice of sex; its choices are: H, F, X."),
    "a question on its own answer": (changed("survey", "\"selected(${q1}, 'autre')\"", "\"selected(${q1}, 'autre') or ${q1_texte} = 'x'\""), "survey:12:relevant: ${q1_texte} is answered later: a condition can only use earlier answers."),
    "another without its own text": (changed("survey", "\"selected(${q1}, 'autre')\"", "\"selected(${q1}, 'site')\""), "survey:11:type: The choice flagged “other” needs a text question on the same page, relevant when it is ticked."),
    "a weighting not asked of everybody": (changed("survey", "You are…,yes,", "You are…,yes,${years} > 20"), "waves:2:weighting: sex may be left without an answer: to weight on it, require it of everybody."),
    "a weighting with a share unknown": (changed("choices", "outside_quota", ""), "waves:2:weighting: sex = X has no share in the margins sheet: add it, or flag the choice outside_quota."),
    "a filter whose column has a capital": (changed("survey", ",relevant,", ",Relevant,"), "survey:1:Relevant: Write this column's name as: relevant."),
    "a text column with a blank": (changed("bases", "base_line::English", "base line::English"), "bases:1:base line::English (en): Write this column's name as: base_line."),
    "a figure on a calculation without list": ({**changed("survey", ",list=age,", ",,"), **changed("figures", "\"selected(${q1}, 'site')\"", "${age} = 'jeune'")}, "figures:3:selection: age is a calculation without a list of choices: name one in its parameters, as list=…"),
    "no consent": (changed("survey", "consent,", ","), "survey:appearance: The first page must hold one question with the appearance “consent”, and no other question."),
    "a selection that holds for those not asked": (changed("figures", "${q2} = '1',users", "not(${q2} = '2'),all"), "figures:2:selection: It also selects people who were not asked q2: write the answers that it selects."),
    "a base of people not asked": (changed("figures", "${q2} = '1',users", "${q2} = '1',all"), "figures:2:not_asked: The base holds people not asked q2 (asked when not(selected(${q1}, 'aucun'))): write counts_as_no, or choose the base of those asked."),
    "a margin of no wave": (changed("margins", "v1,sex,F,50,Insee", "v1,sex,F,50,Insee\n        v2,sex,F,100,Insee"), "margins:4:wave: “v2” is not a wave of the waves sheet."),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "said"), ALONE.values(), ids=ALONE)
def test_a_single_mistake_is_said(changes, said):
    assert said in refused(study(**changes))
    assert not Survey.objects.exists()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_loads_at_the_same_time_come_one_after_the_other():  # check 90
    outcomes = []

    def load():
        try:
            outcomes.append(store_study(study()).slug)
        finally:
            connection.close()

    other = threading.Thread(target=load)
    with transaction.atomic():
        store_study(study())
        other.start()
        other.join(0.3)
        assert other.is_alive(), "it waits"
    other.join(10)
    assert outcomes == ["petite-etude"]
    assert (Survey.objects.count(), Questionnaire.objects.count(), Figure.objects.count()) == (1, 1, 2)


# ---- loaded again


def test_corrections_outside_the_form_are_taken_over():
    first = store_study(study())
    figure, questionnaire = first.figures.get(code="site"), first.questionnaires.get()
    again = store_study(
        study(
            **changed("waves", "Vague 1,Wave 1", "Première vague,First wave"),
            **changed("figures", "utilisent un site,use a site", "se servent d’un site,use some site"),
            **changed("margins", "H,50,Insee\n        v1,sex,F,50", "H,48.5,Insee\n        v1,sex,F,51.5"),
            settings="""
                form_title,form_id,version,default_language,sponsor,mode,limits::fr,limits::en
                Une petite étude,petite-etude,1,Français (fr),Un commanditaire,online,Des limites,Limits
            """,
        )
    )
    assert again.questionnaires.get() == questionnaire
    assert again.waves.get().labels == {"fr": "Première vague", "en": "First wave"}
    assert again.limits == {"fr": "Des limites", "en": "Limits"}
    assert again.figures.get(code="site").says == {"fr": "se servent d’un site", "en": "use some site"}
    assert again.figures.get(code="site").pk == figure.pk
    assert sorted(str(margin.percent) for margin in Margin.objects.all()) == ["48.5000", "51.5000"]


def test_a_study_loaded_again_makes_its_figures_out_of_date():
    survey = store_study(study())
    Aggregation.objects.create(wave=survey.waves.get(), computed_at=timezone.now(), n=0, revisions=0)
    store_study(study())
    assert Aggregation.objects.get().revisions == Aggregation.OUT_OF_DATE


@pytest.mark.parametrize(
    "changes",
    [
        changed("survey", "How often?", "How many times?"),
        changed("choices", "A woman,2", "A woman,4"),
        changed("bases", "of users", "of people who use it"),
        changed("settings", "Un commanditaire", "Un autre commanditaire"),
    ],
    ids=["a question", "a code", "a base", "the sponsor that every page names"],
)
def test_another_form_needs_another_version(changes):
    store_study(study())
    assert refused(study(**changes)) == ["settings:2:version: Version 1 is already stored with another content: raise settings.version."]
    assert Questionnaire.objects.count() == 1


def test_what_left_the_sheets_leaves_the_study():
    store_study(study(nets="list_name,name,choices\nsexe,tous,H F", banners="banner,column,condition\nsex,H,${sex} = 'H'"))
    kept = store_study(study(figures="""
        code,published_as,says::Français (fr),says::English (en),selection,base,not_asked,compare_with
        site,F2,utilisent un site,use a site,"selected(${q1}, 'site')",all,,
    """))  # fmt: skip
    assert [figure.code for figure in kept.figures.all()] == ["site"]
    assert (kept.nets.count(), kept.banner_columns.count()) == (0, 0)
    assert list(kept.headers) == ["settings", "waves", "margins", "quotas", "figures"]


EXTERNAL = {
    "waves": """
        code,kind,starts,ends,target,ceiling,questionnaire_version,weighting,institute,interviewed
        avant,external,2020-07-17,2020-07-30,,,,,Un institut,2100
        v1,own,2026-01-05,2026-01-09,100,100,1,sex,,
    """,
    "external_figures": "wave,figure,percent,n\navant,site,70.5,2100",
    "benchmarks": "code,figure,percent,says::fr,says::en\nreal,site,15,le font,do",
}


def test_an_external_wave_comes_and_goes_with_its_figures():
    survey = store_study(study(**EXTERNAL))
    assert [str(figure.percent) for figure in ExternalFigure.objects.all()] == ["70.5000"]
    assert Benchmark.objects.get().says == {"fr": "le font", "en": "do"}
    store_study(study())
    assert [wave.code for wave in survey.waves.all()] == ["v1"]
    assert not ExternalFigure.objects.exists()
    assert not Benchmark.objects.exists()


# ---- its cost


def _figures(count):
    rows = [f"f{n},F{n},disent {n},say {n},\"selected(${{q1}}, 'site')\",all,," for n in range(count)]
    header = "code,published_as,says::Français (fr),says::English (en),selection,base,not_asked,compare_with"
    return "\n".join([header, *rows])


def _margins(categories):
    rows = [f"v1,age,{name},{percent},Insee" for name, percent in categories]
    return "\n".join(["wave,variable,category,percent,source", "v1,sex,H,50,Insee", "v1,sex,F,50,Insee", *rows])


def _queries(book, *, is_stored):
    if is_stored:
        store_study(book)
    with CaptureQueriesContext(connection) as context:
        store_study(book)
    return len(context)


@pytest.mark.parametrize("is_stored", [False, True], ids=["new", "again"])
def test_more_rows_take_no_more_queries(is_stored):
    taken = [
        _queries(
            study(
                figures=_figures(count),
                margins=_margins(categories),
                nets="list_name,name,choices\n" + "\n".join(f"sexe,n{n},H F" for n in range(count)),
                banners="banner,column,condition\n" + "\n".join(f"b,c{n},${{sex}} = 'H'" for n in range(count)),
                note="position,kind,figure,text_fr,text_en\n" + "\n".join(f"{n},title,,Titre,Title" for n in range(count)),
                benchmarks="code,figure,percent,says::fr,says::en\n" + "\n".join(f"b{n},f0,15,le font,do" for n in range(count)),
                **changed("settings", "petite-etude", f"etude-{count}"),
            ),
            is_stored=is_stored,
        )
        for count, categories in ((1, []), (3, [("jeune", 50), ("ancien", 50)]))
    ]
    assert taken[0] == taken[1]


# ---- any study comes back as it was loaded


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"], exclude_characters='"'), min_size=1, max_size=20
)
visible = words.map(str.strip).filter(lambda text: text and "\ufeff" not in text)


class AnyStudyComesBack(TestCase):
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        label=visible,
        extra=visible,
        unknown=st.sampled_from(["remark", "note::Deutsch (de)", "Z"]),
        blank=st.integers(0, 2),
        code=st.sampled_from(["01", "1", "7"]),
    )
    def test_cell_by_cell(self, label, extra, unknown, blank, code):
        book = dict(study())
        for name in ("settings", "survey", "choices", "bases", "waves", "margins", "quotas", "figures"):
            first = book[name]
            rows = [
                (row.number + (blank if row.number > 2 else 0), {**row.cells, unknown: extra if row.number % 2 else ""})
                for row in first.rows
            ]
            book[name] = sheet_of(name, (*first.header, unknown), rows)
        book["choices"].rows[2].cells["label::English (en)"] = label
        book["choices"].rows[2].cells["code"] = code
        book["figures"].rows[0].cells["says::Français (fr)"] = label
        survey = store_study(book)
        assert _exported(survey) == book


def _exported(survey):
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        export_study(survey, Path(folder) / "study")
        export_study(survey, Path(folder) / "study.xlsx")
        read = read_workbook(Path(folder) / "study")
        assert read == read_workbook(Path(folder) / "study.xlsx")
        return read


# ---- the commands


def test_load_study_says_what_it_loaded():
    said = io.StringIO()
    call_command("load_study", SAMPLE, stdout=said)
    assert said.getvalue() == "Loaded: Les Français et le numérique en santé (numerique-en-sante).\n"


def test_load_study_lists_the_mistakes_and_exits_with_1(tmp_path):
    write_workbook(study(**changed("margins", "H,50", "H,half")), tmp_path / "study")
    with pytest.raises(CommandError) as caught:
        call_command("load_study", tmp_path / "study")
    assert str(caught.value).splitlines() == [
        "sheet margins, column percent: The shares of sex in wave v1 add up to 50, not to 100.",
        "sheet margins, row 2, column percent: Write a percentage from 0 to 100 with at most four decimals.",
        "Nothing was loaded: 2 mistake(s) to mend.",
    ]


def test_export_study_writes_one_version_and_says_where(tmp_path):
    store_study(study())
    store_study(
        study(
            **changed("settings", "etude,1", "etude,2"),
            **changed("waves", "100,1,", "100,2,"),
            **changed("survey", "How often?", "How many times?"),
        )
    )
    said = io.StringIO()
    call_command("export_study", "petite-etude", tmp_path / "two", stdout=said)
    assert said.getvalue() == f"Written: {tmp_path / 'two'}\n"
    call_command("export_study", "petite-etude", tmp_path / "one", version_of_form="1", stdout=said)
    assert "How many times?" in (tmp_path / "two" / "survey.csv").read_text()
    assert "How often?" in (tmp_path / "one" / "survey.csv").read_text()
    assert "petite-etude,1," in (tmp_path / "one" / "settings.csv").read_text()


def test_export_study_names_what_it_does_not_find(tmp_path):
    store_study(study())
    with pytest.raises(CommandError, match=r"There is no survey “grande-etude”; known: petite-etude\."):
        call_command("export_study", "grande-etude", tmp_path / "study")
    with pytest.raises(CommandError, match=r"petite-etude has no version “9” of its form; known: 1\."):
        call_command("export_study", "petite-etude", tmp_path / "study", version_of_form="9")
    (tmp_path / "themes.csv").write_text("code\n")
    with pytest.raises(CommandError, match=r"themes\.csv"):
        call_command("export_study", "petite-etude", tmp_path)


def test_no_figure_is_lost_when_rows_move_up():
    store_study(study(figures=_figures(3)))
    header, first, _second, third = _figures(3).splitlines()
    store_study(study(figures="\n".join([header, first, third])))
    assert list(Figure.objects.values_list("code", "row")) == [("f0", 2), ("f2", 3)]
