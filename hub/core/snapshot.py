"""A state as bytes and back: the same state always gives the same bytes."""

from typing import Final

from pydantic import TypeAdapter

from hub.core.state import State

_STATE: Final = TypeAdapter(State)


def dump(state: State) -> bytes:
    """The state as JSON."""
    return _STATE.dump_json(state)


def load(content: bytes) -> State:
    """The state that `dump` wrote. Raises ValueError when `content` is not one."""
    return _STATE.validate_json(content)
