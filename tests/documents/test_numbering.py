from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from docservice.documents import numbering
from docservice.documents.errors import DatePrecedesSeries, RegisterAlreadyOpen, RegisterNotOpen
from docservice.documents.models import Number, Register
from tests.core.node import CLERK, Core
from tests.documents import registers


@pytest.fixture
def agency_id(core: Core) -> UUID:
    with core.transactions.work(CLERK) as work:
        return registers.agency(work)


def open_register(core: Core, agency_id: UUID, *, last_used: int = 0) -> None:
    with core.transactions.work(CLERK) as work:
        numbering.open_register(
            work, agency_id=agency_id, series=numbering.OUTGOING, year=work.today.year, last_used=last_used
        )


def take(core: Core, agency_id: UUID) -> Number:
    with core.transactions.work(CLERK) as work:
        document = registers.document(work, agency_id)
        return numbering.give_number(work, document=document, series=numbering.OUTGOING, notation="BC-UBND")


def test_the_first_number_of_a_new_register_is_01(core: Core, agency_id: UUID) -> None:
    open_register(core, agency_id)
    assert take(core, agency_id).notation == "01/BC-UBND"
    assert take(core, agency_id).notation == "02/BC-UBND"


def test_a_register_opened_in_mid_year_goes_on(core: Core, agency_id: UUID) -> None:
    open_register(core, agency_id, last_used=1245)
    assert take(core, agency_id).notation == "1246/BC-UBND"


def test_a_series_that_never_ran_is_opened_by_a_person(core: Core, agency_id: UUID) -> None:
    with pytest.raises(RegisterNotOpen):
        take(core, agency_id)


def test_a_register_opens_once(core: Core, agency_id: UUID) -> None:
    open_register(core, agency_id)
    with pytest.raises(RegisterAlreadyOpen):
        open_register(core, agency_id)


def test_the_year_is_vietnams_and_a_new_year_starts_at_01(core: Core, agency_id: UUID) -> None:
    core.clock.at = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    open_register(core, agency_id, last_used=998)
    last = take(core, agency_id)
    core.clock.move(timedelta(seconds=1))
    first = take(core, agency_id)
    assert (last.ordinal, last.given_on) == (999, date(2026, 12, 31))
    assert (first.ordinal, first.given_on) == (1, date(2027, 1, 1))


def test_a_date_never_precedes_the_series_last(core: Core, agency_id: UUID) -> None:
    open_register(core, agency_id)
    take(core, agency_id)
    core.clock.move(timedelta(days=-1))
    with pytest.raises(DatePrecedesSeries):
        take(core, agency_id)


def test_a_number_given_in_a_failed_work_is_given_again(core: Core, agency_id: UUID) -> None:
    open_register(core, agency_id)
    with pytest.raises(RuntimeError), core.transactions.work(CLERK) as work:
        document = registers.document(work, agency_id)
        numbering.give_number(work, document=document, series=numbering.OUTGOING, notation="BC-UBND")
        raise RuntimeError
    assert take(core, agency_id).ordinal == 1


def test_a_cancelled_number_stays_with_its_reason(core: Core, agency_id: UUID) -> None:
    open_register(core, agency_id)
    given = take(core, agency_id)
    with core.transactions.work(CLERK) as work:
        numbering.cancel_number(work, number=work.session.get_one(Number, given.id), reason="Không ban hành nữa")
    assert take(core, agency_id).ordinal == 2
    with core.transactions.reading(CLERK) as reading:
        assert reading.session.get_one(Number, given.id).reason == "Không ban hành nữa"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.booleans(), min_size=1, max_size=12))
def test_numbers_have_no_gap_whatever_fails(core: Core, outcomes: list[bool]) -> None:
    with core.transactions.work(CLERK) as work:
        agency_id = registers.agency(work, code=f"H99.{work.session.scalar(select(func.count(Register.id)))}")
    open_register(core, agency_id)
    for succeeds in outcomes:
        if succeeds:
            take(core, agency_id)
        else:
            with pytest.raises(RuntimeError), core.transactions.work(CLERK) as work:
                document = registers.document(work, agency_id)
                numbering.give_number(work, document=document, series=numbering.OUTGOING, notation="BC-UBND")
                raise RuntimeError
    with core.transactions.reading(CLERK) as reading:
        wanted = select(Number.ordinal).join(Register).where(Register.agency_id == agency_id).order_by(Number.ordinal)
        assert list(reading.session.scalars(wanted)) == list(range(1, sum(outcomes) + 1))
