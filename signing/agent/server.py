"""The agent's door: loopback HTTP for pages of paired servers, and for nobody else.

`GET /v1` says that the agent is here; `POST /v1/pair` pairs, while its person has pairing open; `POST /v1/sign`
carries a job; `GET /v1/jobs/{id}` gives its results again until the job expires.
"""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from signing.agent.desk import Desk
from signing.agent.jobs import AgentRefused, Item, Job, check_item, fingerprint, read
from signing.agent.kept import UsedJobs
from signing.agent.pairing import Pairings, is_secure
from signing.errors import KeyUnusable
from signing.tokens import open_token, token_holding

VERSION = "1"
LARGEST_FILE = 100 * 1024 * 1024
_LARGEST_REQUEST = 4 * 1024 * 1024
_STATUS = {"other_host": 421, "not_paired": 403, "not_json": 415, "job_repeated": 409, "job_unknown": 404}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Agent:
    """One person's agent: its pairings, its token's module, the jobs it has used up, and the results of these."""

    pairings: Pairings
    used: UsedJobs
    desk: Desk
    module: Path
    now: Callable[[], datetime]
    port: int = 0
    seen: dict[str, tuple[Job, list[dict[str, str]]]] = field(default_factory=dict)
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    def application(self) -> web.Application:
        """The routes behind the guard."""
        made = web.Application(middlewares=[self._guard], client_max_size=_LARGEST_REQUEST)
        made.router.add_get("/v1", self._hello)
        made.router.add_post("/v1/pair", self._pair)
        made.router.add_post("/v1/sign", self._sign)
        made.router.add_get("/v1/jobs/{id}", self._results)
        return made

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Every request: this very host, an origin that may ask, and answers readable by that origin only."""
        origin = request.headers.get("Origin", "")
        try:
            self._check(request, origin)
            is_question = request.method == "OPTIONS"
            answer: web.StreamResponse = web.Response(status=204) if is_question else await handler(request)
        except AgentRefused as error:
            answer = web.json_response({"code": error.code, **error.params}, status=_STATUS.get(error.code, 422))
        # A body that is no JSON, no text, or in a character set nobody knows.
        except (web.HTTPException, ValueError, LookupError):
            answer = web.json_response({"code": "request_wrong"}, status=400)
        if origin in self.pairings.keys or is_secure(origin):
            answer.headers.update(
                {
                    "Access-Control-Allow-Origin": origin,
                    "Access-Control-Allow-Headers": "Content-Type",
                    "Access-Control-Allow-Private-Network": "true",
                    "Vary": "Origin",
                }
            )
        return answer

    def _check(self, request: web.Request, origin: str) -> None:
        if request.host != f"127.0.0.1:{self.port}":
            raise AgentRefused("other_host")
        is_open = request.path in {"/v1", "/v1/pair"}
        if origin not in self.pairings.keys and not (is_open and is_secure(origin)):
            raise AgentRefused("not_paired")
        # Anything but JSON a form could send without asking first.
        if request.method == "POST" and request.content_type != "application/json":
            raise AgentRefused("not_json")

    async def _hello(self, _request: web.Request) -> web.Response:
        return web.json_response({"name": "docservice-agent", "version": VERSION})

    async def _pair(self, request: web.Request) -> web.Response:
        origin, asked = request.headers["Origin"], await _body(request)
        self.pairings.try_code(origin, str(asked.get("code")), now=self.now())
        try:
            key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(str(asked.get("key")) + "=="))
        except ValueError as error:
            raise AgentRefused("key_unreadable") from error
        if not await asyncio.to_thread(self.desk.confirm_pairing, origin, fingerprint(key)):
            raise AgentRefused("pairing_refused")
        self.pairings.add(origin, key)
        return web.json_response({"paired": fingerprint(key)})

    async def _sign(self, request: web.Request) -> web.Response:
        origin, asked = request.headers["Origin"], await _body(request)
        token = str(asked.get("job"))
        job = read(token, self.pairings.keys[origin], origin=origin, now=self.now())
        async with self.busy:
            self._forget()
            self.used.begin(job, now=self.now())
            self.seen[job.id] = (job, [])
            for item in job.items:
                check_item(item, await _fetch(origin, item, token), certificate_sha256=job.certificate_sha256)
            await asyncio.to_thread(self._sign_all, job)
        return self._told(job.id)

    async def _results(self, request: web.Request) -> web.Response:
        self._forget()
        found = self.seen.get(request.match_info["id"])
        if found is None or found[0].origin != request.headers["Origin"]:
            raise AgentRefused("job_unknown")
        return self._told(found[0].id)

    def _told(self, job_id: str) -> web.Response:
        return web.json_response({"results": self.seen[job_id][1]})

    def _forget(self) -> None:
        now = self.now()
        self.seen = {name: held for name, held in self.seen.items() if now < held[0].expires_at}

    def _sign_all(self, job: Job) -> None:
        """One login for the batch; what is signed when the token goes stays signed."""
        results = self.seen[job.id][1]
        pin = self.desk.ask_pin(job)
        if pin is None:
            results += [{"id": item.id, "error": "person_refused"} for item in job.items]
            return
        try:
            serial = token_holding(self.module, job.certificate_sha256).serial
            with open_token(self.module, serial=serial, pin=pin, certificate_sha256=job.certificate_sha256) as key:
                for item in job.items:
                    value = key.sign(item.attributes)
                    results.append({"id": item.id, "value": base64.b64encode(value).decode()})
        except KeyUnusable as error:
            self.desk.say(error.code)
            done = {entry["id"] for entry in results}
            results += [{"id": item.id, "error": error.code} for item in job.items if item.id not in done]


async def _body(request: web.Request) -> dict[str, Any]:
    asked = await request.json()
    if not isinstance(asked, dict):
        raise AgentRefused("request_wrong")
    return asked


async def _fetch(origin: str, item: Item, token: str) -> bytes:
    """The prepared file, from the paired origin only; raises `AgentRefused` (file_unavailable, file_too_large)."""
    try:
        # The job's own signature is proof enough of holding it; the whole of it would not fit into a header.
        headers = {"Authorization": f"Bearer {token.rpartition('.')[2]}"}
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session,
            session.get(origin + item.path, headers=headers, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise AgentRefused("file_unavailable", status=answer.status)
            # It comes in hundreds of pieces: a bytearray grows where it is.
            data = bytearray()
            while not answer.content.at_eof() and len(data) <= LARGEST_FILE:
                data += await answer.content.read(LARGEST_FILE + 1 - len(data))
    except (aiohttp.ClientError, TimeoutError) as error:
        raise AgentRefused("file_unavailable", status=0) from error
    if len(data) > LARGEST_FILE:
        raise AgentRefused("file_too_large")
    return bytes(data)


async def run(agent: Agent, *, port: int) -> web.AppRunner:
    """Listen on loopback; port 0 chooses a free one and tells the agent which."""
    runner = web.AppRunner(agent.application(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    agent.port = runner.addresses[0][1]
    return runner
