"""LimeSurvey files made from a few lines, in the layout of version 3 and in that of versions 4 to 6."""

from __future__ import annotations

from html import escape


def lss(*questions: dict, title: str = "Une enquête", languages: str = "en", apart: bool = True, **tables: list[dict]) -> bytes:
    """Return an .lss file. A question: type, code, text, and maybe subs, answers, relevance, attributes, cells.

    ``apart``: texts in tables of their own, as from version 4 on.
    """
    rows: dict[str, list[dict]] = {
        "surveys": [{"sid": "1", "language": languages.split()[0], "additional_languages": " ".join(languages.split()[1:])}]
    }
    rows["surveys_languagesettings"] = [{"surveyls_language": code, "surveyls_title": title} for code in languages.split()]
    for gid in dict.fromkeys(question.get("gid", "1") for question in questions):
        _entry(
            rows,
            "groups",
            apart,
            languages,
            {"gid": gid, "group_order": gid, "grelevance": "1", "randomization_group": ""},
            {"group_name": f"Part {gid}"},
            "gid",
        )
    for number, question in enumerate(questions, 1):
        qid = str(number * 100)
        cells = {"qid": qid, "parent_qid": "0", "sid": "1", "gid": question.get("gid", "1"), "type": question["type"], "title": question["code"], "other": "N",
                 "mandatory": "N", "question_order": str(number), "scale_id": "0", "relevance": question.get("relevance", "1"), **question.get("cells", {})}  # fmt: skip
        _entry(
            rows,
            "questions",
            apart,
            languages,
            cells,
            {"question": question.get("text", "Question?"), "help": question.get("help", "")},
            "qid",
        )
        for position, sub in enumerate(question.get("subs", ()), 1):
            code, text, *scale = sub
            _entry(rows, "subquestions", apart, languages, {"qid": f"{qid}{position}", "parent_qid": qid, "title": code, "question_order": str(position),
                   "scale_id": (scale or ["0"])[0]}, {"question": text}, "qid")  # fmt: skip
        for position, answer in enumerate(question.get("answers", ()), 1):
            code, text, *scale = answer
            _entry(rows, "answers", apart, languages, {"aid": f"{qid}{position}", "qid": qid, "code": code, "sortorder": str(position),
                   "scale_id": (scale or ["0"])[0]}, {"answer": text}, "aid")  # fmt: skip
        rows.setdefault("question_attributes", []).extend(
            {"qid": qid, "attribute": name, "value": value} for name, value in question.get("attributes", {}).items()
        )
    rows.update(tables)
    body = "".join(f"<{name}><rows>{''.join(map(_row, lines))}</rows></{name}>" for name, lines in rows.items())
    return f'<?xml version="1.0" encoding="UTF-8"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType>{body}</document>'.encode()


def _entry(rows, table, apart, languages, cells, texts, key):
    names = {"groups": "group_l10ns", "questions": "question_l10ns", "subquestions": "question_l10ns", "answers": "answer_l10ns"}
    for position, language in enumerate(languages.split()):
        spoken = {column: text if not position else f"{text} ({language})" for column, text in texts.items() if text}
        if not apart:
            rows.setdefault(table, []).append({**cells, **spoken, "language": language})
        else:
            if not position:
                rows.setdefault(table, []).append(cells)
            rows.setdefault(names[table], []).append({key: cells[key], "language": language, **spoken})


def _row(cells: dict) -> str:
    return "<row>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in cells.items()) + "</row>"
