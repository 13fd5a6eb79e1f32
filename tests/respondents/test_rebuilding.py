"""Records are a projection of the log: made anew, every one of them is what was stored with the last page."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from respondents.answering import advance
from respondents.core.record import pack, unpack
from respondents.models import Interview, Record, Submission
from respondents.places import Post
from respondents.rebuilding import differing_records, rebuild_records
from respondents.visits import visit
from tests.respondents.stage import Stage
from tests.worlds import Respondent, open_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave():
    return open_wave(places=10)


@pytest.fixture
def people(wave):
    """Somebody of each kind: straight through, with a changed filter, with late edits, out of quota, over quota, a test."""
    Respondent(Client()).finish()
    changing = Respondent(Client()).go_to("fin")
    changing.open(f"{changing.at.rsplit('/', 2)[0]}/usages/").post(q1=["aucun"])
    changing.post(q3="2")
    back_again = Respondent(Client()).go_to("fin")
    back_again.open(f"{back_again.at.rsplit('/', 2)[0]}/usages/").post(q1=["autre"], q1_texte="un carnet, « relié »")
    back_again.finish()
    late = Respondent(Client()).go_to("fin")
    edit = late.form(q3="99")
    late.post(q3__dk="1")
    late.send(edit)
    Respondent(Client()).finish(profil={"sex": "X", "years": "30"})
    stage = Stage(wave)
    over = Respondent(Client()).go_to("fin")
    stage.expire(over.interview.pk)
    stage.allow(F=4)
    over.post(q3="40000")
    assert over.outcome == "over"
    wave.sources.update(for_tests=True)
    Respondent(Client()).finish()
    return Record.objects.count()


def test_every_record_made_anew_is_the_one_that_was_stored(wave, people):
    assert people == 7
    assert list(differing_records(wave)) == []
    call_command("rebuild_records", "petite-etude", "v1", "--check")


def test_a_spoilt_a_lost_and_a_miscounted_record_are_named_and_made_anew(wave, people):
    before = list(Record.objects.order_by("interview").values_list("interview", "codes", "extra", "counted"))
    spoilt, lost, miscounted = Record.objects.filter(counted=True)[:3]
    codes = bytearray(spoilt.codes)
    codes[wave.questionnaire.codebook().position["years"] * 2] += 1
    Record.objects.filter(pk=spoilt.pk).update(codes=bytes(codes))
    Record.objects.filter(pk=lost.pk).delete()
    Record.objects.filter(pk=miscounted.pk).update(counted=False)
    found = {each.interview_id: each.variables for each in differing_records(wave)}
    assert found == {spoilt.interview_id: ("years",), lost.interview_id: (), miscounted.interview_id: ()}
    with pytest.raises(CommandError, match=f"{spoilt.interview_id}: years"):
        call_command("rebuild_records", "petite-etude", "v1", "--check")
    assert rebuild_records(wave) == 3
    after = list(Record.objects.order_by("interview").values_list("interview", "codes", "extra", "counted"))
    assert after == before


def test_a_rebuilt_record_tells_the_figures_that_they_are_out_of_date(wave, people):
    interview = Interview.objects.filter(state="completed").first()
    Record.objects.filter(interview=interview).update(codes=b"\0\0")
    rebuild_records(wave)
    assert Interview.objects.get(pk=interview.pk).revision == interview.revision + 1


def test_two_pages_that_cross_are_both_in_the_record(wave, client):
    person = Respondent(client).go_to("fin")
    here = visit(person.at.split("/")[2])  # what both requests have read
    advance(here, post_of(here, "usages", {"q1": ("appli",)}))
    advance(here, post_of(here, "fin", {"q3": "4"}))
    record = Record.objects.get()
    assert unpack(wave.questionnaire.codebook(), record.codes, record.extra)["q1"] == ("appli",)
    assert list(differing_records(wave)) == []


def post_of(here, page, answers):
    return Post(here.interview_id, here.revision, Interview().pk, page.encode() * 4, page, answers, "fr", False, 10)


def test_an_imported_interview_is_made_anew_from_the_one_submission_of_its_import(wave):
    stage = Stage(wave)
    person = stage.enter()
    codebook = wave.questionnaire.codebook()
    answers = {"sex": "F", "q1": ["site"], "q2": ""}
    Interview.objects.filter(pk=person).update(state="completed", imported=True)
    Submission.objects.create(wave=wave, interview_id=person, seq=1, request_id=person, body_sha256=b"", page="import", answers=answers,
                              received_at="2020-01-01T00:00Z")  # fmt: skip
    codes, extra = pack(codebook, {**answers, "q1": ("site",)}, answers)
    Record.objects.create(wave=wave, interview_id=person, codes=codes, extra=extra)
    assert list(differing_records(wave)) == []
    Record.objects.update(codes=pack(codebook, {}, ())[0])
    assert [each.variables for each in differing_records(wave)] == [("sex", "q1")]
    assert rebuild_records(wave) == 1
    assert bytes(Record.objects.get().codes) == codes
