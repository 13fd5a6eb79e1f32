"""Small survey worlds: a study of four pages with a quota on sex, and the people who answer it."""

from __future__ import annotations

import csv
import io
from textwrap import dedent

from surveys.core.workbook import Workbook, sheet_of

SMALL = {
    "settings": """
        form_title,form_id,version,default_language,sponsor
        Une petite étude,petite-etude,1,Français (fr),Un commanditaire
    """,
    "survey": """
        type,name,label::Français (fr),label::English (en),required,relevant,calculation,appearance,parameters,constraint,ends_if,ends_as,dont_know
        begin_group,accueil,Bienvenue,Welcome,,,,field-list,,,,,
        select_one accord,consentement,Acceptez-vous ?,Do you agree?,yes,,,consent,,,. = 'non',refused,
        end_group,,,,,,,,,,,,
        begin_group,profil,Vous,You,,,,field-list,,,,,
        select_one sexe,sex,Vous êtes…,You are…,yes,,,,,,,,
        integer,years,Votre âge ?,Your age?,yes,,,,,. >= 0 and . <= 120,. < 18,screened_out,
        calculate,age,,,,,"if(${years} < 40, 'jeune', 'ancien')",,list=age,,,,
        end_group,,,,,,,,,,,,
        begin_group,usages,Vos usages,Your use,,,,field-list,,,,,
        select_multiple outils,q1,Qu’utilisez-vous ?,What do you use?,yes,,,,,,,,
        text,q1_texte,Précisez.,Please specify.,,"selected(${q1}, 'autre')",,,,,,,
        end_group,,,,,,,,,,,,
        begin_group,avis,Votre avis,Your view,,"not(selected(${q1}, 'aucun'))",,field-list,,,,,
        select_one accord3,q2,Êtes-vous satisfait ?,Are you satisfied?,yes,,,,,,,,
        end_group,,,,,,,,,,,,
        begin_group,fin,Pour finir,To finish,,,,field-list,,,,,
        integer,q3,Combien de fois ?,How often?,yes,,,,,. >= 0,,,NSP
        end_group,,,,,,,,,,,,
    """,
    "choices": """
        list_name,name,label::Français (fr),label::English (en),code,flags
        accord,oui,Oui,Yes,,
        accord,non,Non,No,,
        sexe,H,Un homme,A man,1,
        sexe,F,Une femme,A woman,2,
        sexe,X,Autre,Other,3,outside_quota
        age,jeune,Moins de 40 ans,Under 40,1,
        age,ancien,40 ans et plus,40 and over,2,
        outils,site,Un site,A site,,
        outils,appli,Une application,An app,,
        outils,autre,Autre,Other,,other
        outils,aucun,Aucun,None,,exclusive
        accord3,1,Oui,Yes,1,
        accord3,2,Non,No,2,
        accord3,8,Ne sait pas,Don't know,8,dont_know
    """,
    "bases": """
        code,subject::Français (fr),subject::English (en),base_line::Français (fr),base_line::English (en),condition
        all,des personnes interrogées,of respondents,Ensemble,All respondents,
        users,des utilisateurs,of users,Utilisateurs,Users,"not(selected(${q1}, 'aucun'))"
    """,
    "waves": """
        code,label::Français (fr),label::English (en),kind,starts,ends,time_zone,target,ceiling,questionnaire_version,weighting
        v1,Vague 1,Wave 1,own,2026-01-05,2026-01-09,Europe/Paris,100,100,1,sex
    """,
    "margins": """
        wave,variable,category,percent,source
        v1,sex,H,50,Insee
        v1,sex,F,50,Insee
    """,
    "quotas": """
        wave,name,variables,kind,tolerance_percent,tolerance_min,minimum_only
        v1,sex,sex,hard,0,0,
    """,
    "figures": """
        code,published_as,says::Français (fr),says::English (en),selection,base,not_asked,compare_with
        satisfied,F1,sont satisfaits,are satisfied,${q2} = '1',users,,
        site,F2,utilisent un site,use a site,"selected(${q1}, 'site')",all,,
    """,
}


def study(**changes: str) -> Workbook:
    """Return the small study as a workbook; each sheet of ``changes`` replaces the one of that name, '' leaves it out."""
    texts = {name: text for name, text in {**SMALL, **changes}.items() if text}
    return {name: sheet(name, text) for name, text in texts.items()}


def sheet(name: str, text: str):
    """Return a sheet from CSV text."""
    header, *lines = csv.reader(io.StringIO(dedent(text).strip()))
    return sheet_of(name, header, ((number, dict(zip(header, cells, strict=True))) for number, cells in enumerate(lines, 2)))


def changed(name: str, old: str, new: str) -> dict[str, str]:
    """Return one sheet of the small study with a piece of its text replaced, to be given to ``study``."""
    assert old in SMALL[name]
    return {name: SMALL[name].replace(old, new)}


def open_wave(*, places: int = 100, state: str = "live", **changes: str):
    """Load the small study, open its wave with so many places in all and as many for each sex, and return the wave."""
    from reports.study import store_study
    from respondents.models import QuotaCell

    wave = store_study(study(**changes)).waves.get(code="v1")
    QuotaCell.objects.filter(wave=wave, quota__name="total").update(target=places, ceiling=places)
    QuotaCell.objects.filter(wave=wave).exclude(quota__name="total").update(target=places, ceiling=places)
    wave.move_to(state)
    return wave


ANSWERS = {
    "accueil": {"consentement": "oui"},
    "profil": {"sex": "F", "years": "44"},
    "usages": {"q1": ["site"]},
    "avis": {"q2": "1"},
    "fin": {"q3": "4"},
}


class Respondent:
    """Somebody at a browser without JavaScript: reads pages, fills them, keeps the address they are at."""

    def __init__(self, client, survey: str = "petite-etude", query: str = "") -> None:
        self.client = client
        self.door = f"/s/{survey}/{query}"
        self.at = self.door
        self.response = None

    def open(self, address: str = ""):
        """Open an address (by default the present one: F5) and follow redirects."""
        self.response = self.client.get(address or self.at, follow=True)
        if self.response.redirect_chain:
            self.at = self.response.redirect_chain[-1][0]
        elif address:
            self.at = address
        return self

    def post(self, **answers):
        """Fill the page shown and press Continue; return self, at the next page."""
        return self.send(self.form(**answers))

    def form(self, **answers):
        """Return what the browser would post for these answers: address and fields."""
        from respondents.core.forms import read_form

        form = read_form(self.response.content.decode())
        assert form.action, f"no form at {self.at}"
        return form.action, {"request_id": form.fields["request_id"].values[0], **answers}

    def send(self, filled):
        """Post what ``form`` returned: twice the same, that is a double click."""
        action, fields = filled
        self.response = self.client.post(action, fields, follow=True)
        if self.response.redirect_chain:
            self.at = self.response.redirect_chain[-1][0]
        return self

    def go_to(self, page: str, **changes):
        """Enter and answer every page before ``page``; ``changes`` replace the usual answers of a page by name."""
        self.open(self.door)
        return self._walk(page, changes)

    def finish(self, **changes):
        """Answer every page to the end."""
        if self.response is None:
            self.open(self.door)
        return self._walk("", changes)

    def _walk(self, page: str, changes):
        for _ in range(3 * len(ANSWERS)):
            if self.page == page:
                return self
            self.post(**changes.get(self.page, ANSWERS[self.page]))
        raise AssertionError(f"no way to {page or 'the end'}: still at {self.page}")

    @property
    def page(self) -> str:
        """Return the name of the page shown, '' at the end."""
        if self.outcome:
            return ""
        parts = self.at.split("?")[0].strip("/").split("/")
        return parts[2] if parts[0] == "i" and len(parts) > 2 else "accueil"

    @property
    def outcome(self) -> str:
        """Return how the interview ended, as its last page tells; '' while it goes on."""
        from respondents.core.forms import read_form

        return read_form(self.response.content.decode()).outcome

    @property
    def interview(self):
        """Return the stored interview."""
        from respondents.models import Interview
        from respondents.tokens import sha256_of

        return Interview.objects.get(token_sha256=sha256_of(self.at.split("/")[2]))
