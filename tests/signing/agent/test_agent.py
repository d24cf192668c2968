"""The agent end to end: a server's pages, SoftHSM, and everything the agent will not do."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.agent.jobs import ALGORITHM, AgentRefused, Item, Job, fingerprint, issue
from signing.agent.kept import UsedJobs
from signing.agent.pairing import Pairings
from signing.agent.server import Agent, run
from signing.pdf import Prepared, finish, prepare
from signing.request import Level, SignRequest
from signing.tokens import open_token
from signing.verdict import verify
from tests.signing.builders import NOW, Signers, paper, prepared
from tests.signing.tokens import MODULE, PIN, Pulled, Token

Answer = tuple[int, dict[str, Any]]


@dataclass
class Scripted:
    """A person who does what the test says, and remembers what was shown."""

    pin: str | None = PIN
    agrees: bool = True
    shown: list[Job] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    confirmed: list[tuple[str, str]] = field(default_factory=list)

    def show_code(self, code: str) -> None:
        self.codes.append(code)

    def confirm_pairing(self, origin: str, key: str) -> bool:
        self.confirmed.append((origin, key))
        return self.agrees

    def ask_pin(self, job: Job) -> str | None:
        self.shown.append(job)
        return self.pin

    def say(self, code: str) -> None:
        self.said.append(code)


@dataclass
class Hand:
    """A clock that is moved by hand."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Stage:
    """A server with prepared files, the agent beside it, and a page that talks to it."""

    origin: str
    base: str
    agent: Agent
    desk: Scripted
    clock: Hand
    key: Ed25519PrivateKey
    page: aiohttp.ClientSession
    files: dict[str, bytes]
    asked: list[str]
    listens_at: list[tuple[str, int]]

    async def post(self, path: str, body: Any, **headers: str) -> Answer:
        named = {"Origin": self.origin, **headers}
        async with self.page.post(self.base + path, json=body, headers=named) as answer:
            return answer.status, await answer.json()

    async def sign(self, job: Job, **changes: Any) -> Answer:
        return await self.post("/v1/sign", {"job": issue(job, changes.get("key", self.key), now=self.clock())})


@dataclass(frozen=True)
class Batch:
    job: Job
    ready: tuple[Prepared, ...]
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]


def batch(token: Token, count: int = 1, *, name: str = "j1") -> Batch:
    with open_token(MODULE, serial=token.serial, pin=PIN) as key:
        certificate, chain, size = key.certificate, key.chain, key.signature_size
    ready = tuple(
        prepare(
            prepared(paper(f"Báo cáo {number}")),
            SignRequest("leader", Level.B_B),
            certificate=certificate,
            chain=chain,
            signature_size=size,
            now=NOW,
        )
        for number in range(count)
    )
    items = tuple(
        Item(str(n), f"{n}/BC-UBND", f"Báo cáo {n}", f"/files/{n}", (r.reserved_start, r.reserved_end), r.to_sign)
        for n, r in enumerate(ready)
    )
    job = Job(name, "", "Lò Văn Giả Định", token.certificate_sha256, NOW + timedelta(seconds=100), items)
    return Batch(job, ready, certificate, chain)


Play = Callable[[Stage], Awaitable[None]]


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Play, Batch | None], Stage]:
    def played(act: Play, held: Batch | None) -> Stage:
        return asyncio.run(_played(act, held, tmp_path))

    return played


async def _played(act: Play, held: Batch | None, folder: Path) -> Stage:
    files = {f"/files/{n}": r.placeholder for n, r in enumerate(held.ready)} if held else {}
    asked: list[str] = []

    async def serve(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers.get("Authorization", ""))
        if request.path == "/elsewhere":
            raise web.HTTPFound("/files/0")
        if request.path == "/cut":
            request.transport.abort()  # type: ignore[union-attr] # there is one while a request is answered
        if request.path == "/endless":
            endless = web.StreamResponse()
            await endless.prepare(request)
            while True:
                await endless.write(bytes(1024 * 1024))
        return web.Response(body=files[request.path]) if request.path in files else web.Response(status=404)

    pages = web.Application()
    pages.router.add_get("/{path:.*}", serve)
    server = web.AppRunner(pages)
    await server.setup()
    await web.TCPSite(server, "127.0.0.1", 0).start()
    origin = f"http://127.0.0.1:{server.addresses[0][1]}"
    key, desk, clock = Ed25519PrivateKey.generate(), Scripted(), Hand()
    used = UsedJobs.load(folder / f"used-{token_hex(4)}.json")
    agent = Agent(Pairings.load(folder / "pairings.json"), used, desk, MODULE, clock)
    agent.pairings.add(origin, key.public_key())
    runner = await run(agent, port=0)
    async with aiohttp.ClientSession() as page:
        address = f"http://127.0.0.1:{agent.port}"
        stage = Stage(origin, address, agent, desk, clock, key, page, files, asked, list(runner.addresses))
        try:
            await act(stage)
        finally:
            await runner.cleanup()
            await server.cleanup()
    return stage


Played = Callable[[Play, Batch | None], Stage]
Change = Callable[[Stage, Job], Awaitable[Answer]]


@pytest.mark.parametrize("kind", ["RSA", "P-256"])
def test_twenty_documents_with_one_pin(play: Played, tokens: dict[str, Token], people: Signers, kind: str) -> None:
    held = batch(tokens[kind], 20)

    async def act(stage: Stage) -> None:
        job = replace(held.job, origin=stage.origin)
        status, answer = await stage.sign(job)
        assert status == 200
        values = {entry["id"]: base64.b64decode(entry["value"]) for entry in answer["results"]}
        for number, ready in enumerate(held.ready):
            signed = finish(ready, values[str(number)], certificate=held.certificate, chain=held.chain, timestamps=None)
            (verdict,) = verify(signed, trust=people.trust, at=NOW).signatures
            assert verdict.indication == "TOTAL-PASSED"
        assert [shown.items for shown in stage.desk.shown] == [job.items]
        assert all(header.startswith("Bearer ") for header in stage.asked)

        # A page that was closed meanwhile gets the same results again, until the job ends; nobody else does.
        async with stage.page.get(stage.base + f"/v1/jobs/{job.id}", headers={"Origin": stage.origin}) as again:
            assert (await again.json())["results"] == answer["results"]
        other = "https://khac.example.invalid"
        stage.agent.pairings.add(other, Ed25519PrivateKey.generate().public_key())
        async with stage.page.get(stage.base + f"/v1/jobs/{job.id}", headers={"Origin": other}) as stranger:
            assert (stranger.status, await stranger.json()) == (404, {"code": "job_unknown"})
        stage.clock.at += timedelta(seconds=101)
        async with stage.page.get(stage.base + f"/v1/jobs/{job.id}", headers={"Origin": stage.origin}) as late:
            assert late.status == 404

    play(act, held)


def test_a_token_pulled_out_keeps_what_it_signed_and_signs_only_the_rest(
    play: Played, tokens: dict[str, Token], pulled: Pulled, people: Signers
) -> None:
    held = batch(tokens["P-256"], 3)

    async def act(stage: Stage) -> None:
        stage.agent.module = pulled.module
        values: dict[str, bytes] = {}

        async def errors(job: Job) -> list[str | None]:
            status, answer = await stage.sign(job)
            assert status == 200
            values.update({e["id"]: base64.b64decode(e["value"]) for e in answer["results"] if "value" in e})
            return [entry.get("error") for entry in answer["results"]]

        job = replace(held.job, origin=stage.origin)
        pulled.plug_in(1)
        assert await errors(job) == [None, "token_removed", "token_removed"]
        rest = replace(job, items=job.items[1:])
        assert await errors(replace(rest, id="j2")) == ["token_missing", "token_missing"]
        assert stage.desk.said == ["token_removed", "token_missing"]
        pulled.plug_in(9)
        assert await errors(replace(rest, id="j3")) == [None, None]
        assert [len(shown.items) for shown in stage.desk.shown] == [3, 2, 2]
        for number, ready in enumerate(held.ready):
            signed = finish(ready, values[str(number)], certificate=held.certificate, chain=held.chain, timestamps=None)
            (verdict,) = verify(signed, trust=people.trust, at=NOW).signatures
            assert verdict.indication == "TOTAL-PASSED"

    play(act, held)


def refused(play: Played, token: Token, change: Change) -> tuple[int, str, Stage]:
    held = batch(token)
    answers: list[tuple[int, dict[str, Any]]] = []

    async def act(stage: Stage) -> None:
        answers.append(await change(stage, replace(held.job, origin=stage.origin)))

    stage = play(act, held)
    status, answer = answers[0]
    return status, answer["code"], stage


def test_what_the_server_did_not_issue_is_not_signed(play: Played, tokens: dict[str, Token]) -> None:  # noqa: C901 - a list of ways
    token = tokens["P-256"]
    stranger = Ed25519PrivateKey.generate()

    async def unknown_key(stage: Stage, job: Job) -> Answer:
        return await stage.sign(job, key=stranger)

    async def altered(stage: Stage, job: Job) -> Answer:
        head, body, tail = issue(job, stage.key, now=NOW).split(".")
        other = issue(replace(job, person="Ai khác"), stage.key, now=NOW).split(".")[1]
        assert body != other
        return await stage.post("/v1/sign", {"job": f"{head}.{other}.{tail}"})

    async def shared_secret(stage: Stage, job: Job) -> Answer:
        kid = {"kid": fingerprint(stage.key.public_key())}
        raw = stage.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        claims = jwt.decode(issue(job, stage.key, now=NOW), options={"verify_signature": False})
        return await stage.post("/v1/sign", {"job": jwt.encode(claims, raw, algorithm="HS256", headers=kid)})

    async def unsigned(stage: Stage, job: Job) -> Answer:
        kid = {"kid": fingerprint(stage.key.public_key())}
        claims = jwt.decode(issue(job, stage.key, now=NOW), options={"verify_signature": False})
        return await stage.post("/v1/sign", {"job": jwt.encode(claims, "", algorithm="none", headers=kid)})

    async def junk(stage: Stage, _job: Job) -> Answer:
        return await stage.post("/v1/sign", {"job": "x.y.z"})

    async def other_origin(stage: Stage, job: Job) -> Answer:
        return await stage.sign(replace(job, origin="https://example.invalid"))

    async def expired(stage: Stage, job: Job) -> Answer:
        stage.clock.at += timedelta(seconds=200)
        return await stage.post("/v1/sign", {"job": issue(job, stage.key, now=NOW)})

    async def too_long(stage: Stage, job: Job) -> Answer:
        return await stage.sign(replace(job, expires_at=NOW + timedelta(hours=1)))

    async def empty(stage: Stage, job: Job) -> Answer:
        return await stage.sign(replace(job, items=()))

    async def too_many(stage: Stage, job: Job) -> Answer:
        return await stage.sign(replace(job, items=job.items * 101))

    async def from_tomorrow(stage: Stage, job: Job) -> Answer:
        later = NOW + timedelta(minutes=3)
        token = issue(replace(job, expires_at=later + timedelta(minutes=1)), stage.key, now=later)
        return await stage.post("/v1/sign", {"job": token})

    async def other_place(stage: Stage, job: Job) -> Answer:
        return await stage.sign(replace(job, items=(replace(job.items[0], path="//example.invalid/x"),)))

    for change, code in (
        (unknown_key, "key_unknown"),
        (altered, "job_forged"),
        (shared_secret, "job_forged"),
        (unsigned, "job_forged"),
        (junk, "job_unreadable"),
        (other_origin, "other_origin"),
        (expired, "job_expired"),
        (too_long, "job_expired"),
        (from_tomorrow, "job_expired"),
        (empty, "job_too_large"),
        (too_many, "job_too_large"),
        (other_place, "job_unreadable"),
    ):
        status, said, stage = refused(play, token, change)
        assert (status, said) == (422, code)
        assert stage.desk.shown == []


def test_the_same_job_is_signed_once(play: Played, tokens: dict[str, Token]) -> None:
    async def twice(stage: Stage, job: Job) -> Answer:
        assert (await stage.sign(job))[0] == 200
        return await stage.sign(job)

    status, code, stage = refused(play, tokens["P-256"], twice)
    assert (status, code, len(stage.desk.shown)) == (409, "job_repeated", 1)


def test_an_agent_started_anew_signs_no_job_again(play: Played, tokens: dict[str, Token]) -> None:
    async def again(stage: Stage, job: Job) -> Answer:
        assert (await stage.sign(job))[0] == 200
        file = stage.agent.used.file
        assert file.stat().st_mode & 0o777 == 0o600
        stage.agent.used, stage.agent.seen = UsedJobs.load(file), {}
        answer = await stage.sign(job)
        # What has expired need not be remembered: its time alone refuses it.
        stage.clock.at += timedelta(minutes=5)
        assert (await stage.sign(replace(job, id="j2", expires_at=stage.clock() + timedelta(minutes=1))))[0] == 200
        assert set(UsedJobs.load(file).until) == {"j2"}
        return answer

    status, code, stage = refused(play, tokens["P-256"], again)
    assert (status, code, len(stage.desk.shown)) == (409, "job_repeated", 2)


def test_it_is_reached_from_this_computer_alone(play: Played) -> None:
    async def act(stage: Stage) -> None:
        (listening,) = stage.listens_at
        assert listening == ("127.0.0.1", stage.agent.port)

    play(act, None)


def test_what_does_not_belong_to_the_file_is_not_shown(play: Played, tokens: dict[str, Token]) -> None:
    token = tokens["P-256"]

    def with_item(**changes: Any) -> Change:
        async def change(stage: Stage, job: Job) -> Answer:
            return await stage.sign(replace(job, items=(replace(job.items[0], **changes),)))

        return change

    async def another_file(stage: Stage, job: Job) -> Answer:
        stage.files["/files/0"] = bytes([*stage.files["/files/0"][:-1], 0])
        return await stage.sign(job)

    async def filled_gap(stage: Stage, job: Job) -> Answer:
        begin = job.items[0].gap[0] + 1
        data = stage.files["/files/0"]
        stage.files["/files/0"] = data[:begin] + b"ff" + data[begin + 2 :]
        return await stage.sign(job)

    async def another_certificate(stage: Stage, job: Job) -> Answer:
        return await stage.sign(replace(job, certificate_sha256=tokens["RSA"].certificate_sha256))

    async def extended(stage: Stage, job: Job) -> Answer:
        longer = job.items[0].attributes + b"\x05\x00"
        return await stage.sign(replace(job, items=(replace(job.items[0], attributes=longer),)))

    for change, code in (
        (another_file, "digest_differs"),
        (filled_gap, "gap_wrong"),
        (with_item(gap=(10, 20)), "gap_wrong"),
        (with_item(attributes=b"1\x00"), "attributes_wrong"),
        (with_item(attributes=b"any hash at all, 32 bytes long.."), "attributes_wrong"),
        (extended, "attributes_wrong"),
        (another_certificate, "other_certificate"),
        (with_item(path="/missing"), "file_unavailable"),
        (with_item(path="/elsewhere"), "file_unavailable"),
        (with_item(path="/cut"), "file_unavailable"),
        (with_item(path="/endless"), "file_too_large"),
    ):
        status, said, stage = refused(play, token, change)
        assert (status, said, stage.desk.shown) == (422, code, [])


def test_a_wrong_pin_is_not_tried_again_and_a_refusal_is_told(play: Played, tokens: dict[str, Token]) -> None:
    for pin, code in (("00000000", "pin_wrong"), (None, "person_refused")):
        held = batch(tokens["RSA"], 3)

        async def act(stage: Stage, pin: str | None = pin, code: str = code, held: Batch = held) -> None:
            stage.desk.pin = pin
            status, answer = await stage.sign(replace(held.job, origin=stage.origin))
            assert status == 200
            assert [entry["error"] for entry in answer["results"]] == [code] * 3
            assert len(stage.desk.shown) == 1

        play(act, held)


def test_strangers_are_not_answered(play: Played, tokens: dict[str, Token]) -> None:
    held = batch(tokens["P-256"])

    async def act(stage: Stage) -> None:
        body = {"job": issue(replace(held.job, origin=stage.origin), stage.key, now=NOW)}
        assert (await stage.post("/v1/sign", body, Origin="https://example.invalid"))[1]["code"] == "not_paired"
        elsewhere = await stage.post("/v1/sign", body, Host=f"localhost:{stage.agent.port}")
        assert elsewhere == (421, {"code": "other_host"})
        form = {"Origin": stage.origin, "Content-Type": "text/plain"}
        async with stage.page.post(stage.base + "/v1/sign", data="{}", headers=form) as answer:
            assert (answer.status, await answer.json()) == (415, {"code": "not_json"})
        async with stage.page.options(stage.base + "/v1/sign", headers={"Origin": stage.origin}) as answer:
            assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (204, stage.origin)
        async with stage.page.options(stage.base + "/v1/sign", headers={"Origin": "https://x.invalid"}) as answer:
            assert answer.status == 403
        async with stage.page.get(stage.base + "/v1", headers={"Origin": "http://x.invalid"}) as answer:
            assert answer.status == 403
            assert "Access-Control-Allow-Origin" not in answer.headers
        async with stage.page.get(stage.base + "/v1", headers={"Origin": "https://x.invalid"}) as answer:
            assert set(await answer.json()) == {"name", "version"}
        assert stage.desk.shown == []

    play(act, held)


def test_a_request_that_is_none_is_told_so(play: Played) -> None:
    async def act(stage: Stage) -> None:
        for body, charset in ((b"[]", "utf-8"), (b"{", "utf-8"), (b'"\xff"', "utf-8"), (b"{}", "none-such")):
            headers = {"Origin": stage.origin, "Content-Type": f"application/json; charset={charset}"}
            async with stage.page.post(stage.base + "/v1/sign", data=body, headers=headers) as answer:
                assert (answer.status, await answer.json()) == (
                    422 if body == b"[]" else 400,
                    {"code": "request_wrong"},
                )
        for key in ("", "AAAA", "not base64 at all!", None):
            code = stage.agent.pairings.open(now=stage.clock())
            assert await stage.post("/v1/pair", {"code": code, "key": key}) == (422, {"code": "key_unreadable"})
        assert stage.desk.confirmed == []

    play(act, None)


def told(key: Ed25519PrivateKey, code: str) -> dict[str, str]:
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"code": code, "key": base64.urlsafe_b64encode(raw).decode().rstrip("=")}


def test_pairing_is_opened_and_confirmed_by_hand(play: Played, tmp_path: Path) -> None:
    new = Ed25519PrivateKey.generate()
    origin = "https://vanban.example.invalid"

    async def act(stage: Stage) -> None:
        async def pair(code: str, who: str = origin, key: Ed25519PrivateKey = new) -> str:
            status, answer = await stage.post("/v1/pair", told(key, code), Origin=who)
            return "paired" if status == 200 else str(answer["code"])

        assert await pair("123456") == "pairing_closed"
        code = stage.agent.pairings.open(now=stage.clock())
        wrong = "000000" if code != "000000" else "111111"
        assert await pair(code, who="http://vanban.example.invalid") == "not_paired"
        assert [await pair(wrong) for _ in range(3)] == ["code_wrong"] * 3
        assert await pair(code) == "pairing_closed"

        code = stage.agent.pairings.open(now=stage.clock())
        stage.clock.at += timedelta(minutes=2)
        assert await pair(code) == "pairing_closed"

        stage.desk.agrees = False
        assert await pair(stage.agent.pairings.open(now=stage.clock())) == "pairing_refused"
        assert origin not in stage.agent.pairings.keys
        stage.desk.agrees = True
        assert await pair(stage.agent.pairings.open(now=stage.clock())) == "paired"
        assert stage.desk.confirmed[-1] == (origin, fingerprint(new.public_key()))

        # The server's next key is a stranger until its person says yes again.
        later = Ed25519PrivateKey.generate()
        job = Job(
            "j", origin, "A", "0" * 64, stage.clock() + timedelta(seconds=60), (Item("0", "", "", "/x", (1, 2), b""),)
        )
        token = issue(job, later, now=stage.clock())
        assert (await stage.post("/v1/sign", {"job": token}, Origin=origin))[1]["code"] == "key_unknown"

    play(act, None)
    file = tmp_path / "pairings.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert set(Pairings.load(file).keys[origin]) == {fingerprint(new.public_key())}
    assert ALGORITHM == "EdDSA"


@pytest.mark.parametrize(
    "origin",
    [
        "http://vanban.example.invalid",
        "https://vanban.example.invalid/path",
        "https://ai-do@vanban.example.invalid",
        "https://vanban.example.invalid:0",
        "https://vanban.example.invalid:abc",
        "https://",
        "null",
        "ftp://127.0.0.1",
        "http://127.0.0.1.example.invalid",
    ],
)
def test_only_https_and_this_computer_are_paired(tmp_path: Path, origin: str) -> None:
    pairings = Pairings.load(tmp_path / "pairings.json")
    code = pairings.open(now=NOW)
    with pytest.raises(AgentRefused) as refusal:
        pairings.try_code(origin, code, now=NOW)
    assert refusal.value.code == "origin_insecure"
    assert pairings.opening is not None
    pairings.try_code("http://127.0.0.1:8000", code, now=NOW)
    assert pairings.opening is None
