"""Generates the specifications: AsyncAPI of the topics, OpenAPI of hub and calibration page."""

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from edge.calibration import app as calibration
from hall.process import version
from hall.topics import ROOT as TOPIC_ROOT
from hall.topics import TOPICS, Topic
from hub.web.app import create_app

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCHEMAS = "#/components/schemas/"


def key(topic: Topic[Any]) -> str:
    """Name of a topic's channel: the words of its pattern that do not vary."""
    return "_".join(re.findall(r"(?<![{\w])\w+(?![}\w])", topic.pattern))


def channel(topic: Topic[Any]) -> dict[str, Any]:
    """One row of the topic table as an AsyncAPI channel."""
    name = topic.model.__name__
    about = topic.about
    if topic.max_age:
        about += f" Stale after {topic.max_age.total_seconds():g} s, judged by `at`."
    return {
        "address": f"{TOPIC_ROOT}/{{hall}}/{topic.pattern}",
        "description": about,
        "parameters": {
            level: {"description": f"Identifier of the {level}."}
            for level in ("hall", *re.findall(r"{(\w+)}", topic.pattern))
        },
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
    }


def operation(topic: Topic[Any]) -> dict[str, Any]:
    """How programs publish on a topic."""
    name = key(topic)
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{name}"},
        "summary": topic.about,
        "messages": [{"$ref": f"#/channels/{name}/messages/{topic.model.__name__}"}],
        "bindings": {"mqtt": {"qos": topic.qos, "retain": topic.retain, "bindingVersion": "0.2.0"}},
    }


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3.0 document of everything that goes over MQTT."""
    _, definitions = models_json_schema(
        [(topic.model, "serialization") for topic in TOPICS],
        ref_template=SCHEMAS + "{model}",
    )
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Huiting 慧厅",
            "version": version(),
            "description": "Facts that the programs of a hall tell each other over MQTT 3.1.1."
            " Receivers ignore fields that they do not know.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {"hall": {"host": "localhost:1883", "protocol": "mqtt"}},
        "channels": {key(topic): channel(topic) for topic in TOPICS},
        "operations": {f"publish_{key(topic)}": operation(topic) for topic in TOPICS},
        "components": {
            "messages": {
                topic.model.__name__: {"payload": {"$ref": SCHEMAS + topic.model.__name__}}
                for topic in TOPICS
            },
            "schemas": definitions["$defs"],
        },
    }


def openapi() -> dict[str, Any]:
    """The OpenAPI document of the hub's HTTP interface."""
    return create_app(None, version()).openapi()


def documents() -> dict[Path, str]:
    """Every generated file with what should stand in it."""
    made: Mapping[str, dict[str, Any]] = {
        "asyncapi.json": asyncapi(),
        "calibration.json": calibration.create_app(None, version()).openapi(),
        "openapi.json": openapi(),
    }
    return {
        DOCS / name: json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        for name, document in made.items()
    }


def outdated() -> list[Path]:
    """Committed specifications that no longer say what the code does."""
    return [
        path
        for path, text in documents().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]


def main() -> int:
    """Write the specifications, or with --check say which are out of date."""
    parser = argparse.ArgumentParser(prog="scripts/export-specs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; 1 when out of date")
    if parser.parse_args().check:
        stale = outdated()
        for path in stale:
            print(f"{path} is out of date: run scripts/export-specs", file=sys.stderr)
        return 1 if stale else 0
    DOCS.mkdir(exist_ok=True)
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
