"""Search as a service: what is found, suggested, told and rebuilt, and that nothing of other people's shows through."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update

from docservice.core.outbox import Job
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM, Actor, Reading
from docservice.documents import facts, storing
from docservice.documents import queries as documents
from docservice.documents.errors import DocumentNotFound
from docservice.inbox import queries as inbox
from docservice.inbox.boxes import NEWS
from docservice.loads.words import letter
from docservice.records import service as records
from docservice.reindex import run_reindex
from docservice.searching import finding, indexing, saved, suggesting
from docservice.searching.entries import entries_of
from docservice.searching.errors import SavedSearchNotFound, SearchEmpty
from docservice.searching.finding import Search
from docservice.workflow import service as workflow
from search import Facet, Index, Order, Query
from search.embedded import EmbeddedIndex
from templates.read import text_of
from tests.node import REPORT, Office, open_office

FLOOD = {**REPORT, "subject": "Tình hình phòng, chống mưa lũ ở các xã vùng cao"}
SCHOOL = {**REPORT, "subject": "Kết quả tuyển sinh đầu cấp"}


def subjects(office: Office, key: str, search: Search) -> list[str]:
    with office.reading(key) as reading:
        return [hit.document.subject for hit in finding.find(reading, [reading.actor], search).hits]


def told(office: Office, key: str) -> list[UUID]:
    """What lies in the box of news of somebody."""
    with office.reading(key) as reading:
        return [row.document.id for row in inbox.rows(reading, [reading.actor], NEWS).rows]


def suggested(reading: Reading, typed: str) -> tuple[Sequence[str], list[str]]:
    found = suggesting.suggest(reading, [reading.actor], typed=typed)
    return found.texts, [document.subject for document, _ in found.documents]


def test_results_are_counted_and_narrowed_by_what_the_person_sees(office: Office) -> None:
    flood, school = office.draft(values=FLOOD), office.draft(values=SCHOOL)
    mine = office.act("c.official", records.open_case_file, title="Thiên tai", retention="20 năm")
    office.act("c.official", records.add_document, case_file_id=mine.id, document_id=flood)
    theirs = office.act("c.head", records.open_case_file, title="Của trưởng phòng", retention="10 năm")
    office.drain()
    with office.reading("c.official") as reading:
        found = finding.find(reading, [reading.actor], Search())
        assert {hit.document.id for hit in found.hits} == {flood, school}
        counts = {facet: [(choice.name, choice.count) for choice in found.choices[facet]] for facet in Facet}
        assert counts == {
            Facet.YEAR: [("2026", 2)],
            Facet.KIND: [("Báo cáo", 2)],
            Facet.ISSUER: [("UBND xã Suối Trúc", 2)],
            Facet.CASE_FILE: [("01.VHXH Thiên tai", 1)],
            Facet.RETENTION: [("20 năm", 1)],
        }
    assert subjects(office, "c.official", Search(case_file=str(mine.id))) == [FLOOD["subject"]]
    assert subjects(office, "c.official", Search(retention="20 năm", year=2026, kind="BC")) == [FLOOD["subject"]]
    assert subjects(office, "c.official", Search(case_file=str(theirs.id))) == []
    assert subjects(office, "c.other", Search()) == []


def test_a_case_files_name_is_counted_for_those_who_see_the_case_file(office: Office) -> None:
    released = office.released(values=FLOOD)
    mine = office.act("c.official", records.open_case_file, title="Hồ sơ của tôi", retention="20 năm")
    office.act("c.official", records.add_document, case_file_id=mine.id, document_id=released)
    office.drain()
    with office.reading("c.other") as reading:
        found = finding.find(reading, [reading.actor], Search("mua lu"))
        assert [hit.document.id for hit in found.hits] == [released]
        assert found.choices[Facet.CASE_FILE] == ()


def test_rights_reach_the_index_and_the_database_has_the_last_word(office: Office) -> None:
    document_id = office.draft(values=FLOOD)
    office.drain()
    assert subjects(office, "c.other", Search("mưa lũ")) == []
    token = f"post:{office.post('c.other')}"
    with office.node.transactions.work(SYSTEM) as work:
        facts.grant(work, documents.get(work, document_id), token=token, reason="thử")
    # The index does not know yet; the row is there for the list, not for the search.
    assert subjects(office, "c.other", Search("mưa lũ")) == []
    office.drain()
    assert subjects(office, "c.other", Search("mưa lũ")) == [FLOOD["subject"]]
    with office.node.database.writing() as session:
        session.connection().exec_driver_sql("DELETE FROM document_reader WHERE token = ?", (token,))
    # Taken away behind the index's back: nothing is shown.
    assert subjects(office, "c.other", Search("mưa lũ")) == []


def test_a_late_index_job_never_puts_back_an_older_state(office: Office) -> None:
    document_id = office.draft(values=FLOOD)
    office.drain()
    with office.reading() as reading:
        (late,) = entries_of(reading, [documents.get(reading, document_id)])
    with office.node.transactions.work(SYSTEM) as work:
        document = documents.get(work, document_id)
        facts.grant(work, document, token=f"post:{office.post('c.other')}", reason="thử")
    office.drain()
    office.node.ports[Index].put([late])
    assert subjects(office, "c.other", Search("mưa lũ")) == [FLOOD["subject"]]


def on_paper(office: Office, scan: bytes, subject: str) -> UUID:
    """A document that came on paper and waits for the clerk."""
    stored = storing.put(office.node.ports, scan, original=True)
    entered = office.act(
        "c.clerk", workflow.enter_paper, scan_sha256=stored.key, scan_size=stored.size, kind_name="Công văn",
        subject=subject, origin_name="Hợp tác xã Bản Mẫu", origin_notation="",
    )  # fmt: skip
    return entered.id


def quoted(office: Office, scan: bytes) -> Search:
    """For words that stand in the file and nowhere else."""
    words = office.node.ports[Sandbox].run(text_of, scan)[0].split()
    return Search(f'"{" ".join(words[-12:])}"')


def run_jobs(office: Office, name: str) -> None:
    with office.reading() as reading:
        waiting = list(reading.session.scalars(select(Job.id).where(Job.name == name, Job.done_at.is_(None))))
    for job_id in waiting:
        office.node.runner.run_one(job_id)


def test_one_file_that_arrives_twice_is_found_by_its_text_as_either_document(office: Office) -> None:
    scan, both = letter(1), ["Xin giao rừng", "Xin thuê đất"]
    for subject in both:
        on_paper(office, scan, subject)
    # The index is quicker than whoever reads what arrived: by its facts a document is found at once.
    run_jobs(office, indexing.INDEX_JOB)
    assert subjects(office, "c.clerk", Search("xin giao rừng")) == ["Xin giao rừng"]
    assert subjects(office, "c.clerk", quoted(office, scan)) == []
    office.drain()
    assert sorted(subjects(office, "c.clerk", quoted(office, scan))) == both


def test_a_text_whose_reading_was_given_up_is_read_with_the_next_change(office: Office) -> None:
    scan = letter(2)
    document_id = on_paper(office, scan, "Xin thuê đất")
    with office.node.transactions.work(SYSTEM) as work:
        work.session.execute(update(Job).where(Job.name == facts.READ_FIRST).values(parked_at=work.now))
    office.act("c.clerk", workflow.register, document_id=document_id)
    run_jobs(office, indexing.INDEX_JOB)
    assert subjects(office, "c.clerk", quoted(office, scan)) == ["Xin thuê đất"]


def test_suggestions_are_made_of_what_the_person_sees(office: Office) -> None:
    office.draft(values=FLOOD)
    office.draft(values={**REPORT, "subject": "Kết quả phòng, chống mưa lũ"})
    office.drain()
    with office.reading("c.official") as reading:
        texts, found = suggested(reading, "phong ch")
        assert texts[0] == "phòng, chống mưa lũ"
        assert len(found) == 2
        assert suggested(reading, "zzz") == ((), [])
    with office.reading("c.other") as reading:
        assert suggested(reading, "phong ch") == ((), [])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("muwa lux", "mưa lũ"),
        ("mu7a lu4", "mưa lũ"),
        ("mua lug", "mua lũ"),
        ("mưalũ", "mưa lũ"),
        ("phongf choongs muwa", "phòng chống mưa"),
        ("xyz", None),
    ],
)
def test_did_you_mean(office: Office, typed: str, meant: str | None) -> None:
    office.draft(values=FLOOD)
    office.drain()
    with office.reading("c.official") as reading:
        assert suggesting.did_you_mean(reading, [reading.actor], Search(typed)) == meant
    with office.reading("c.other") as reading:
        assert suggesting.did_you_mean(reading, [reading.actor], Search(typed)) is None


def test_similar_documents(office: Office) -> None:
    first = office.draft(values=FLOOD)
    second = office.draft(values={**FLOOD, "subject": "Tình hình phòng, chống mưa lũ tháng 11"})
    office.draft(values=SCHOOL)
    office.drain()
    with office.reading("c.official") as reading:
        alike = suggesting.similar_to(reading, [reading.actor], document_id=first)
        assert [document.id for document, _ in alike] == [second]
    with office.reading("c.other") as reading, pytest.raises(DocumentNotFound):
        suggesting.similar_to(reading, [reading.actor], document_id=first)


def save(office: Office, key: str, search: Search, name: str = "Mưa lũ") -> UUID:
    with office.reading(key) as reading:
        actor: Actor = reading.actor
    with office.node.transactions.work(actor) as work:
        return saved.save(work, [actor], name=name, search=search).id


def test_a_saved_search_tells_what_is_new_until_it_is_seen(office: Office) -> None:
    known = office.draft(values=FLOOD)
    office.drain()
    saved_id = save(office, "c.official", Search("mua lu"))
    theirs = save(office, "c.other", Search("mua lu"))
    assert told(office, "c.official") == []
    # What was known changes, something new matches, something new does not.
    with office.node.transactions.work(SYSTEM) as work:
        facts.touch(work, documents.get(work, known))
    fresh = office.draft(values={**FLOOD, "subject": "Thiệt hại do mưa lũ"})
    office.draft(values=SCHOOL)
    office.drain()
    assert told(office, "c.official") == [fresh]
    assert told(office, "c.other") == []
    with office.reading("c.official") as reading:
        assert [(entry.saved.id, entry.news) for entry in saved.kept(reading)] == [(saved_id, 1)]
    office.act("c.official", saved.wave_away, saved_search_id=saved_id)
    assert told(office, "c.official") == []
    # Somebody is let see an old document: it is new for this person's search.
    with office.node.transactions.work(SYSTEM) as work:
        facts.grant(work, documents.get(work, fresh), token=f"post:{office.post('c.other')}", reason="thử")
    office.drain()
    assert told(office, "c.other") == [fresh]
    with pytest.raises(SavedSearchNotFound):
        office.act("c.other", saved.forget, saved_search_id=saved_id)
    office.act("c.other", saved.forget, saved_search_id=theirs)
    assert told(office, "c.other") == []


def test_a_silent_search_tells_nothing_and_an_empty_one_is_not_kept(office: Office) -> None:
    saved_id = save(office, "c.official", Search("mua lu", order=Order.NEWEST))
    office.act("c.official", saved.switch_alerts, saved_search_id=saved_id, on=False)
    office.draft(values=FLOOD)
    office.drain()
    assert told(office, "c.official") == []
    with pytest.raises(SearchEmpty):
        save(office, "c.official", Search())
    with office.reading("c.official") as reading:
        (entry,) = saved.kept(reading)
        assert entry.search == Search("mua lu", order=Order.NEWEST)


def rebuild(office: Office) -> None:
    with office.node.transactions.work(SYSTEM) as work:
        indexing.begin_rebuild(work)


def progress(office: Office) -> indexing.Progress:
    with office.reading() as reading:
        found = indexing.last_rebuild(reading)
    assert found is not None
    return found


def test_the_index_is_rebuilt_while_it_answers(office: Office) -> None:
    flood = office.draft(values=FLOOD)
    office.drain()
    index = office.node.ports[Index]
    index.remove([str(flood)])
    assert subjects(office, "c.official", Search("mưa lũ")) == []
    rebuild(office)
    # Interrupted after its first part, and begun anew while the first still runs.
    assert office.node.runner.run_one()
    assert (progress(office).done, progress(office).ended_at) == (1, None)
    rebuild(office)
    assert index.find(Query("", frozenset({f"post:{office.post('c.official')}"}))).total == 0
    school = office.draft(values=SCHOOL)
    office.drain()
    assert progress(office).ended_at is not None
    with office.reading("c.official") as reading:
        found = finding.find(reading, [reading.actor], Search())
        assert {hit.document.id for hit in found.hits} == {flood, school}
    assert index.check().building is None


class Overtaken(EmbeddedIndex):
    """An index whose documents change just before it is rebuilt."""

    change: Callable[[], None]

    def begin_rebuild(self) -> None:
        self.change()
        super().begin_rebuild()


def test_what_changes_as_a_rebuild_begins_is_in_the_new_index(tmp_path: Path, sandbox: Sandbox) -> None:
    index = Overtaken(tmp_path / "index")
    with open_office(tmp_path, sandbox=sandbox, replace={Index: index}) as office:
        flood = office.draft(values=FLOOD)
        mine = office.act("c.official", records.open_case_file, title="Thiên tai", retention="20 năm")
        office.drain()

        def change() -> None:
            office.act("c.official", records.add_document, case_file_id=mine.id, document_id=flood)
            office.node.runner.drain()

        index.change = change
        rebuild(office)
        office.drain()
        assert progress(office).ended_at is not None
        assert subjects(office, "c.official", Search(case_file=str(mine.id))) == [FLOOD["subject"]]


def test_a_lost_index_comes_back_by_itself(office: Office) -> None:
    office.draft(values=FLOOD)
    office.drain()
    office.node.ports[Index].rebuild([])
    assert subjects(office, "c.official", Search("mưa lũ")) == []
    with office.node.transactions.work(SYSTEM) as work:
        work.later("searching.keep_index")
        # A job an earlier version of the service left behind.
        work.later("documents.index", document_id=UUID(int=5))
    office.clock.move(timedelta(minutes=1))
    office.node.runner.drain()
    office.clock.move(timedelta(minutes=5))
    office.drain()
    assert subjects(office, "c.official", Search("mưa lũ")) == [FLOOD["subject"]]


def test_reindex_by_command_runs_the_jobs_itself_where_nobody_does(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.draft(values=FLOOD)
    office.drain()
    settings = office.node.settings
    office.node.close()
    assert run_reindex(settings) == 0
    assert "Xong: 1 văn bản" in capsys.readouterr().out


def test_reindex_by_command_says_that_nothing_comes_of_it(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    settings = office.node.settings.model_copy(update={"search_url": "http://127.0.0.1:9/documents"})
    office.node.close()
    assert run_reindex(settings, patience_s=0.5) == 1
    said = capsys.readouterr().out
    assert "Việc lập lại chưa tiến thêm" in said
    assert "xem lệnh doctor" in said


def test_lag_counts_what_the_index_does_not_know_yet(office: Office) -> None:
    office.draft(values=FLOOD)
    with office.reading() as reading:
        behind = indexing.lag(reading)
    assert (behind.waiting, behind.parked) == (1, 0)
    assert behind.oldest is not None
    office.drain()
    with office.reading() as reading:
        assert indexing.lag(reading) == indexing.Lag(0, None, 0)
