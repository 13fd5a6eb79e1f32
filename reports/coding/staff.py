"""The staff's pages of open answers: the questions of a wave, the screen where answers are coded, and the codes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from reports.coding.answers import FILTERS, Group, groups_of, open_questions, sifted, texts_of
from reports.coding.frames import NotCoded, add_code, change_code, code_answers, merge_codes
from reports.coding.pages import FILTER_WORDS, AnswersPage, Line, choices_of
from reports.models import CodeFrame
from surveys.core.questionnaire import Question
from surveys.models import Wave
from surveys.staff import may, require, staff_context, staff_page, write_down

SEE, CODE, LEAD, ANSWERS = "reports.view_coding", "reports.add_coding", "reports.change_codeframe", "respondents.see_answers"


@require_GET
def questions(request: HttpRequest, wave_id: int) -> HttpResponse:
    """List the open questions of a wave with how far their answers are coded; nobody's words are shown."""
    wave = _wave(wave_id)
    frames = {frame.question: frame for frame in CodeFrame.objects.filter(survey=wave.survey_id)}
    lines = [Line.of(wave, each, frames.get(each.name), len(texts_of(wave, each.name))) for each in _questions(wave)]
    context = staff_context(request, _("Open answers"), {"wave": wave, "lines": lines, "may_code": request.user.has_perm(ANSWERS)})
    return TemplateResponse(request, "reports/coding/questions.html", context)


@require_http_methods(["GET", "POST"])
def answers(request: HttpRequest, wave_id: int, question: str) -> HttpResponse:
    """Show the answers to a question, one group at a time, and take the codes that are given to it."""
    require(request, ANSWERS)
    wave = _wave(wave_id)
    asked, frame = _question(wave, question), CodeFrame.objects.filter(survey=wave.survey_id, question=question).first()
    groups, settles = groups_of(wave, frame, question), may(request.user, LEAD)
    wanted = {"show": request.GET.get("show", "to_code"), "q": request.GET.get("q", "")[:100]}
    wanted["show"] = wanted["show"] if wanted["show"] in FILTERS else "to_code"
    if request.method == "POST":
        require(request, CODE)
        _take(request, wave, question, groups, settles=settles)
        return HttpResponseRedirect(f"?{urlencode(wanted)}")
    coder = request.user.pk or 0
    found = sifted(groups, wanted["show"], wanted["q"], coder, settles=settles)
    page = AnswersPage(wave, asked, frame, found, request.GET.get("at", ""), coder, settles=settles)
    if page.shown:
        write_down(request, wave, _("Open answers to %(question)s seen.") % {"question": question})
    about = {"wave": wave, "page": page, "wanted": wanted, "filters": _filters(groups, wanted, coder, settles=settles),
             "may_code": may(request.user, CODE), "may_lead": settles}  # fmt: skip
    return TemplateResponse(request, "reports/coding/answers.html", staff_context(request, _("Coding"), about))


@require_http_methods(["GET", "POST"])
def frame(request: HttpRequest, wave_id: int, question: str) -> HttpResponse:
    """Show the codes of a question; add one, name one anew, join two."""
    wave = _wave(wave_id)
    asked = _question(wave, question)
    if request.method == "POST":
        require(request, LEAD)
        _change(request, wave, asked)
        return HttpResponseRedirect(reverse("code_frame", args=[wave_id, question]))
    stored = CodeFrame.objects.filter(survey=wave.survey_id, question=question).first()
    page = AnswersPage(wave, asked, stored, [], "", request.user.pk or 0, settles=True)
    about = {"wave": wave, "page": page, "choices": choices_of(wave, asked), "history": _history(stored),
             "line": Line.of(wave, asked, stored, len(texts_of(wave, question))), "may_lead": may(request.user, LEAD)}  # fmt: skip
    return TemplateResponse(request, "reports/coding/frame.html", staff_context(request, _("Codes"), about))


def _take(request: HttpRequest, wave: Wave, question: str, groups: list[Group], *, settles: bool) -> None:
    group = next((each for each in groups if each.key == request.POST.get("key")), None)
    is_settling = request.POST.get("act") == "settle"
    if is_settling:
        require(request, LEAD)
    people = () if group is None else group.disagreed if is_settling else tuple(group.standings)
    try:
        n = code_answers(wave.survey, question, people, request.POST.getlist("codes"), request.user.pk or 0, settles=is_settling)
    except NotCoded:
        messages.error(request, _("Nothing was coded: choose at least one of the codes of the list."))
    else:
        said = ngettext("%(n)s answer coded.", "%(n)s answers coded.", n) % {"n": n}
        messages.success(request, said)


def _change(request: HttpRequest, wave: Wave, question: Question) -> None:
    act, code, posted = request.POST.get("act"), request.POST.get("code", ""), request.POST
    languages = wave.survey.languages
    labels = {language: posted.get(f"label_{language}", "").strip()[:200] for language in languages}
    labels = {language: text or labels[wave.survey.default_language] for language, text in labels.items()}
    choice = posted.get("choice", "")
    told, said = labels[wave.survey.default_language], ""
    if act != "merge" and (not told or choice not in {"", *(name for name, _label in choices_of(wave, question))}):
        messages.error(request, _("Write what the code says, at least in the survey’s own language."))
        return
    try:
        if act == "add":
            taken = (
                [name.removeprefix(f"{question.name}_") for name in wave.questionnaire.definition().questions] if wave.questionnaire else []
            )
            add_code(wave.survey, question.name, labels, choice, taken)
            said = _("Code added: %(code)s") % {"code": told}
        elif act == "change":
            change_code(wave.survey, question.name, code, labels, choice)
            said = _("Code %(code)s is now: %(label)s") % {"code": code, "label": told}
        elif act == "merge":
            n = merge_codes(wave.survey, question.name, code, posted.get("into", ""))
            said = _("Code %(code)s joined to %(into)s; codings that followed: %(n)s") % {"code": code, "into": posted["into"], "n": n}
    except NotCoded:
        messages.error(request, _("Nothing was changed: choose two different codes of the list."))
        return
    if said:
        write_down(request, CodeFrame.objects.get(survey=wave.survey_id, question=question.name), said)
        messages.success(request, said)


def _filters(groups: list[Group], wanted: dict[str, str], coder: int, *, settles: bool) -> list[dict[str, Any]]:
    return [
        {"code": each, "label": FILTER_WORDS[each], "n": len(sifted(groups, each, wanted["q"], coder, settles=settles)),
         "address": urlencode({**wanted, "show": each}), "is_shown": each == wanted["show"]}
        for each in FILTERS
    ]  # fmt: skip


def _history(stored: CodeFrame | None) -> list[LogEntry]:
    if stored is None:
        return []
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(CodeFrame), object_id=stored.pk)
    return list(entries.select_related("user").order_by("-action_time")[:100])


def _wave(wave_id: int) -> Wave:
    return get_object_or_404(Wave.objects.select_related("survey", "questionnaire").exclude(questionnaire=None), pk=wave_id)


def _questions(wave: Wave) -> list[Question]:
    assert wave.questionnaire is not None, "_wave leaves out waves without questionnaire"
    return list(open_questions(wave.questionnaire.definition()))


def _question(wave: Wave, name: str) -> Question:
    for question in _questions(wave):
        if question.name == name:
            return question
    raise Http404


urlpatterns = [
    path("", staff_page(questions, SEE), name="coding"),
    path("<str:question>/", staff_page(answers, SEE), name="coding_answers"),
    path("<str:question>/codes/", staff_page(frame, SEE), name="code_frame"),
]
