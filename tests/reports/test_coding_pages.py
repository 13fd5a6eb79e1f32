"""The staff's pages of open answers, without JavaScript: who may see what, two coders apart, and a third who settles."""

import pytest

from reports.models import CodeFrame, Coding
from respondents.models import Interview
from tests.reports.test_coding import SAID, wave  # noqa: F401 -- a fixture
from tests.staff import history, log_in

pytestmark = pytest.mark.django_db
CODER = ("reports.view_coding", "reports.add_coding", "respondents.see_answers")
LEAD = (*CODER, "reports.change_codeframe")
ENGLISH = {"Accept-Language": "en"}


class Desk:
    """One coder at the pages of a wave."""

    def __init__(self, client, wave, *permissions):  # noqa: F811
        self.client, self.at = log_in(type(client)(), *permissions), f"/admin/results/{wave.pk}/coding/"

    def read(self, rest="", status=200):
        page = self.client.get(self.at + rest, headers=ENGLISH)
        assert page.status_code == status
        return page.content.decode() if status == 200 else ""

    def group(self, show="all", text=""):
        page = self.client.get(f"{self.at}q1_texte/", {"show": show, "q": text}, headers=ENGLISH).context["page"]
        return page.shown.key if page.shown else None

    def post(self, rest, **fields):
        page = self.client.post(self.at + rest, fields, headers=ENGLISH)
        assert page.status_code == 302, page.status_code
        return page

    def code(self, text, *codes, act="code"):
        return self.post("q1_texte/", key=self.group(text=text), codes=codes, act=act)


@pytest.fixture
def lead(client, wave):  # noqa: F811
    """The person who keeps the codes; two codes are there."""
    lead = Desk(client, wave, *LEAD)
    lead.post("q1_texte/codes/", act="add", label_fr="Le prix", label_en="The price")
    lead.post("q1_texte/codes/", act="add", label_fr="Un mobile", label_en="A phone", choice="appli")
    return lead


def test_a_code_is_named_from_its_label_and_its_story_is_kept(lead, wave):  # noqa: F811
    frame = CodeFrame.objects.get()
    assert [(each["code"], each["choice"]) for each in frame.codes] == [("le_prix", ""), ("un_mobile", "appli")]
    lead.post("q1_texte/codes/", act="change", code="le_prix", label_fr="Le coût", label_en="The cost")
    assert CodeFrame.objects.get().codes[0]["label"] == {"fr": "Le coût", "en": "The cost"}
    assert history(frame) == ["Code added: Le prix", "Code added: Un mobile", "Code le_prix is now: Le coût"]
    lead.post("q1_texte/codes/", act="add", label_fr="Hors liste", choice="elsewhere")
    assert len(CodeFrame.objects.get().codes) == 2


def test_those_who_wrote_the_same_are_coded_at_once(lead):
    lead.code("telephone", "un_mobile")
    assert sorted(Coding.objects.values_list("codes", flat=True)) == [["un_mobile"], ["un_mobile"]]
    assert lead.group("to_code") == lead.group(text="trop cher")
    lead.code("telephone")  # nothing chosen
    lead.code("telephone", "unknown")
    assert Coding.objects.count() == 2


def test_a_coder_sees_what_another_chose_once_both_have_coded_and_a_third_act_settles(client, wave, lead):  # noqa: F811
    ana, ben = Desk(client, wave, *CODER), Desk(client, wave, *CODER)
    ana.code("trop cher", "le_prix")
    for desk in (ben, lead):
        assert 'class="verdicts-of"' not in desk.read("q1_texte/?show=all&q=trop+cher")
        assert desk.group("disagreement") is None
    ben.code("trop cher", "un_mobile", "le_prix")
    for desk in (ana, ben, lead):
        assert 'class="verdicts-of"' in desk.read("q1_texte/?show=disagreement")
    assert (
        ana.client.post(f"{ana.at}q1_texte/", {"key": ana.group("disagreement"), "codes": ["le_prix"], "act": "settle"}).status_code == 403
    )
    lead.code("trop cher", "le_prix", act="settle")
    assert lead.group("disagreement") is None
    assert Coding.objects.filter(settles=True).values_list("codes", flat=True)[0] == ["le_prix"]
    assert "0.0%" in lead.read()  # the agreement of two is told as it was before


def test_joined_codes_are_followed_by_new_rows(lead):
    lead.code("telephone", "un_mobile")
    lead.post("q1_texte/codes/", act="merge", code="un_mobile", into="le_prix")
    assert list(Coding.objects.order_by("pk").values_list("codes", flat=True)) == [["un_mobile"]] * 2 + [["le_prix"]] * 2
    assert [each["code"] for each in CodeFrame.objects.get().codes] == ["le_prix"]


def test_words_of_people_need_their_own_permission_and_each_look_is_written_down(client, wave, lead):  # noqa: F811
    desk = Desk(client, wave, "reports.view_coding")
    assert SAID[2] not in desk.read()
    desk.read("q1_texte/", status=403)
    Desk(client, wave).read(status=403)
    lead.read("q1_texte/")
    assert history(wave) == ["Open answers to q1_texte seen."]


def test_whoever_is_removed_is_not_coded(lead):
    Interview.objects.filter(record__extra__q1_texte=SAID[2]).update(state="removed")
    assert lead.group(text="trop cher") is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_number_of_answers(lead, count, django_assert_num_queries):
    for text in SAID[count:]:
        Interview.objects.filter(record__extra__q1_texte=text).update(state="removed")
    lead.read("q1_texte/?show=all")
    with django_assert_num_queries(11):
        lead.read("q1_texte/?show=all")
