"""How a figure's picture is set: where lines break, what is drawn, and that nothing falls off it."""

from __future__ import annotations

import itertools

from reports.core.charts import Bar
from reports.core.drawing import Box, Line, Text, broken
from reports.core.posters import SOCIAL, Poster, picture, social

POSTER = Poster(
    heading="Les Français et le numérique en santé · 2023",
    sentence="78\u00a0% des personnes interrogées ont déjà pris un rendez-vous en ligne (contre 70\u00a0% en 2020).",
    bars=(Bar("measured", 78.0, "78\u00a0%", "2023", 1.8, (76.1, 79.8)), Bar("compared", 70.0, "70\u00a0%", "2020, OpinionWay")),
    scale=("0\u00a0%", "100\u00a0%"),
    about="Base\u00a0: ensemble, n\u00a0=\u00a02\u202f032",
    remarks=(),
    mentions=("Institut\u00a0: (démonstration)", "Question\u00a0: «\u00a0Lesquels\u00a0?\u00a0»"),
    demonstration="Données de démonstration\u00a0: réponses fictives.",
    description="",
)


def measure(words: str, size: float, *, bold: bool = False) -> float:
    """A font whose letters are all half as wide as they are high."""
    return len(words) * size / 2


def said(shapes):
    return [shape.words for shape in shapes if isinstance(shape, Text)]


def test_a_line_breaks_at_ordinary_spaces_only():
    assert broken("n\u00a0=\u00a02\u202f032 personnes", 9, len) == ["n\u00a0=\u00a02\u202f032", "personnes"]
    assert broken("", 9, len) == []


def test_a_word_too_long_for_a_line_is_cut_rather_than_lost():
    assert broken("voir https://exemple.fr/chiffre ici", 12, len) == ["voir", "https://exem", "ple.fr/chiff", "re ici"]


def test_a_picture_says_everything_and_draws_its_bars_to_scale():
    drawing = picture(POSTER, measure)
    assert "".join(said(drawing.shapes)).count("démonstration") == 2
    whole = " ".join(said(drawing.shapes))
    for words in (POSTER.heading, POSTER.sentence, POSTER.about, *POSTER.mentions, POSTER.demonstration):
        assert words in whole
    track, measured, other_track, compared = [shape for shape in drawing.shapes if isinstance(shape, Box)][1:]
    assert (round(measured.width / track.width, 4), round(compared.width / other_track.width, 4)) == (0.78, 0.7)
    low, high = drawing.shapes[drawing.shapes.index(measured) + 2], drawing.shapes[drawing.shapes.index(measured) + 4]
    assert isinstance(low, Line)
    assert isinstance(high, Line)
    assert [round((line.x1 - track.x) / track.width, 4) for line in (low, high)] == [0.761, 0.798]


def test_nothing_falls_off_a_picture_however_long_its_sentence():
    long = Poster(**{**POSTER.__dict__, "sentence": " ".join([POSTER.sentence] * 3)})
    for drawing in (picture(long, measure), social(long, measure), social(POSTER, measure)):
        for shape in drawing.shapes:
            if isinstance(shape, Text):
                assert shape.x + measure(shape.words, shape.size) <= drawing.width
                assert shape.y <= drawing.height - 20
    assert (social(POSTER, measure).width, social(POSTER, measure).height) == SOCIAL


def test_the_picture_of_a_link_does_not_write_one_thing_over_another():
    texts = [shape for shape in social(POSTER, measure).shapes if isinstance(shape, Text)]
    baselines = [text.y for text in texts]
    assert baselines == sorted(baselines)
    assert all(below.y - above.y >= below.size for above, below in itertools.pairwise(texts))
