"""`python -m signing.agent --module FILE [--port 27357] [--folder DIR] [--pair]`."""

import argparse
import asyncio
from datetime import UTC, datetime
from pathlib import Path

from signing.agent import PORT
from signing.agent.desk import Terminal
from signing.agent.kept import UsedJobs
from signing.agent.pairing import Pairings
from signing.agent.server import Agent, run


def main() -> None:
    """Serve until the program is stopped."""
    parser = argparse.ArgumentParser(description="Chương trình ký số bằng thiết bị trên máy của công chức.")
    parser.add_argument("--module", type=Path, required=True, metavar="FILE", help="thư viện PKCS#11 của thiết bị")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--folder", type=Path, default=Path.home() / ".docservice-agent")
    parser.add_argument("--pair", action="store_true", help="mở ghép nối với một máy chủ trong hai phút")
    asked = parser.parse_args()
    asked.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    pairings = Pairings.load(asked.folder / "pairings.json")
    desk = Terminal()
    agent = Agent(pairings, UsedJobs.load(asked.folder / "used.json"), desk, asked.module, lambda: datetime.now(UTC))
    if asked.pair:
        desk.show_code(pairings.open(now=datetime.now(UTC)))
    asyncio.run(_serve(agent, asked.port))


async def _serve(agent: Agent, port: int) -> None:
    runner = await run(agent, port=port)
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    main()
