"""Whatever the questionnaire, the person and the answers: everybody comes to an end, by every page of theirs, once."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from respondents.core.foresight import progress, truth
from respondents.core.record import pack, unpack
from respondents.core.route import follow
from respondents.core.seen import columns_seen, seen
from surveys.core.codebook import codebook_of
from surveys.core.drawing import Draw, page_order
from surveys.core.expressions import Expression, holds
from tests.respondents.core.forms_at_random import answer_page, forms, usable
from tests.surveys.core.conditions import answers, trees

draws = st.integers(0, 30).map(lambda number: Draw(f"person {number}", number))
patiently = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def walk(data, questionnaire, draw):
    """Answer page after page; return what was saved, and the progress shown on each page."""
    saved, shown = {}, []
    for _ in range(2 * len(questionnaire.pages) + 1):
        route = follow(questionnaire, saved, draw)
        if not route.current:
            return saved, shown
        shown.append(progress(questionnaire, route, route.current))
        saved[route.current] = usable(questionnaire, saved, route.current, answer_page(data, questionnaire, route.current), draw)
    raise AssertionError(f"no end after {list(saved)}")


@given(st.data(), forms, draws)
@patiently
def test_everybody_comes_to_an_end_and_progress_never_goes_backwards(data, questionnaire, draw):
    _, shown = walk(data, questionnaire, draw)
    assert shown == sorted(shown)
    assert (shown[0], max(shown) < 100) == (0, True)


def is_asked(question, known):
    """Say whether somebody with these answers is asked the question: it concerns them, and has something to offer."""
    return all(condition is None or holds(condition, known) for condition in (question.relevant, question.offers_something))


@given(st.data(), forms, draws)
@patiently
def test_every_page_on_the_route_is_answered_once_in_the_persons_order(data, questionnaire, draw):
    saved, _ = walk(data, questionnaire, draw)
    route = follow(questionnaire, saved, draw)
    assert list(route.pages) == [page.name for page in page_order(questionnaire, draw) if page.name in route.pages]
    assert set(route.pages) == set(saved)
    left_out = [page for page in questionnaire.pages if page.name not in route.pages]
    if route.is_finished:
        before = {page.name: route.order[: route.position[page.name]] for page in left_out}
        for page in left_out:
            known = {name: answer for name, answer in route.answers.items() if questionnaire.page_of[name].name in before[page.name]}
            on_route = page.relevant is None or holds(page.relevant, known)
            assert not on_route or not any(is_asked(question, known) for question in page.asked)


@given(st.data(), forms, draws)
@patiently
def test_changing_one_page_leads_to_an_end_again(data, questionnaire, draw):
    saved, _ = walk(data, questionnaire, draw)
    changed = data.draw(st.sampled_from(list(saved)))
    if changed == questionnaire.pages[0].name:
        return
    before = {name: saved[name] for name in list(saved)[: list(saved).index(changed)]}
    saved[changed] = usable(questionnaire, before, changed, answer_page(data, questionnaire, changed), draw)
    for _ in questionnaire.pages:
        route = follow(questionnaire, saved, draw)
        if not route.current:
            break
        prefix = {name: saved[name] for name in route.pages[:-1]}
        saved[route.current] = usable(questionnaire, prefix, route.current, answer_page(data, questionnaire, route.current), draw)
    assert not follow(questionnaire, saved, draw).current


@given(st.data(), forms, draws)
@patiently
def test_the_record_holds_every_answer_that_counts_and_the_orders_seen(data, questionnaire, draw):
    saved, _ = walk(data, questionnaire, draw)
    route, codebook = follow(questionnaire, saved, draw), codebook_of(questionnaire)
    codes, extra = pack(codebook, route.answers, route.asked)
    kept = seen(questionnaire, route, draw)
    assert unpack(codebook, codes, {**extra, **kept}) == {
        name: answer for name, answer in route.answers.items() if answer and name in codebook.questions
    }
    assert set(kept) <= set(columns_seen(questionnaire))
    assert kept.keys().isdisjoint(extra)


@given(trees, answers, st.data())
@settings(max_examples=300, deadline=None)
def test_what_must_or_cannot_hold_does_whatever_is_answered_to_the_unknown(tree, known, data):
    unknown = data.draw(st.sets(st.sampled_from(list(known))))
    condition = Expression("", tree)
    foreseen = truth(condition, {name: answer for name, answer in known.items() if name not in unknown}, unknown)
    assert foreseen in (None, holds(condition, known))
