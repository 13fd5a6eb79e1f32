"""The instructions of research directors, French and English: “[PLUSIEURS RÉPONSES – 3 MAX]”, “(open)”, “→ STOP”."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from surveys.core.foreign.pasting.plain import plain

Effect = Literal[
    "single", "multiple", "least", "most", "exactly", "shuffle", "rotate", "flip", "anchored", "unread", "exclusive", "specify", "open",
    "short", "number", "decimal", "bounds", "scale", "ranking", "sum", "date", "email", "postcode", "minimal", "required", "optional",
    "sensitive", "page", "grid", "information", "yes_no", "dont_know", "refused", "end", "jump", "interviewer",
]  # fmt: skip

MARKS_A_CHOICE = frozenset({"anchored", "unread", "exclusive", "specify", "end", "jump", "dont_know", "refused"})
COUNTS: Mapping[str, int] = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
N = r"(\d{1,3}|" + "|".join(COUNTS) + r")(?: \(\d{1,3}\))?"
ANSWERS = r"(?:reponses?|choix|modalites?|items?|answers?|responses?|options?|choices?|citations?|mentions?|lignes?|statements?|rows?)"
LINES = r"(?: (?:des|les|of|the|d'|entre) ?(?:the )?(?:les )?" + ANSWERS + r"| " + ANSWERS + r")?"

# In order: what is read first is taken out before the next is looked for.
VOCABULARY: Sequence[tuple[Effect, str]] = (
    ("interviewer", r"(?:consignes? (?:enqueteurs?|enq\.?)|enqueteurs?|enquetrices?|note enqueteur|interviewers?(?: (?:note|instructions?))?|int\.?) ?[:\-].*"),
    ("jump", r"(?:aller|allez|passer|passez|go|skip|jump|continuer|continue)(?: directement| directly)?(?: (?:a|en|to))?(?: la)?(?: question)? ?([a-z]{0,4}[ .]?\d{1,3}[a-z]{0,3})"),
    ("anchored", r"(?:ne pas (?:roter|melanger|randomiser)|hors rotation|toujours en dernier|en dernier|position fixe|fixe|ancree?|do not (?:rotate|randomi[sz]e)|keep last|always last|fixed|anchor(?:ed)?)"),
    ("unread", r"(?:ne pas (?:citer|lire|proposer|suggerer|enumerer)|spontanee?|non suggeree?|npc|npl|do not (?:read|prompt)(?: out)?|dnr|unprompted)"),
    ("exclusive", r"(?:(?:modalite |reponse |choix |code )?exclusi(?:f|ve)(?: (?:answer|response|code|choice))?|single code)"),
    ("sum", r"(?:(?:somme|total|sum|constant sum|somme constante)(?: (?:doit (?:faire|etre egal[e]? a)|must (?:be|equal|add up to)|egale? a))? ?[=:]? ?(\d{1,6})(?: ?%| points?)?)"),
    ("sum", r"(?:(?:doit faire|must add up to|add(?:s|ing)? up to|repartir|allocate|distribute) (\d{1,6})(?: ?%| points?)?)"),
    ("scale", r"(?:(?:echelle|note|notez|noter|scale|rate|rating|curseur|slider)(?: (?:numerique|numeric))?(?: (?:de|from|entre|between|allant de|on a))? ?(\d{1,3}) ?(?:a|-|to|/|et|and) ?(\d{1,3})(?: (?:scale))?)"),
    ("ranking", r"(?:(?:classer|classez|rank|ranker|top) (?:les |the )?(?:top )?" + N + r"(?: (?:premier(?:e)?s?|first|most important|plus importants?|" + ANSWERS + r"))*)"),
    ("ranking", r"(?:classement|classer|classez|hierarchiser|hierarchisation|rank(?:ing|ed)?)(?: par)?(?: (?:ordre|in order))?(?: (?:d'|de |of )?(?:importance|preference|priorite|priority))?" + LINES),
    ("exactly", r"(?:" + N + r" " + ANSWERS + r" exactement|exactement " + N + r"(?: " + ANSWERS + r")?|exactly " + N + r"(?: " + ANSWERS + r")?)"),
    ("most", r"(?:" + N + r"(?: " + ANSWERS + r")?(?: possibles?)? (?:max(?:imum|i)?\.?|au (?:plus|maximum))(?: " + ANSWERS + r")?|(?:max(?:imum|i)?\.?|jusqu'a|up to|at most|no more than|au plus|au maximum) ?[:=]? ?" + N + r"(?: " + ANSWERS + r")?(?: possibles?)?)"),
    ("least", r"(?:" + N + r"(?: " + ANSWERS + r")? (?:min(?:imum|i)?\.?|au (?:moins|minimum))(?: " + ANSWERS + r")?|(?:min(?:imum|i)?\.?|at least|au moins|au minimum) ?[:=]? ?" + N + r"(?: " + ANSWERS + r")?)"),
    ("multiple", r"(?:plusieurs reponses?(?: (?:sont )?possibles?)?(?: par ligne)?|reponses? multiples?|choix multiples?|question multiple|qcm|multi-?(?:reponses?|codes?|punch|select|choice)|multiple (?:answers?|responses?|choices?|codes?|selections?)(?: (?:possible|allowed|per row))*|several answers?(?: (?:possible|allowed))?|(?:select|check|tick|choose|mark|code) all that apply|multiples?|multi|rm|mr|mc)"),
    ("single", r"(?:une seule (?:reponse|modalite)(?: possible)?(?: par (?:ligne|item))?|reponse unique(?: par (?:ligne|item))?|choix unique|question simple|une reponse(?: possible)?(?: (?:seulement|par (?:ligne|item)))*|un seul choix(?: possible)?|single (?:answer|response|choice|code|punch|select)(?: (?:only|per row))*|(?:only )?one (?:answer|response|choice)(?: (?:only|per row))*|(?:select|choose|tick|check|code) (?:only )?one(?: only)?(?: (?:answer|per row))?|single|unique|ru|sc|sr)"),
    ("flip", r"(?:inverser|inversion|ordre inverse|inverse|reverse(?:d)?(?: order)?|flip)(?: (?:l'ordre|the order))?" + LINES),
    ("shuffle", r"(?:(?:rotation|ordre|affichage) aleatoires?" + LINES + r"|aleatoires?" + LINES + r"|randomi[sz](?:e|ed|er|ation|ez)" + LINES + r"|random(?: order)?" + LINES + r"|melanger" + LINES + r"|shuffled?" + LINES + r"|in random order)"),
    ("rotate", r"(?:rotations?|roter|rotate[d]?|faire tourner)" + LINES),
    ("specify", r"(?:(?:a |please )?(?:preciser|precisez|specify|write in|type in)|noter en clair|lesquel(?:le)?s\??|laquelle\??|lequel\??)"),
    ("short", r"(?:(?:question )?ouverte? courte?|texte court|short (?:open|text|answer)|une ligne|one line)"),
    ("open", r"(?:(?:question |reponse |champ |texte )?(?:ouverte?|libre)s?(?: longue?)?|en clair|verbatim|open(?:-| )?end(?:ed)?|open(?: (?:text|question|answer))?|free text|text box|texte)"),
    ("decimal", r"(?:nombre decimal|(?:numerique )?decimale?s?|decimal number)"),
    ("bounds", r"(?:(?:numeriques?|numeric|nombre(?: entier)?|(?:whole )?number) ?[:,]? ?(\d{1,9}) ?(?:a|-|to) ?(\d{1,9}))"),
    ("bounds", r"(?:(?:nombre |numerique |numeric |number |valeurs? )?(?:(?:compris |valeur )?entre|de|from|between|bornes?:?|range:?) ?(\d{1,9}) ?(?:a|et|-|to|and) ?(\d{1,9}))"),
    ("number", r"(?:(?:question |reponse |champ |saisie )?(?:numeriques?|num\b\.?)(?: entiere?)?|nombre(?: entier)?|numeric(?: (?:answer|open|entry))?|(?:whole )?number|integer)"),
    ("date", r"(?:jj ?[/.-] ?mm ?[/.-] ?aa(?:aa)?|dd ?[/.-] ?mm ?[/.-] ?yy(?:yy)?|(?:question |champ |saisir (?:la |une )?)?date|calendrier|date picker|calendar)"),
    ("email", r"(?:e-?mail|courriel|adresse (?:electronique|mail|e-?mail))"),
    ("postcode", r"(?:code postal|postcode|post code|zip(?: code)?)"),
    ("minimal", r"(?:(?:menu|liste) deroulante?|drop-?down(?: (?:list|menu))?)"),
    ("optional", r"(?:(?:reponse )?facultati(?:f|ve)|(?:reponse |question )?(?:non|pas) obligatoire|optional|not (?:required|mandatory))"),
    ("required", r"(?:(?:reponse |question )?obligatoire|forcee?|required|mandatory|forced?)"),
    ("sensitive", r"(?:(?:question |donnees? )?sensibles?|sensitive)"),
    ("page", r"(?:(?:nouvel(?:le)?|nouveau) (?:page|ecran)|saut de page|(?:meme|une|1) (?:page|ecran)|new (?:page|screen)|page break|same (?:page|screen))"),
    ("grid", r"(?:grille|tableau|matrice|grid|matrix|table|(?:une )?reponse par ligne)"),
    ("information", r"(?:information|info|texte d'introduction|introduction|intro|ecran d'information|afficher a tous|show to all|show text|text screen)"),
    ("yes_no", r"(?:oui ?[/-] ?non|yes ?[/-] ?no)"),
    ("dont_know", r"(?:nsp|ne sait pas|don't know|dk)"),
    ("refused", r"(?:refus|refused|prefer not to say)"),
    ("end", r"(?:(?:stop|fin|end|exclure|exclusion|terminer|terminate|close|cloturer|screen-?out|hors cible|disqualifier|disqualified|thank and (?:close|terminate|end)|remercier et (?:terminer|clore))(?: (?:d'|de l'|l'|de |du |of |the |of the )?(?:interviews?|enquete|questionnaire|survey|entretien|cible))?)"),
)  # fmt: skip
PATTERNS: Sequence[tuple[Effect, re.Pattern[str]]] = tuple(
    (effect, re.compile(rf"(?<![\w'])(?:{form})(?!\w)")) for effect, form in VOCABULARY
)
WORD = re.compile(r"[^\W_]+")
LONGEST = 1_000  # characters beyond which a text is no instruction
FILLER_WORDS = (
    "possible possibles svp merci de la le les des par et ou the please s and or ordre reponse reponses answer answers order in en a l d au "
    "question questions poser est of item items possibilite choix liste list instruction instructions autre autres other prog programmation only"
)
FILLERS = frozenset(FILLER_WORDS.split())


@dataclass(frozen=True)
class Instruction:
    """One thing asked of the form: its effect, and the numbers or the name that go with it."""

    effect: Effect
    values: tuple[str, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return its numbers, written in digits or in letters."""
        return tuple(COUNTS[value] if value in COUNTS else int(value) for value in self.values)


@dataclass(frozen=True)
class Understood:
    """What the instructions of a text ask for, and its words that none of them explains."""

    instructions: tuple[Instruction, ...]
    left: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Say whether the text is nothing but instructions."""
        return bool(self.instructions) and not self.left


def instructions_in(text: str) -> Understood:
    """Read the instructions of a bracket, of a line in capitals or after an arrow."""
    if len(text) > LONGEST:
        return Understood((), (text,))
    rest, found = plain(text), list[tuple[int, Instruction]]()
    for effect, pattern in PATTERNS:
        found += [(match.start(), Instruction(effect, tuple(filter(None, match.groups())))) for match in pattern.finditer(rest)]
        rest = pattern.sub(lambda match: "|" * len(match[0]), rest)
    left = tuple(word for word in WORD.findall(rest) if word not in FILLERS)
    return Understood(tuple(instruction for _, instruction in sorted(found, key=lambda pair: pair[0])), left)
