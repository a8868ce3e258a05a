"""Hatches bots in processes of their own, quickly: everything is imported once, and each bot is a fork.

python -m tests.faults.nest DESCRIPTOR

Over the socket DESCRIPTOR comes one JSON line with a bot's folder and faults, and with it the two pipes to talk to it.
Back go its process id, and its exit status once nothing of it is left.
"""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, BinaryIO, Self

_ROOT = Path(__file__).parents[2]


class Nest:
    """The parent's side: where children come from."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._answers: BinaryIO = connection.makefile("rb")

    @classmethod
    @asynccontextmanager
    async def built(cls) -> AsyncIterator[Self]:
        ours, theirs = socket.socketpair()
        command = (sys.executable, "-m", "tests.faults.nest", str(theirs.fileno()))
        process = await asyncio.create_subprocess_exec(*command, cwd=_ROOT, pass_fds=[theirs.fileno()])
        theirs.close()
        nest = cls(ours)
        try:
            yield nest
        finally:
            nest._answers.close()
            ours.close()
            await process.wait()

    async def hatch(self, **given: Any) -> "Child":
        hears, tell = os.pipe()
        listen, says = os.pipe()
        socket.send_fds(self._connection, [(json.dumps(given) + "\n").encode()], [hears, says])
        os.close(hears)
        os.close(says)
        child = Child(self, self.answer())
        await child.connect(tell, listen)
        return child

    def answer(self) -> int:
        return int(self._answers.readline())


class Child:
    """One bot. It has to be killed, or to end by itself, before the next is hatched."""

    def __init__(self, nest: Nest, pid: int) -> None:
        self._nest, self._pid = nest, pid

    async def connect(self, tell: int, listen: int) -> None:
        loop = asyncio.get_running_loop()
        self._reader = asyncio.StreamReader()
        self._writing, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(tell, "wb", 0))
        reading = lambda: asyncio.StreamReaderProtocol(self._reader)  # noqa: E731
        self._reading, _ = await loop.connect_read_pipe(reading, os.fdopen(listen, "rb", 0))

    def tell(self, line: Mapping[str, Any]) -> None:
        if not self._writing.is_closing():
            self._writing.write((json.dumps(line) + "\n").encode())

    async def hear(self) -> dict[str, Any] | None:
        """The next line; None once it is gone."""
        line = await self._reader.readline()
        heard: dict[str, Any] | None = json.loads(line) if line else None
        return heard

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)

    def ended(self) -> int:
        """Its exit status (below 0: the signal that ended it), once nothing of it is left."""
        self._writing.close()
        self._reading.close()
        return os.waitstatus_to_exitcode(self._nest.answer())


def main(connection: socket.socket) -> None:
    """The other side. Imports first, so that no fork has to."""
    import alembic.command  # noqa: F401  # else each first run would import it

    from tests.faults.child import live

    while True:
        message, descriptors, _, _ = socket.recv_fds(connection, 65536, 2)
        if not message:
            return
        pid = os.fork()
        if not pid:
            connection.close()
            for standard, given in enumerate(descriptors):
                os.dup2(given, standard)
                os.close(given)
            asyncio.run(live(**json.loads(message)))
            os._exit(0)
        for descriptor in descriptors:
            os.close(descriptor)
        connection.sendall(f"{pid}\n".encode())
        connection.sendall(f"{os.waitpid(pid, 0)[1]}\n".encode())


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
