"""The reader of web forms sees what the standard library's parser sees."""

from html.parser import HTMLParser

import pytest

from respondents.core.forms import Field, WebForm, read_form

PAGE = """<!DOCTYPE html><html lang="fr"><body><p role="status">2 &lt; 3</p>
<form action="/recherche"><input name="q" value="hors du formulaire"></form>
<form method="post" action="/i/abc/profil/?lang=fr&amp;x=1" novalidate>
<div class="errors" role="alert" tabindex="-1">À vérifier</div>
<input type="hidden" name="request_id" value="r-1">
<input type="radio" name="sex" value="H" id="id_sex_H"><label for="id_sex_H">Un homme</label>
<input type=radio name=sex value=F checked>
<input type="checkbox" name="q1" value="site"><input type="checkbox" name="q1" value="aucun" data-exclusive>
<input name="years" inputmode="numeric" title='un "nombre" > 0' value="">
<select name="region"><option value="">Choisissez…</option><option value="11" selected>Île-de-France</option><option value="l&#x27;autre">x</option></select>
<textarea name="q1_texte" rows="2">&lt;input name="faux"&gt;</textarea>
<button name="action" value="next">Continuer</button>
</form><input name="apres" value="1"></body></html>"""


class Oracle(HTMLParser):
    """The same reading, on the standard library's tokens."""

    def __init__(self):
        super().__init__()
        self.form, self.inside, self.select = WebForm(), False, ""

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.form.outcome = given.get("data-outcome", self.form.outcome)
        self.form.has_errors = self.form.has_errors or given.get("role") == "alert"
        name = given.get("name", "")
        if tag == "form" and given.get("method", "").lower() == "post":
            self.inside, self.form.action = True, given.get("action", "")
        elif self.inside and tag == "select":
            self.select, self.form.fields[name] = name, Field("select")
        elif self.inside and tag == "option" and given.get("value"):
            self.form.fields[self.select].values.append(given["value"])
        elif self.inside and tag == "textarea":
            self.form.fields[name] = Field("text")
        elif self.inside and tag == "input" and name:
            found = self.form.fields.setdefault(name, Field(given.get("type", "text")))
            found.values.append(given.get("value", ""))
            if "data-exclusive" in given:
                found.exclusive.add(given["value"])

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "form"


def as_the_standard_library_reads(html):
    oracle = Oracle()
    oracle.feed(html)
    return oracle.form


def test_a_form_is_read_as_a_browser_would_post_it():
    form = read_form(PAGE)
    assert form.action == "/i/abc/profil/?lang=fr&x=1"
    assert form.has_errors
    assert list(form.fields) == ["request_id", "sex", "q1", "years", "region", "q1_texte"]
    assert form.fields["sex"] == Field("radio", ["H", "F"])
    assert form.fields["q1"] == Field("checkbox", ["site", "aucun"], {"aucun"})
    assert form.fields["region"] == Field("select", ["11", "l'autre"])


def test_an_ending_tells_its_outcome_and_has_no_form():
    assert read_form('<main><div class="ending" data-outcome="quota_full"><h1>Merci</h1></div></main>') == WebForm(outcome="quota_full")


@pytest.mark.parametrize(
    "html", [PAGE, PAGE.replace(' role="alert"', ""), "", "<form method='POST' action=/x><input name=a value=b>", "<p>a < b"]
)
def test_it_reads_what_the_standard_library_reads(html):
    assert read_form(html) == as_the_standard_library_reads(html)
