"""Ready rules for the panels most used: what remains to be written is the secret, and what stands in [brackets].

Sources: help.cint.com (client response codes: any other is booked as 91) · developer.cint.com (respondent status, server to server)
· developers.dynata.com (Demand) · docs.api.toluna.com (end addresses, encryption) · documentation.purespectrum.com (redirect hashing,
statuses 17, 18, 20, 21 and 30) · developer.prodege.com (redirects, request signing).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from respondents.core.providers import OUTCOMES, Provider
from surveys.core.messages import N_


@dataclass(frozen=True)
class Preset:
    """A panel's rules under its name, and what its secret is called there."""

    label: str
    provider: Provider
    secret: str = ""


def _returns(template: str, *codes: str) -> dict[str, str]:
    """One address per outcome, in the order of OUTCOMES, from one template in which § is the code."""
    return dict(zip(OUTCOMES, (template.replace("§", code) for code in codes), strict=True))


_TOLUNA = "https://ups.surveyrouter.com/TrafficUI/MSCUI/§.aspx?GID={id}"

PRESETS: Mapping[str, Preset] = {
    "lucid": Preset(
        N_("Cint Exchange (Lucid), by redirect"),
        Provider(
            id_parameter="RID",
            returns=_returns("https://samplicio.us/s/ClientCallBack.aspx?RIS=§&RID={id}", "10", "20", "40", "30", "30"),
            allowed_hosts=("samplicio.us",),
            signer="hmac-sha1",
            signer_options={"parameter": "hash", "encoding": "base64url", "ampersand": "yes"},
        ),
        N_("hashing key"),
    ),
    "cint-s2s": Preset(
        N_("Cint Exchange, from server to server"),
        Provider(
            id_parameter="RID",
            returns=_returns("https://samplicio.us/s/ClientCallBack.aspx?RID={id}", "", "", "", "", ""),
            allowed_hosts=("samplicio.us", "s2s.cint.com"),
            call={
                "method": "POST",
                "address": "https://s2s.cint.com/fulfillment/respondents/transition",
                "headers": {"Authorization": "Bearer {secret}"},
                "body": {"id": "{id}", "status": "{status}"},
                "codes": {"complete": 5, "screened_out": 2, "quota_full": 3, "quality": 4, "duplicate": 4},
            },
        ),
        N_("API key for server-to-server calls"),
    ),
    "dynata": Preset(
        N_("Dynata Demand"),
        Provider(
            id_parameter="psid",
            carried={"pid": "pid", "k2": "k2"},
            returns=_returns("https://api.dynata.com/respondent/exit?rst=§&psid={id}", "1", "2", "3", "2&qflag=3", "2"),
            allowed_hosts=("api.dynata.com",),
            signer="dynata-med",
            signer_options={"parameter": "med", "pid": "pid", "k2": "k2"},
        ),
        N_("key1, a whole number"),
    ),
    "toluna": Preset(
        N_("Toluna"),
        Provider(
            id_parameter="GID",
            returns=_returns(_TOLUNA, "SOQualified", "SOTerminated", "SOQuotafull", "SOTerminated", "SOTerminated"),
            allowed_hosts=("ups.surveyrouter.com",),
            signer="hmac-sha256",
            signer_options={"parameter": "TolunaENC", "encoding": "HEX", "ampersand": "no"},
        ),
        N_("encryption key of the survey"),
    ),
    "purespectrum": Preset(
        N_("PureSpectrum"),
        Provider(
            id_parameter="transaction_id",
            returns=_returns("https://spectrumsurveys.com/surveydone?st=§&transaction_id={id}", "21", "18", "17", "20", "30"),
            allowed_hosts=("spectrumsurveys.com",),
            signer="sha1",
            signer_options={"parameter": "ps_hash", "encoding": "hex", "ampersand": "no"},
        ),
        N_("shared secret of the redirect hashing"),
    ),
    "prodege": Preset(
        N_("Prodege"),
        Provider(
            id_parameter="transid",
            returns=_returns("https://[address given by Prodege]?transid={id}&status=§", "1", "3", "2", "4", "4"),
            signer="sorted-sha256",
            signer_options={"parameter": "hash", "encoding": "base64url", "separator": ":"},
        ),
        N_("secret key"),
    ),
    "generic": Preset(
        N_("Another panel (Bilendi, Kantar…)"),
        Provider(returns=_returns("https://[address given by the panel]?id={id}&status=§", *OUTCOMES)),
    ),
}
