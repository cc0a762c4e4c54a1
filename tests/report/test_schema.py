"""The published schema of the JSON report."""

import json
from pathlib import Path

import jsonschema
from hypothesis import given

from grader.report.json import render as render_json
from grader.report.schema import schema
from report.samples import report
from report.untrusted import untrusted_report, untrusted_text

PUBLISHED = json.loads((Path(__file__).parents[2] / "docs/report.schema.json").read_text("utf-8"))
SCHEMA = jsonschema.validators.validator_for(PUBLISHED)(PUBLISHED)


def test_the_published_schema_is_up_to_date():
    assert schema() == PUBLISHED, "docs/report.schema.json"


@given(untrusted_text)
def test_json_conforms_to_its_schema(word):
    for parsed in (report(), untrusted_report(word)):
        SCHEMA.validate(json.loads(render_json(parsed)))
