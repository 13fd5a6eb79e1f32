"""Records of one version of a questionnaire read as those of another: variables joined by name, choices by theirs."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from respondents.core.record import CODE, Codes
from surveys.core.codebook import NOT_ASKED, Codebook


def joined(matrix: Codes, theirs: Codebook, ours: Codebook, comparable: Collection[str]) -> Codes:
    """Return records × positions of ``ours`` from records × positions of ``theirs``.

    ``comparable`` names the questions whose codes mean the same in both; the others are as if they had not been asked. A choice
    that their version did not offer was not ticked by those who were asked, and what they had no word for stays so.
    """
    made = np.full((len(matrix), len(ours)), NOT_ASKED, dtype=CODE)
    for name, span in ours.positions_of.items():
        if name not in comparable or name not in theirs.positions_of:
            continue
        first = matrix[:, theirs.positions_of[name].start]
        for position in span:
            found = theirs.position.get(ours.variables[position].name)
            made[:, position] = np.minimum(first, 0) if found is None else matrix[:, found]
    return made
