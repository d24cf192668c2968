import pytest

from docservice.documents.errors import DocumentNotFound
from docservice.records import queries, service
from docservice.records.errors import CaseFileClosed, CaseFileNotFound
from docservice.records.models import CaseFile
from tests.node import REPORT, Office


def test_case_files_are_numbered_in_their_units_list(office: Office) -> None:
    first = office.act("c.official", service.open_case_file, title="Việc một", retention="10 năm")
    second = office.act("c.official", service.open_case_file, title="Việc hai", retention="10 năm")
    other = office.act("c.other", service.open_case_file, title="Việc ba", retention="10 năm")
    assert [f.notation for f in (first, second, other)] == ["01.VHXH", "02.VHXH", "01.KT"]


def test_a_document_is_linked_once_and_only_by_who_sees_it(office: Office) -> None:
    document_id = office.draft()
    case_file = office.act("c.official", service.open_case_file, title="Việc", retention="10 năm")
    for _ in range(2):
        office.act("c.official", service.add_document, case_file_id=case_file.id, document_id=document_id)
    with office.reading() as reading:
        assert queries.documents_in(reading, case_file.id) == [document_id]
    with pytest.raises(CaseFileNotFound):
        office.act("c.other", service.add_document, case_file_id=case_file.id, document_id=document_id)
    foreign = office.draft(values={**REPORT, "subject": "Của phòng khác"}, by="c.other")
    with pytest.raises(DocumentNotFound):
        office.act("c.official", service.add_document, case_file_id=case_file.id, document_id=foreign)


def test_a_closed_file_takes_nothing_more(office: Office) -> None:
    document_id = office.draft()
    case_file = office.act("c.official", service.open_case_file, title="Việc", retention="10 năm")
    with office.node.database.writing() as session:
        session.get_one(CaseFile, case_file.id).closed_at = office.clock.now()
    with pytest.raises(CaseFileClosed):
        office.act("c.official", service.add_document, case_file_id=case_file.id, document_id=document_id)
