"""One town for the tests of this folder: they leave it with everything running."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from config import state
from tests.config.houses import kill_all
from tests.faults.town import Town


@pytest.fixture(scope="module")
def town():
    """A town with one person's figures known."""
    parent = Path(tempfile.mkdtemp(prefix="bm-town-", dir="/tmp"))
    parent.chmod(0o755)
    town = Town(parent / "var")
    try:
        town.open()
        yield town
        said = town.close()
    finally:
        kill_all(town.folder)
        shutil.rmtree(parent, ignore_errors=True)
        shutil.rmtree(state.sockets(town.folder), ignore_errors=True)
    assert "Traceback" not in said
