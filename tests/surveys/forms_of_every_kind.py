"""A form with sections, loops, blocks and every kind of question, short enough to be known by heart."""

from __future__ import annotations

from surveys.core.questionnaire import Questionnaire
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report, Workbook
from tests.worlds import sheet

COLUMNS = (
    "type,name,label::Français (fr),required,relevant,calculation,appearance,parameters,choice_filter,min,max,order,total,over,back,split,"
    "ends_if,ends_as,dont_know,refused,soft_constraint,soft_constraint_message::Français (fr)"
)
SETTINGS = "form_title,form_id,version,default_language\nTrains,trains,1,Français (fr)"
CHOICES = """
    list_name,name,label::Français (fr),code,flags,relevant,pays,media::image
    accord,oui,Oui,,,,,
    accord,non,Non,,,,,
    marque,sncf,SNCF,,,,fr,sncf.png
    marque,db,Deutsche Bahn,,,,de,
    marque,autre,Une autre,,other,,,
    marque,aucune,Aucune,,exclusive,,,
    pays,fr,France,,,,,
    pays,de,Allemagne,,,,,
    groupe,a,A,,,,,
    groupe,b,B,,,,,
"""
CONSENT = """
    begin_group,accueil,Bienvenue,,,,field-list
    select_one accord,consentement,Acceptez-vous ?,yes,,,consent,,,,,,,,,,. = 'non',refused
    end_group
"""


def survey_sheet(lines: str):
    """Return a survey sheet of these lines, in the columns of COLUMNS; cells at the end of a line may be left out."""
    width = COLUMNS.count(",")
    rows = [line.strip() for line in (CONSENT + lines).strip().splitlines() if line.strip()]
    return sheet("survey", "\n".join([COLUMNS, *(line + "," * (width - _commas(line)) for line in rows)]))


def form(lines: str) -> Workbook:
    """Return the sheets of a form with the consent page and then these lines."""
    return {
        "settings": sheet("settings", SETTINGS),
        "survey": survey_sheet(lines),
        "choices": sheet("choices", CHOICES),
        "bases": sheet("bases", "code,condition,subject::fr,base_line::fr\nall,,des voyageurs,Ensemble"),
    }


def read(lines: str) -> Questionnaire:
    """Return the questionnaire of these lines, which hold no mistake."""
    report = Report()
    questionnaire = read_questionnaire(form(lines), report)
    report.raise_if_any()
    return questionnaire


def mistakes(lines: str) -> list[str]:
    """Return what is wrong in these lines; the first is row 5."""
    report = Report()
    read_questionnaire(form(lines), report)
    return [str(mistake) for mistake in report.mistakes]


def _commas(line: str) -> int:
    inside, count = False, 0
    for character in line:
        inside ^= character == '"'
        count += character == "," and not inside
    return count
