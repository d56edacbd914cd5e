"""The committed specifications say what the code does."""

import json

import export_specs
import jsonschema
import pytest

from hall.topics import TOPICS


def test_the_committed_specifications_are_those_of_the_code() -> None:
    assert export_specs.outdated() == [], "run scripts/export-specs and commit docs/"


def test_every_topic_has_a_channel_and_every_reference_leads_somewhere() -> None:
    document = export_specs.asyncapi()
    assert len(document["channels"]) == len(document["operations"]) == len(TOPICS)
    for reference in references(document):
        place = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in references(value)]
    if isinstance(node, list):
        return [found for value in node for found in references(value)]
    return []


@pytest.mark.parametrize("name", sorted(export_specs.asyncapi()["components"]["schemas"]))
def test_schemas_are_valid_json_schema(name: str) -> None:
    schema = export_specs.asyncapi()["components"]["schemas"][name]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert json.loads(json.dumps(schema)) == schema
