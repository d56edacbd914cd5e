"""Every payload of the topic table survives the wire and neighbouring versions."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args
from uuid import UUID

import export_specs
import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hall.messages import (
    Advice,
    Alert,
    Call,
    ConfiguredId,
    Crowd,
    Fault,
    Level,
    Message,
    NodeStatus,
    Queues,
    ServiceQueue,
    Text,
    ZoneReading,
    wire_time,
)
from hall.thumbnails import Thumbnail, ThumbnailRequest
from hall.topics import THUMBNAIL, THUMBNAIL_REQUEST, TOPICS, Topic

WIRE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ID_PATTERN = get_args(ConfiguredId)[1].pattern

ids = st.from_regex(ID_PATTERN, fullmatch=True)
texts = st.builds(Text, zh=st.text(max_size=20), en=st.text(max_size=20))
amounts = st.floats(min_value=0, max_value=1e9, allow_nan=False)
counts = st.integers(min_value=0, max_value=10_000)
moments = st.datetimes(
    min_value=datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    max_value=datetime(2100, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-5))]),
).map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000))
zones = st.builds(
    ZoneReading,
    zone=ids,
    count=amounts,
    density_per_m2=amounts,
    level=st.sampled_from(Level),
    queue_length=st.none() | amounts,
    unserved=st.none() | amounts,
    waiting_s=st.none() | amounts,
    entered=st.none() | counts,
    left=st.none() | counts,
    dwell_s=st.none() | amounts,
)
queues = st.builds(
    ServiceQueue,
    waiting=counts,
    called=counts,
    windows=counts,
    wait_p50_s=amounts,
    wait_p90_s=amounts,
)
PAYLOADS: dict[type[Message], st.SearchStrategy[Any]] = {
    NodeStatus: st.builds(
        NodeStatus, state=st.sampled_from(["online", "offline"]), at=moments, version=st.text()
    ),
    Crowd: st.builds(
        Crowd,
        id=st.uuids(),
        seq=st.integers(min_value=1),
        at=moments,
        camera=ids,
        count=amounts,
        count_low=amounts,
        count_high=amounts,
        quality=st.text(max_size=20),
        latency_ms=amounts,
        model=st.text(max_size=20),
        zones=st.lists(zones, max_size=3).map(tuple),
        thumbnail=st.none() | ids,
    ),
    ThumbnailRequest: st.builds(ThumbnailRequest, id=st.uuids(), at=moments, camera=ids),
    Thumbnail: st.builds(
        Thumbnail,
        id=st.uuids(),
        at=moments,
        camera=ids,
        blocks=st.none() | st.binary(min_size=2304, max_size=2304),
        aspect=st.floats(0.2, 5),
        refused=st.sampled_from([None, "off", "too_often"]),
    ),
    Fault: st.builds(Fault, at=moments, faults=st.lists(st.text(), max_size=3).map(tuple)),
    Queues: st.builds(
        Queues, at=moments, services=st.dictionaries(st.text(max_size=9), queues, max_size=3)
    ),
    Alert: st.builds(
        Alert,
        id=st.uuids(),
        rule=ids,
        subject=ids,
        state=st.sampled_from(["raised", "acknowledged", "cleared"]),
        since=moments,
        value=amounts,
        threshold=amounts,
        advice=st.lists(
            st.builds(Advice, action=st.just("open_window"), window=ids, text=texts), max_size=2
        ).map(tuple),
        text=texts,
        applied=st.booleans(),
    ),
    Call: st.builds(Call, id=st.uuids(), at=moments, number=st.text(), window=ids, speech=texts),
}
each_topic = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.pattern)
SCHEMAS = export_specs.asyncapi()["components"]["schemas"]
unhurried = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def wire(message: Message) -> bytes:
    """A payload as hall.bus sends it."""
    return message.model_dump_json(exclude_none=True).encode()


def test_every_model_of_the_table_is_tried_here() -> None:
    assert {topic.model for topic in TOPICS} == PAYLOADS.keys()


@each_topic
@unhurried
@given(data=st.data())
def test_what_is_sent_is_what_arrives(topic: Topic[Message], data: st.DataObject) -> None:
    message = data.draw(PAYLOADS[topic.model])
    assert topic.model.model_validate_json(wire(message)) == message


@each_topic
@unhurried
@given(data=st.data(), extra=st.dictionaries(st.from_regex(r"x_[a-z]+", fullmatch=True), ids))
def test_fields_of_another_version_are_ignored(
    topic: Topic[Message], data: st.DataObject, extra: dict[str, str]
) -> None:
    message = data.draw(PAYLOADS[topic.model])
    payload = {**json.loads(wire(message)), **extra}
    assert topic.model.model_validate_json(json.dumps(payload)) == message


@each_topic
@unhurried
@given(data=st.data())
def test_what_is_sent_obeys_the_published_schema(
    topic: Topic[Message], data: st.DataObject
) -> None:
    payload = json.loads(topic.model.model_dump_json(data.draw(PAYLOADS[topic.model])))
    schema = {
        "$ref": f"#/components/schemas/{topic.model.__name__}",
        "components": {"schemas": SCHEMAS},
    }
    jsonschema.validate(payload, schema)


@each_topic
@unhurried
@given(data=st.data())
def test_a_payload_without_one_of_its_fields_is_refused(
    topic: Topic[Message], data: st.DataObject
) -> None:
    payload = json.loads(wire(data.draw(PAYLOADS[topic.model])))
    required = [name for name, field in topic.model.model_fields.items() if field.is_required()]
    payload.pop(data.draw(st.sampled_from(required)))
    with pytest.raises(ValidationError):
        topic.model.model_validate_json(json.dumps(payload))


@given(moments)
def test_time_on_the_wire_is_utc_with_milliseconds(at: datetime) -> None:
    assert WIRE_TIME.fullmatch(wire_time(at))
    assert datetime.fromisoformat(wire_time(at)) == at
    assert WIRE_TIME.search(wire(Fault(at=at)).decode())


@given(st.binary(max_size=3000).filter(lambda blocks: len(blocks) != 32 * 24 * 3))
def test_a_thumbnail_with_more_or_fewer_blocks_is_refused(blocks: bytes) -> None:
    with pytest.raises(ValidationError):
        Thumbnail(id=UUID(int=1), at=datetime(2026, 1, 1, tzinfo=UTC), camera="cam", blocks=blocks)


def test_what_shows_a_camera_is_never_retained() -> None:
    assert not THUMBNAIL.retain
    assert not THUMBNAIL_REQUEST.retain


def test_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError):
        Fault.model_validate_json('{"at": "2026-11-24T12:00:00"}')


@each_topic
@given(data=st.data(), hall=ids)
def test_a_topics_name_is_recognised_and_covered_by_its_filter(
    topic: Topic[Message], data: st.DataObject, hall: str
) -> None:
    levels = {name: data.draw(ids) for name in re.findall(r"{(\w+)}", topic.pattern)}
    name = topic.name(hall, **levels)
    assert topic.match(hall, name) == levels
    assert topic.match(f"{hall}x", name) is None
    assert re.fullmatch(topic.filter(hall).replace("+", "[^/]+"), name)
