"""Where nothing happens, nothing is asked of the engine."""

from __future__ import annotations

from ebmviz.core import protocol
from tests.ui.conftest import Student
from tests.ui.test_undo_training import train


def test_a_checkpoint_is_fetched_once_after_the_last_frame(student: Student) -> None:
    client = student.window.client
    train(student, 3)
    student.settled()
    asked: list[object] = []
    send = client._send

    def watch(message: protocol.AnyMessage, *more: object) -> None:
        asked.extend([message] if isinstance(message, protocol.Fetch) else [])
        send(message, *more)  # type: ignore[arg-type]

    client._send = watch  # type: ignore[assignment, method-assign]
    client._timer.timeout.emit()
    student.until(lambda: client._answered == client._requests.token)
    assert client.kept is not None
    assert client.kept.step == 3
    asked.clear()
    for _ in range(3):
        client._timer.timeout.emit()
    assert not asked, "nothing has happened since"
    train(student, 2)
    student.settled()
    client._timer.timeout.emit()
    assert asked
