"""Any page of a form in any language and state, drawn by what respondents meet; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from surveys.core.drawing import Draw
from surveys.core.expressions import Answer
from surveys.core.questionnaire import Page, Questionnaire
from surveys.core.questions import WITH_LIST
from surveys.core.trying import answered_at_random, walk
from surveys.form.frame import own_name
from surveys.form.pages import PageView, Posted, compile_page
from surveys.workshop.desk import open_desk, read_form
from surveys.workshop.forms import LineForm, sort_of
from surveys.workshop.lines import page_at, screen, written

FRAMED = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"


@dataclass(frozen=True)
class State:
    """What is shown: a page by its name, a language, the answers given so far, a person's seed, with errors, as a test."""

    page: str = ""
    language: str = ""
    answers: str = ""
    seed: str = ""
    errors: str = ""
    test: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> State:
        """Read it from an address."""
        return cls(**{name: query.get(name, "").replace("\0", "") for name in ("page", "language", "answers", "seed", "errors", "test")})

    def at(self, address: str, **changes: str) -> str:
        """Return the address of this state with changes."""
        state = replace(self, **changes)
        return f"{address}?{urlencode({name: value for name, value in vars(state).items() if value})}"


@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the preview with what can be chosen around it."""
    desk = open_desk(pk)
    state = State.of(request.GET)
    here = reverse("workshop_preview", args=[pk])
    page = desk.definition.page_by_name.get(state.page) or next(iter(desk.definition.pages), None)
    if page is None:
        return redirect("workshop", pk)
    state = replace(state, page=page.name, language=_language(desk.definition, state.language))
    if "random" in request.GET:
        drawn = answered_at_random(desk.definition, page.name, request.GET["random"], _draw(state))
        return HttpResponseRedirect(state.at(here, answers=_typed(drawn)))
    route = walk(desk.definition, _read(desk.definition, state.answers), _draw(state))
    about = {
        "state": state,
        "pages": [(each.name, each.labels.get(state.language) or each.name, each in route.pages) for each in desk.definition.pages],
        "languages": [(code, own_name(code)) for code in desk.definition.languages],
        "frame": state.at(reverse("workshop_frame", args=[pk])),
        "is_on_route": page in route.pages,
    }
    return screen(request, desk, "preview", _("Preview"), about)


@csrf_exempt  # it stores nothing
@xframe_options_sameorigin
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the page itself; a post is read as a respondent's, and leads to the next page with its answers in the address."""
    desk = open_desk(pk)
    state = State.of(request.GET)
    form = drawable(desk.definition)
    page = form.page_by_name.get(state.page)
    if page is None:
        raise Http404
    state = replace(state, language=_language(form, state.language))
    here = reverse("workshop_frame", args=[pk])
    if request.method != "POST":
        return _framed(drawn(form, page, state, here))
    route = walk(form, _read(form, state.answers), _draw(state))
    earlier = {name: answer for name, answer in route.answers.items() if form.page_of[name] is not page}
    posted = compile_page(form, page, state.language).parse(dict(request.POST.lists()), earlier)
    if posted.errors:
        wrong = replace(state, answers=_typed({**earlier, **posted.answers}))
        return _framed(drawn(form, page, wrong, here, posted))
    known = {**earlier, **posted.answers}
    following = walk(form, known, _draw(state)).after(page.name)
    if following is None:
        return _framed(_("This is the end of the form."))
    return HttpResponseRedirect(state.at(here, page=following.name, answers=_typed(known), errors=""))


@require_POST
@xframe_options_sameorigin
def unsaved(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Draw the page of a line as it would be with what is typed in the line's form, unsaved."""
    desk = open_desk(pk)
    row = next((row for row in desk.workbook["survey"] if row.number == number and desk.kinds[number] != "end"), None)
    if row is None:
        raise Http404
    form = LineForm(request.POST, desk=desk, row=row, sort=sort_of(row, desk.kinds[number]))
    definition = drawable(read_form(written(desk.workbook, form))[0]) if form.is_valid() else drawable(desk.definition)
    place = [page.name for page in desk.definition.pages].index(page_at(desk, number)) if page_at(desk, number) else None
    if place is None or place >= len(definition.pages):
        return _framed(_("This line is on no page."))
    state = State(page=definition.pages[place].name, language=_language(definition, request.POST.get("language", "")))
    return _framed(drawn(definition, definition.pages[place], state, reverse("workshop_frame", args=[pk])))


def drawn(form: Questionnaire, page: Page, state: State, here: str, posted: Posted | None = None) -> str:
    """Return the whole document of a page in a state; ``here`` is where its links and its button lead."""
    route = walk(form, _read(form, state.answers), _draw(state))
    compiled = compile_page(form, page, state.language)
    given = _read(form, state.answers)
    if state.errors and posted is None:
        values = {name: list(answer) if isinstance(answer, tuple) else [answer] for name, answer in given.items()}
        posted = compiled.parse({question.name: values.get(question.name, []) for question in page.asked}, route.answers)
    before = route.before(page.name)
    place = [each.name for each in route.pages].index(page.name) if page in route.pages else 0
    view = PageView(
        action=state.at(here),
        request_id="preview",
        answers={**route.answers, **{name: given[name] for name in given if form.page_of[name] is page}},
        errors=posted.errors if posted else {},
        doubted=posted.doubted if posted else frozenset(),
        confirmed=posted.confirmed if posted else frozenset(),
        order_seed=state.seed,
        back=state.at(here, page=before.name, errors="") if before else "",
        progress=round(100 * place / max(len(route.pages), 1)),
        languages={code: state.at(here, language=code) for code in form.languages},
        is_test=bool(state.test),
    )
    return compiled.html(view)


def drawable(form: Questionnaire) -> Questionnaire:
    """Return a form without the questions that cannot be drawn yet: those whose list has no choice, in an unfinished draft."""
    pages = tuple(
        replace(page, questions=tuple(q for q in page.questions if q.choices or q.lookup or q.kind not in WITH_LIST)) for page in form.pages
    )
    return form if pages == form.pages else replace(form, pages=pages)


def _framed(document: str) -> HttpResponse:
    response = HttpResponse(document)
    response.headers["Content-Security-Policy"] = FRAMED
    return response


def _language(form: Questionnaire, wanted: str) -> str:
    known = [code for code in (wanted, get_language() or "", form.default_language, *form.languages) if code in form.languages]
    if not known:
        raise Http404
    return known[0]


def _draw(state: State) -> Draw:
    return Draw(state.seed, sum(map(ord, state.seed)))


def _read(form: Questionnaire, text: str) -> dict[str, Answer]:
    """The answers typed one per line as name=value; several choices with a blank between them."""
    answers: dict[str, Answer] = {}
    for line in text.splitlines():
        name, _sign, value = (part.strip() for part in line.partition("="))
        question = form.questions.get(name)
        if question is not None and value:
            answers[name] = tuple(value.split()) if question.kind in ("multiple", "ranking") else value
    return answers


def _typed(answers: Mapping[str, Answer]) -> str:
    lines = ((name, " ".join(answer) if isinstance(answer, tuple) else answer) for name, answer in answers.items() if answer)
    return "\n".join(f"{name}={' '.join(value.split())}" for name, value in lines)
