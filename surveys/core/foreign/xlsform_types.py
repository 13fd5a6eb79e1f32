"""The types, appearances and settings of XLSForm: what each is here, or why it cannot be.

Names and synonyms: https://xlsform.org/en/ and https://docs.getodk.org/form-reference/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from surveys.core.messages import N_

SELECT_ONE = ("add select one prompt using", "select one from", "select1", "select_one", "select one")
SELECT_MULTIPLE = ("add select multiple prompt using", "select all that apply from", "select_multiple", "select all that apply", "select multiple from", "select multiple")  # fmt: skip
OR_OTHER = re.compile(r"[ _]+or[ _](specify[ _])?other$", re.IGNORECASE)
PLAIN: Mapping[str, str] = {
    "string": "text", "text": "text", "int": "integer", "integer": "integer", "decimal": "decimal", "date": "date", "note": "note",
    "calculate": "calculate", "calculation": "calculate", "hidden": "hidden", "range": "range", "q string": "text", "q int": "integer",
    "add text prompt": "text", "add integer prompt": "integer", "add decimal prompt": "decimal", "add date prompt": "date",
    "add note prompt": "note", "q text": "text", "q date": "date", "q note": "note",
}  # fmt: skip
AS_TEXT: Mapping[str, str] = {
    "time": N_("a time of day has no type here: it is asked as a text; write the expected form in its hint"),
    "datetime": N_("a date with its time has no type here: it is asked as a text; ask a date where the day is enough"),
    "dateTime": N_("a date with its time has no type here: it is asked as a text; ask a date where the day is enough"),
}

DEVICE = N_("an opinion survey on the web records nothing about the device or its owner")
MOMENTS = N_("the survey itself keeps when each page was sent")
POSITION = N_("where a person is cannot be asked of a browser without its leave, and would identify them: ask the town, from a list")
RECORDING = N_("respondents send no picture, sound or file: it could identify them and could not be counted")
METADATA: Mapping[str, str] = {
    **dict.fromkeys(("start", "end", "today", "start time", "end time", "get today", "get start time", "get end time"), MOMENTS),
    **dict.fromkeys(("deviceid", "device id", "get device id", "imei", "subscriberid", "subscriber id", "get subscriber id", "simserial", "sim id",
                     "get sim id", "phonenumber", "phone number", "get phone number", "username", "uri:username", "email", "uri:email", "caseid"), DEVICE),
    **dict.fromkeys(("audit", "instanceid", "instance id"), N_("every page is kept as it was sent, with its time, without asking for it")),
}  # fmt: skip
REFUSED: Mapping[str, str] = {
    **dict.fromkeys(("geopoint", "gps", "q geopoint", "q location", "location", "add location prompt", "geotrace", "geoshape", "start-geopoint",
                     "background-geopoint", "osm"), POSITION),
    **dict.fromkeys(("image", "photo", "audio", "video", "file", "background-audio", "add image prompt", "add photo prompt", "add audio prompt",
                     "add video prompt", "add file prompt", "q picture", "q image", "q audio", "q video", "annotate", "signature", "draw"), RECORDING),
    **dict.fromkeys(("barcode", "q barcode", "add barcode prompt"), N_("a browser reads no barcode: ask the number as a text")),
    **dict.fromkeys(("xml-external", "csv-external"), N_("the file goes in the folder lookups/, and pulldata() names it")),
    **dict.fromkeys(("printer", "url"), N_("it opens another program")),
}  # fmt: skip

KEPT_APPEARANCES = frozenset({"minimal", "likert", "field-list", "table-list", "multiline", "email", "postcode", "consent"})
SAME_APPEARANCES: Mapping[str, str] = {
    "autocomplete": "minimal", "search": "minimal", "horizontal": "", "horizontal-compact": "", "full": "", "quick": "", "quickcompact": "",
    "columns-pack": "", "columns": "", "compact": "", "vertical": "", "picker": "", "no-calendar": "", "spinner": "", "no-ticks": "",
}  # fmt: skip
DATE_PARTS = frozenset({"month-year", "year", "ethiopian", "coptic", "islamic", "bikram-sambat", "myanmar", "persian", "buddhist"})
KEPT_SETTINGS = frozenset(
    [
        "form_title",
        "form_id",
        "version",
        "default_language",
        "sponsor",
        "sponsor_quality",
        "institute",
        "population",
        "mode",
        "electoral_scope",
        "electoral_reason",
        "data_kind",
        "limits",
        "buyer",
        "funder",
        "reward",
        "conditions",
        "notice_filed",
        "smallest_base",
        "weak_base",
    ]
)
KEPT_PARAMETERS = frozenset({"randomize", "start", "end", "step", "list"})
LEFT_COLUMNS: Mapping[str, str] = {
    "required_message": N_("the form says itself that an answer is missing"),
    "guidance_hint": N_("it speaks to interviewers: nobody sees it here"),
    "trigger": N_("calculations are always up to date here"),
    "default": N_("no answer is filled in before the person gives it"),
    "media::audio": N_("no sound is played"),
    "media::video": N_("no film is played"),
    "media::big-image": N_("a picture is shown in one size"),
    "no_app_error_string": N_("no other program is opened"),
    "autoplay": N_("no sound is played"),
}
