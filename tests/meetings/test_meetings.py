from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from docservice.core.errors import NotAllowed
from docservice.core.work import Work
from docservice.documents import queries as documents
from docservice.documents import storing
from docservice.documents.errors import DocumentNotFound
from docservice.meetings import queries, service
from docservice.meetings.errors import MeetingNotFound
from templates.read import text_of
from tests.node import Office
from tests.templates.test_read import typeset


def call(work: Work, *, posts: tuple[UUID, ...]) -> tuple[UUID, UUID]:
    meeting = service.call_meeting(
        work, title="Phiên họp thử", place="Phòng 1", starts_at=work.now + timedelta(days=1), participant_post_ids=posts
    )
    return meeting.id, service.add_item(work, meeting_id=meeting.id, title="Báo cáo").id


def test_papers_are_tabled_and_packed_anew_when_they_change(office: Office) -> None:
    document_id = office.released()
    meeting_id, item_id = office.act("c.clerk", call, posts=(office.post("c.leader"),))
    office.act("c.clerk", service.table_document, item_id=item_id, document_id=document_id)
    office.drain()
    with office.reading("c.leader") as reading:
        first = queries.latest_pack(reading, meeting_id)
        assert first is not None
        assert "312/BC-UBND" in " ".join(text_of(storing.get(reading.ports, first.sha256)))

    def table_more(work: Work) -> Any:
        stored = storing.put(work.ports, typeset("Phụ lục"))
        return service.table_file(work, item_id=item_id, title="Phụ lục", sha256=stored.key, size=stored.size)

    office.act("c.clerk", table_more)
    office.drain()
    with office.reading("c.leader") as reading:
        second = queries.latest_pack(reading, meeting_id)
    assert second is not None
    assert (second.edition, second.pages) == (2, first.pages + 1)


def test_participants_see_meeting_and_papers_and_others_see_neither(office: Office) -> None:
    document_id = office.checked()
    meeting_id, item_id = office.act("c.checker", call, posts=(office.post("c.deputy"), office.post("c.other")))
    with pytest.raises(DocumentNotFound), office.reading("c.other") as reading:
        documents.get_visible(reading, document_id)
    office.act("c.checker", service.table_document, item_id=item_id, document_id=document_id)
    with office.reading("c.other") as reading:
        assert documents.get_visible(reading, document_id).id == document_id
        assert queries.get_visible(reading, meeting_id).title == "Phiên họp thử"
    for key in ("c.official", "p.leader"):
        with pytest.raises(MeetingNotFound), office.reading(key) as reading:
            queries.get_visible(reading, meeting_id)


def test_who_may_not_call_a_meeting_calls_none(office: Office) -> None:
    with pytest.raises(NotAllowed):
        office.act("c.official", call, posts=())
    with pytest.raises(NotAllowed):
        office.act("c.clerk", call, posts=(office.post("p.leader"),))


def test_only_who_called_it_tables(office: Office) -> None:
    document_id = office.released()
    _, item_id = office.act("c.clerk", call, posts=(office.post("c.leader"),))
    with pytest.raises(NotAllowed):
        office.act("c.leader", service.table_document, item_id=item_id, document_id=document_id)
