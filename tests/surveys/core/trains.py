"""A study about journeys that uses most of what a questionnaire can: its sheets as lines of text, to be read or changed by tests."""

from __future__ import annotations

import csv
import io

from surveys.core.questionnaire import Questionnaire
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report, Sheet, sheet_of

SETTINGS = """
form_title,form_id,version,default_language
Vos trajets,trajets,1,fr
"""

# type | name | French | English | any other column = its cell
SURVEY = """
begin_group | accueil | Accueil | Welcome
select_one accord | accord | Acceptez-vous de répondre ? | Do you agree to take part? | required=yes | appearance=consent
end_group
begin_group | vous | Vous | You
integer | age | Quel est votre âge ? | How old are you? | required=yes | ends_if=. < 18 | ends_as=screened_out
calculate | tranche | Tranche d’âge | Age group | calculation=if(${age} < 35, 'jeune', 'autre') | parameters=list=tranche
date | q1_date | Date de votre dernier trajet | Date of your last journey
end_group
begin_group | transports | Transports | Transport
select_multiple modes | q2_modes | Quels transports avez-vous pris ? | Which have you used? | required=yes | max=2
select_one oui_non | q3 | Êtes-vous allé à l’étranger ? | Did you go abroad?
text | q3_pays | Dans quel pays ? | Which country? | relevant=${q3} = '1'
end_group
begin_repeat | boucle | Boucle | Loop | over=${q2_modes}
begin_group | avis | Votre avis : ${boucle} | Your view: ${boucle}
select_one note | q4 | Notez ${boucle}. | Rate ${boucle}. | required=yes
end_group
end_repeat
begin_group | fin | Fin | End | relevant=not(${q3} = '1')
integer | q5 | Combien de trajets ? | How many journeys? | required=yes | dont_know=NSP
decimal | q6 | Quel prix ? | What price?
end_group
"""

CHOICES = """
list_name,name,code,label::Français (fr),label::English (en),flags
accord,1,1,J’accepte,I agree,
accord,0,0,Je refuse,I do not agree,
oui_non,1,1,Oui,Yes,
oui_non,0,0,Non,No,
oui_non,8,8,Ne sait pas,Don’t know,dont_know
modes,train,1,Train,Train,
modes,bus,2,Bus,Bus,
modes,velo,3,"Vélo, ou « trottinette »",Bicycle or “scooter”,
modes,aucun,9,Aucun,None,exclusive
note,1,1,Bien,Good,
note,2,2,Mal,Bad,
tranche,jeune,1,Moins de 35 ans,Under 35,
tranche,autre,2,35 ans et plus,35 and over,
"""

BASES = """
code,subject::Français (fr),base_line::Français (fr),subject::English (en),base_line::English (en),condition
all,des personnes interrogées,Ensemble,of respondents,All respondents,
abroad,des personnes allées à l’étranger,Allées à l’étranger,of those who went abroad,Went abroad,${q3} = '1'
"""

TEXTS = {"settings": SETTINGS, "survey": SURVEY, "choices": CHOICES, "bases": BASES}


def workbook(*changes: tuple[str, str, str]) -> dict[str, Sheet]:
    """Return the sheets after each change (sheet, text, text in its place); the text must be there."""
    texts = dict(TEXTS)
    for sheet, old, new in changes:
        assert old in texts[sheet], f"{old!r} is not in the {sheet} sheet"
        texts[sheet] = texts[sheet].replace(old, new)
    return {name: _sheet(name, text) for name, text in texts.items()}


def questionnaire(*changes: tuple[str, str, str]) -> Questionnaire:
    """Return the questionnaire that the changed sheets hold; a mistake in them is an error."""
    report = Report()
    read = read_questionnaire(workbook(*changes), report)
    report.raise_if_any()
    return read


def _sheet(name: str, text: str) -> Sheet:
    rows = [_cells(line) for line in text.strip().splitlines()] if name == "survey" else [*csv.DictReader(io.StringIO(text.strip()))]
    header = list(dict.fromkeys(column for cells in rows for column in cells))
    return sheet_of(
        name, header, [(number, {column: cell for column, cell in cells.items() if cell}) for number, cells in enumerate(rows, 2)]
    )


def _cells(line: str) -> dict[str, str]:
    first, others = line.split(" | ")[:4], line.split(" | ")[4:]
    named = dict(zip(("type", "name", "label::Français (fr)", "label::English (en)"), first, strict=False))
    return named | {column: cell for column, _, cell in (other.partition("=") for other in others)}
