"""Evidence of other schemes than the plain one: bounded weights, people left out, means, medians and scores; both languages prove it."""

import csv
import io
import json
import shutil
import zipfile

import pytest
from django.core.management import call_command

from reports.models import Release, Scheme
from reports.releases.checking import evidence_in
from reports.study import store_study, stored_study
from respondents.models import Record
from tests.reports.releases.test_verifying import CHANGES, WAVE, beside_the_files, change, first_person, in_r, verified

pytestmark = pytest.mark.django_db
