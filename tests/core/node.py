"""A core without slices: one database, a set clock and the embedded runner."""

from datetime import UTC, datetime

from docservice.core.clock import SetClock
from docservice.core.db import Database
from docservice.core.queue import ThreadQueue
from docservice.core.runner import Runner
from docservice.core.work import Actor, Ports, Transactions

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
CLERK = Actor(name="Văn thư")


class Core:
    def __init__(self, database: Database, clock: SetClock) -> None:
        self.database = database
        self.clock = clock
        self.queue = ThreadQueue()
        self.transactions = Transactions(database, clock=clock, ports=Ports({}), queue=self.queue, listeners={})
        self.runner = Runner(self.transactions, queue=self.queue)
