"""Where the flow meets QML: touches in, words and looks out, each only when it changes."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import structlog
from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot

from kiosk.core.events import (
    BackTouched,
    DoneTouched,
    ElderSwitched,
    Event,
    GroupChosen,
    LanguageChosen,
    RetryTouched,
    ScreenTouched,
    ServiceChosen,
    TimePassed,
)
from kiosk.core.flow import State, start, step
from kiosk.core.view import view, words
from kiosk.ui.look import look, read_tokens
from kiosk.ui.qr import outline
from kiosk.ui.sentences import read_sentences
from kiosk.ui.values import values

TICK_MS = 250

TOUCHES = {
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
    QEvent.Type.KeyPress,
}

log = structlog.get_logger()


class Stage(QObject):
    """Holds the flow's state on the Qt thread.

    QML reads `says` (what to say), `words` (fixed sentences) and `look` (colours and
    sizes) and calls the slots. `asked` carries a Press and the language it was made in.
    """

    asked = Signal(object, str)

    def __init__(self, *, idle_s: float, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        self._sentences, self._tokens = read_sentences(), read_tokens()
        self._state = start(clock(), idle_s)
        self.says, self.words, self.look = (values(each, self) for each in self._values())
        self._ticking = QTimer(self)
        self._ticking.setInterval(TICK_MS)
        self._ticking.timeout.connect(self.tick)
        self._ticking.start()

    @property
    def state(self) -> State:
        """The flow's state now."""
        return self._state

    @Slot(object)
    def happen(self, event: Event) -> None:
        """Take one step of the flow and show what came of it."""
        before = self._state.screen
        taken = step(self._state, event, self._clock())
        self._state = taken.state
        if taken.state.screen is not before:
            log.info("screen_changed", screen=taken.state.screen.value, before=before.value)
        self._render()
        if taken.ask:
            self.asked.emit(taken.ask, taken.state.language)

    @Slot()
    def tick(self) -> None:
        """Let time pass."""
        self.happen(TimePassed())

    @Slot(str)
    def choose_group(self, group: str) -> None:
        """A group of services was touched."""
        self.happen(GroupChosen(group))

    @Slot(str)
    def choose_service(self, service: str) -> None:
        """A service was touched."""
        self.happen(ServiceChosen(service, key=str(uuid4())))

    @Slot()
    def back(self) -> None:
        """One screen back."""
        self.happen(BackTouched())

    @Slot()
    def done(self) -> None:
        """The visitor has finished."""
        self.happen(DoneTouched())

    @Slot()
    def retry(self) -> None:
        """Ask again for the same ticket."""
        self.happen(RetryTouched())

    @Slot()
    def switch_language(self) -> None:
        """The other language."""
        self.happen(LanguageChosen("en" if self._state.language == "zh" else "zh"))

    @Slot()
    def switch_elder(self) -> None:
        """Elder mode on or off."""
        self.happen(ElderSwitched())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Installed on the window: any touch shows that someone is there."""
        if event.type() in TOUCHES:
            self.happen(ScreenTouched())
        return False

    def _render(self) -> None:
        said, words, look = self._values()
        self.look.fill(look)
        self.words.fill(words)
        self.says.fill(said)

    def _values(self) -> tuple[dict[str, Any], dict[str, str], dict[str, Any]]:
        state = self._state
        said = view(state, self._sentences, self._clock())
        side, path = outline(said["url"])
        return (
            said | {"qr_side": side, "qr_path": path},
            words(self._sentences, state.language),
            look(self._tokens, elder=state.elder),
        )
