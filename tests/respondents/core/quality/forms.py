"""A form with grids, an attention question and open questions, for the rules of quality."""

from surveys.core.checks import check_workbook
from tests.worlds import study

SURVEY = """
    type,name,label::Français (fr),label::English (en),required,relevant,appearance,parameters,ends_if,ends_as,attention
    begin_group,accueil,Bienvenue,Welcome,,,field-list,,,,
    select_one accord,consentement,Acceptez-vous ?,Do you agree?,yes,,consent,,. = 'non',refused,
    end_group,,,,,,,,,,
    begin_group,usages,Usages,Use,,,field-list,,,,
    select_one oui_non,uses,Utilisez-vous le service ?,Do you use the service?,yes,,,,,,
    integer,years,Votre âge ?,Your age?,yes,,,,,,
    end_group,,,,,,,,,,
    begin_group,services,Services,Services,,${uses} = 'oui',field-list,,,,
    text,why,Pourquoi ?,Why?,yes,,multiline,,,,
    text,email,Votre adresse ?,Your address?,,,email,,,,
    end_group,,,,,,,,,,
    begin_group,views,Avis,Views,,,field-list table-list,,,,
    select_one scale,v1,Simple,Simple,yes,,,,,,
    select_one scale,v2,Rapide,Fast,yes,,,,,,
    select_one scale,v3,Sûr,Safe,yes,,,,,,
    select_one scale,v4,Compliqué,Complicated,yes,,,,,,
    select_one scale,v5,Lent,Slow,yes,,,,,,
    end_group,,,,,,,,,,
    begin_group,marks,Notes,Marks,,,field-list table-list,,,,
    range,m1,Accueil,Welcome,yes,,,start=0 end=10,,,
    range,m2,Prix,Price,yes,,,start=0 end=10,,,
    range,m3,Délai,Delay,yes,,,start=0 end=10,,,
    range,m4,Conseil,Advice,yes,,,start=0 end=10,,,
    range,m5,Suivi,Follow-up,yes,,,start=0 end=10,,,
    end_group,,,,,,,,,,
    begin_group,check,Attention,Attention,,,field-list,,,,
    select_one scale,trap,Répondez « plutôt d’accord ».,Answer “rather agree”.,yes,,,,,,2
    select_multiple colours,colours,Cochez le bleu et le vert.,Tick blue and green.,,,,,,,bleu vert
    end_group,,,,,,,,,,
"""
CHOICES = """
    list_name,name,label::Français (fr),label::English (en),code,flags
    accord,oui,Oui,Yes,,
    accord,non,Non,No,,
    oui_non,oui,Oui,Yes,,
    oui_non,non,Non,No,,
    scale,1,Tout à fait,Fully,1,
    scale,2,Plutôt,Rather,2,
    scale,3,Ni l’un ni l’autre,Neither,3,
    scale,4,Plutôt pas,Rather not,4,
    scale,5,Pas du tout,Not at all,5,
    scale,8,Ne sait pas,Don’t know,8,dont_know
    colours,bleu,Bleu,Blue,,
    colours,vert,Vert,Green,,
    colours,rouge,Rouge,Red,,
"""
BASES = """
    code,subject::Français (fr),subject::English (en),base_line::Français (fr),base_line::English (en),condition
    all,des personnes interrogées,of respondents,Ensemble,All respondents,
"""


def form(survey: str = SURVEY):
    """Return the questionnaire, which has no mistake."""
    questionnaire, report = check_workbook(study(survey=survey, choices=CHOICES, bases=BASES))
    assert [str(mistake) for mistake in report.mistakes] == []
    return questionnaire


def grid(prefix: str, answers: str) -> dict[str, str]:
    """Return the answers to a grid's rows, in order: "1 1 2 1 1"."""
    return {f"{prefix}{number}": answer for number, answer in enumerate(answers.split(), 1)}
