"""A study with as many quota variables as wanted, each with as many categories: d1, d2, … beside the hard total."""

from __future__ import annotations

from collections.abc import Sequence

from tests.worlds import SMALL, sheet


def wide_study(sizes: Sequence[int], people: int, pages: int = 0):
    """Return a study whose n-th quota variable has ``sizes[n]`` equal categories, for so many people.

    So many ``pages`` of one number follow the quota page, before the last one.
    """
    names = [f"d{number}" for number in range(1, len(sizes) + 1)]
    questions = "".join(f"select_one {name},{name},Vous ?,You?,yes,,,,,,,,\n" for name in names)
    more = "".join(f"begin_group,p{n},Suite,Next,,,,field-list,,,,,\ninteger,n{n},Combien ?,How many?,yes,,,,,. >= 0,,,\nend_group,,,,,,,,,,,,\n"
                   for n in range(pages))  # fmt: skip
    head, *lines = (line.strip() for line in SMALL["survey"].strip().splitlines())
    consent, asked = "\n".join(lines[:3]), next(line for line in lines if line.startswith("integer,q3"))
    texts = {
        **SMALL,
        "survey": f"{head}\n{consent}\nbegin_group,profil,Vous,You,,,,field-list,,,,,\n{questions}end_group,,,,,,,,,,,,\n{more}"
        f"begin_group,fin,Pour finir,To finish,,,,field-list,,,,,\n{asked}\nend_group,,,,,,,,,,,,\n",
        "choices": "list_name,name,label::Français (fr),label::English (en),code,flags\naccord,oui,Oui,Yes,,\naccord,non,Non,No,,\n"
        + "".join(f"{name},c{n},Groupe {n},Group {n},{n},\n" for name, size in zip(names, sizes, strict=True) for n in range(1, size + 1)),
        "bases": "\n".join(SMALL["bases"].strip().splitlines()[:2]),
        "waves": SMALL["waves"].replace(",100,100,1,sex", f",{people},{people},1,d1"),
        "margins": "wave,variable,category,percent,source\n"
        + "".join(f"v1,{name},c{n},{share},Insee\n" for name, size in zip(names, sizes, strict=True) for n, share in enumerate(shares(size), 1)),
        "quotas": "wave,name,variables,kind,tolerance_percent,tolerance_min,minimum_only\n"
        + "".join(f"v1,{name},{name},hard,5,1,\n" for name in names),
        "figures": "code,published_as,says::Français (fr),says::English (en),selection,base,not_asked,compare_with\n"
        "often,F1,viennent,come,${q3} > 1,all,,\n",
    }  # fmt: skip
    return {name: sheet(name, text) for name, text in texts.items()}


def shares(size: int) -> list[int]:
    """Return whole percents, as equal as can be, that add up to a hundred."""
    return [100 // size + (n < 100 % size) for n in range(size)]


def open_wide_wave(sizes: Sequence[int], people: int, pages: int = 0):
    """Load such a study and open its wave."""
    from reports.study import store_study

    wave = store_study(wide_study(sizes, people, pages)).waves.get(code="v1")
    wave.move_to("live")
    return wave
