"""Evidence of other schemes than the plain one: bounded weights, people left out, means, medians and scores; both languages prove it."""

import pytest

pytestmark = pytest.mark.django_db
