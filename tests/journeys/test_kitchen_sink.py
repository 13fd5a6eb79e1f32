"""A study with every kind of question and every way through it: form, simulator, record, figures and file agree."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest

from config.sample import SAMPLES
from reports.aggregation import aggregate
from reports.exports import CsvOptions, write_csv
from reports.study import load_study
from respondents.audit import audit
from respondents.core.people import RandomPerson
from respondents.core.record import unpack
from respondents.models import Interview, Record
from respondents.rebuilding import differing_records
from respondents.simulation import Start, send_in
from surveys.core.drawing import Draw, allocated

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 60


@pytest.fixture
def wave():
    study = load_study(SAMPLES / "kitchen-sink")
    wave = study.waves.get()
    wave.move_to("live")
    return wave


def answers_of(wave) -> list[dict[str, object]]:
    """Return the answers of every record that counts, in the order of entry."""
    codebook = wave.questionnaire.codebook()
    return [unpack(codebook, bytes(record.codes), record.extra) for record in Record.objects.filter(counted=True).order_by("interview_id")]


def test_random_people_answer_every_kind_of_question_and_nothing_of_it_is_lost(live_server, wave):
    questionnaire = wave.questionnaire.definition()
    starts = [
        Start(str(number), f"/s/kitchen-sink/?origine={('lettre', 'affiche', 'sms')[number % 3]}&dossier=D{number}", RandomPerson(number, questionnaire))
        for number in range(PEOPLE)
    ]  # fmt: skip
    tally = send_in(live_server.url, starts, 4, lambda tally: None)
    assert tally.stuck == {}
    completed = tally.counts["completed"]
    assert tally.counts.total() == PEOPLE
    assert set(tally.counts) == {"completed", "screened_out", "refused"}
    assert completed >= PEOPLE // 3

    people = answers_of(wave)
    assert len(people) == completed
    for person in people:
        everybody_keeps_to_the_form(person)
    assert list(differing_records(wave)) == []
    assert audit(wave) == []
    the_groups_of_the_split_sample_are_equal(wave)
    the_figures_are_those_of_the_answers(wave, people)
    the_file_holds_the_answers(wave, people)


def everybody_keeps_to_the_form(person) -> None:
    """Hold one person's answers against what the form promises."""
    used = person["connus"]
    assert 1 <= len(used) <= 4
    assert person.get("prefere", used[0]) in used
    assert not set(person.get("essayer", ())) & set(used)
    assert ("criteres" in person) == ("aucun" not in used)
    assert 2 <= len(person.get("criteres", ("a", "b"))) <= 3
    rated = {name.removeprefix("note_") for name in person if name.startswith("note_")}
    assert rated == set(used) - {"aucun"}  # the loop goes through what they use, and through nothing else
    shares = [int(person[name]) for name in ("part_essence", "part_tickets", "part_reste") if name in person]
    assert sum(shares) in ((100,) if shares else (0,))
    assert ("velo" in person) == ("velo" in used)  # a row of the grid
    assert 18 <= int(person["age"]) <= 110
    assert person["tranche"] == ("jeune" if int(person["age"]) < 35 else "moyen" if int(person["age"]) < 65 else "ancien")
    assert "trottinette" not in used or int(person["age"]) < 65
    assert {"trajets_par_semaine_ete", "trajets_par_semaine_hiver"} <= set(person)  # a loop over a whole list
    assert person["taille"] == ("village" if person["commune"] in ("C01", "C02", "C04", "C07") else "ville")  # from the table
    assert person["dossier"].startswith("D")
    assert person.get("origine", "lettre") in ("lettre", "affiche")  # sms is not in its list: the person came in without it


def the_groups_of_the_split_sample_are_equal(wave) -> None:
    numbers = sorted(Interview.objects.filter(wave=wave, entry_number__isnull=False).values_list("entry_number", flat=True))
    assert numbers == list(range(len(numbers)))
    question = wave.questionnaire.definition().questions["version"]
    groups = Counter(allocated(question, Draw("", number)).name for number in numbers)
    assert abs(groups["a"] - groups["b"]) <= 1


def the_figures_are_those_of_the_answers(wave, people) -> None:
    estimates = {estimate.figure.code: estimate for estimate in aggregate(wave).estimates.select_related("figure")}
    train = [person for person in people if "train" in person["connus"]]
    found = {code: (estimate.n, estimate.selected) for code, estimate in estimates.items()}
    assert found == {
        "train": (len(people), len(train)),
        "train_bien": (len(train), sum(int(person["note_train"]) >= 4 for person in train)),
        "criteres": (len(train), sum(person["criteres"][0] == "prix" for person in train)),
        "abonnes": (len(people), sum(person["abonnement"] in ("1", "2") for person in people)),
    }


def the_file_holds_the_answers(wave, people) -> None:
    file = io.BytesIO()
    assert write_csv(wave, file, CsvOptions()) == len(people)
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode())))
    for row, person in zip(rows, people, strict=True):
        used = {name.removeprefix("connus_"): row[name] for name in row if name.startswith("connus_") and name != "connus_texte"}
        assert {name for name, ticked in used.items() if ticked == "1"} == set(person["connus"])
        ranks = {
            name.removeprefix("criteres_"): int(row[name]) for name in row if name.startswith("criteres_") and row[name] not in ("", "0")
        }
        assert tuple(sorted(ranks, key=lambda name: ranks[name])) == person.get("criteres", ())
        for name in ("age", "version", "permis", "distance", "revenu", "note_train", "satisfaction"):
            assert row[name] == person.get(name, row[name] if row[name] in ("", "no_answer") else None)
