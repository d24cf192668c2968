"""What the agent keeps from one start to the next: small files that only its person can read, whole or not at all."""

import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from signing.agent.jobs import AgentRefused, Job


def keep(file: Path, values: dict[str, Any]) -> None:
    """Replace the file."""
    temporary = file.with_name(f".{uuid4().hex}")
    descriptor = os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(values, out)
    temporary.replace(file)


@dataclass
class UsedJobs:
    """Ids of the jobs that were begun, until they expire by themselves: an agent started anew begins none again."""

    file: Path
    until: dict[str, float] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path) -> "UsedJobs":
        """Read the kept ids; none without a file."""
        return cls(file, json.loads(file.read_text()) if file.is_file() else {})

    def begin(self, job: Job, *, now: datetime) -> None:
        """Use a job up, before anything is done for it; raises `AgentRefused` (job_repeated)."""
        if job.id in self.until:
            raise AgentRefused("job_repeated")
        self.until = {name: end for name, end in self.until.items() if end > now.timestamp()}
        self.until[job.id] = job.expires_at.timestamp()
        keep(self.file, self.until)
