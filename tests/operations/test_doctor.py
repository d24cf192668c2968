"""What the doctor says of real servers: what they can do, what they lack, how far the index is behind."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest

from docservice.core.sandbox import Sandbox
from docservice.doctor import Finding, examine_node
from docservice.documents.models import Document
from scripts.local_servers import Elasticsearch, Minio
from search import Index
from tests.node import Office
from tests.operations.profiles import Fresh, live, opened
from tests.search.engines import bare_client as elastic_client
from tests.search.test_versions import make_former

pytestmark = pytest.mark.servers


def said(office: Office, port: str) -> list[Finding]:
    return [finding for finding in examine_node(office.node, recount=False) if finding.port == port]


def test_the_doctor_tells_what_servers_can_and_lack(
    servers: Fresh, minio_server: Minio, elasticsearch_server: Elasticsearch, sandbox: Sandbox, tmp_path: Path
) -> None:
    settings = servers(tmp_path / "node")
    live(settings, sandbox)
    with opened(settings, sandbox) as office:
        office.drain()
        (store,) = said(office, "storage")
        assert store.ok
        assert f"http://127.0.0.1:{minio_server.port}/" in store.text
        assert "có put_once, tags, không niêm phong" in store.text
        (index,) = said(office, "search")
        with office.reading() as reading:
            documents = list(reading.session.query(Document.id))
        assert (index.ok, f"{len(documents)}/{len(documents)} văn bản" in index.text) == (True, True)
        # An entry that is lost, and a change that nobody takes.
        office.node.ports[Index].remove([str(documents[0][0])])
        (index,) = said(office, "search")
        assert (index.ok, "thiếu 1, cần lập lại" in index.text) == (None, True)
        office.draft()
        office.clock.move(timedelta(minutes=2))
        (lag,) = said(office, "search lag")
        assert (lag.ok, "1 văn bản chờ vào chỉ mục, chậm 12" in lag.text) == (None, True)
        # An index of the version before.
        name = settings.search_url.rpartition("/")[2]
        with elastic_client(elasticsearch_server) as client:
            make_former(client, name, name)
        outdated = said(office, "search")[0]
        assert (outdated.ok, "của bản cũ, cần lập lại: docservice reindex" in outdated.text) == (False, True)
    # A lock that was asked for in vain, and a server that encrypts.
    locked = settings.model_copy(update={"storage_url": f"{settings.storage_url}&lock=compliance&sse=AES256"})
    with opened(locked, sandbox) as office:
        store, missing = said(office, "storage")
        assert (store.ok, "encryption" in store.text, missing.ok) == (True, True, False)
        assert missing.text == "được yêu cầu khóa giữ (lock) nhưng bucket không có object lock: bản gốc không lưu được"
    born = settings.model_copy(
        update={"storage_url": minio_server.url(f"test-{uuid.uuid4().hex}") + "&lock=compliance"}
    )
    with opened(born, sandbox) as office:
        (store,) = said(office, "storage")
        assert (store.ok, "object_lock" in store.text) == (True, True)
