"""What the index knows of a document: its words, its facts, and the tokens of those who may see it."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from docservice.core.work import Reading
from docservice.documents.models import Document, DocumentReader
from docservice.documents.texts import texts_of_documents
from docservice.identity.models import Agency
from docservice.records.models import CaseFile, CaseFileDocument
from search import Entry


def entries_of(reading: Reading, documents: Sequence[Document]) -> list[Entry]:
    """The entries of some documents, by one query for each kind of fact."""
    ids = [document.id for document in documents]
    texts = texts_of_documents(reading, ids)
    readers: dict[UUID, set[str]] = defaultdict(set)
    held = select(DocumentReader.document_id, DocumentReader.token).where(DocumentReader.document_id.in_(ids))
    for document_id, token in reading.session.execute(held):
        readers[document_id].add(token)
    filed: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    files = (
        select(CaseFileDocument.document_id, CaseFile.id, CaseFile.retention)
        .join(CaseFile, CaseFile.id == CaseFileDocument.case_file_id)
        .where(CaseFileDocument.document_id.in_(ids))
    )
    for document_id, case_file_id, retention in reading.session.execute(files):
        filed[document_id].append((str(case_file_id), retention))
    issuers = {document.agency_id for document in documents if not document.origin_name}
    agencies = select(Agency.id, Agency.name).where(Agency.id.in_(issuers))
    names = {row.id: row.name for row in reading.session.execute(agencies)}
    return [
        Entry(
            id=str(document.id),
            version=document.changes,
            number=document.origin_notation or document.notation or "",
            title=document.title,
            body=texts.get(document.id, ""),
            readers=frozenset(readers[document.id]),
            kind=document.kind,
            kind_name=document.kind_name,
            issuer=document.origin_name or names.get(document.agency_id, ""),
            day=document.issued_on or document.created_at.date(),
            direction=document.direction,
            case_files=tuple(key for key, _ in filed[document.id]),
            retentions=tuple(retention for _, retention in filed[document.id]),
        )
        for document in documents
    ]
