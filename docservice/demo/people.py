"""Fictional agencies and people, with keys of the demo authority: nobody here exists, and nothing they sign counts.

Seeding happens in one transaction after the key files are written, so a start that is killed leaves either
nobody or everybody.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from docservice.bootstrap import Node
from docservice.core.ids import new_id
from docservice.core.work import SYSTEM, Actor, Reading, Work
from docservice.demo.authority import DemoKeys
from docservice.documents import numbering, storing
from docservice.documents.facts import name_file
from docservice.identity import queries, service
from docservice.identity.models import Agency, Capacity, Post, Role

PROVINCE = "H99"
COMMUNE = "H99.71"
SINCE = date(2025, 7, 1)
COLLECTIVE = "ỦY BAN NHÂN DÂN"


@dataclass(frozen=True)
class PersonSeed:
    """`key` names the person in the journey; `unit` is the abbreviation of the unit the post belongs to."""

    key: str
    full_name: str
    title: str
    role: Role
    unit: str | None = None
    signs: tuple[Capacity, ...] = ()


@dataclass(frozen=True)
class AgencySeed:
    code: str
    name: str
    kind: str
    place: str
    issuer_lines: tuple[str, ...]
    units: tuple[tuple[str, str], ...]
    people: tuple[PersonSeed, ...]
    registers: tuple[tuple[str, int], ...] = ()


AGENCIES = (
    AgencySeed(
        code=PROVINCE,
        name="UBND tỉnh Hoa Ban",
        kind="province_committee",
        place="Hoa Ban",
        issuer_lines=("ỦY BAN NHÂN DÂN", "TỈNH HOA BAN"),
        units=(("VP", "Văn phòng UBND tỉnh"), ("KGVX", "Phòng Khoa giáo - Văn xã")),
        people=(
            PersonSeed("p.leader", "Hoàng Văn Thí Dụ", "Chủ tịch", Role.LEADER, signs=(Capacity.COLLECTIVE,)),
            PersonSeed("p.checker", "Lương Thị Bản Mẫu", "Chánh Văn phòng", Role.FORM_CHECKER, "VP"),
            PersonSeed("p.clerk", "Quàng Thị Thử", "Văn thư", Role.CLERK, "VP"),
            PersonSeed("p.head", "Cầm Văn Ví Dụ", "Trưởng phòng", Role.UNIT_HEAD, "KGVX"),
            PersonSeed("p.official", "Tòng Thị Minh Họa", "Chuyên viên", Role.OFFICIAL, "KGVX"),
        ),
        registers=((numbering.OUTGOING, 1244), (numbering.INCOMING, 2310)),
    ),
    AgencySeed(
        code=COMMUNE,
        name="UBND xã Suối Trúc",
        kind="commune_committee",
        place="Suối Trúc",
        issuer_lines=("ỦY BAN NHÂN DÂN", "XÃ SUỐI TRÚC"),
        units=(
            ("VP", "Văn phòng HĐND và UBND"),
            ("VHXH", "Phòng Văn hóa - Xã hội"),
            ("KT", "Phòng Kinh tế"),
        ),
        people=(
            PersonSeed("c.leader", "Lò Văn Giả Định", "Chủ tịch", Role.LEADER, signs=(Capacity.COLLECTIVE,)),
            PersonSeed("c.deputy", "Vàng Thị Thí Nghiệm", "Phó Chủ tịch", Role.DEPUTY, signs=(Capacity.DEPUTY,)),
            PersonSeed("c.checker", "Bạc Văn Kiểm Thử", "Chánh Văn phòng", Role.FORM_CHECKER, "VP"),
            PersonSeed("c.clerk", "Điêu Thị Bản Thử", "Văn thư", Role.CLERK, "VP"),
            PersonSeed("c.head", "Hà Văn Mô Phỏng", "Trưởng phòng", Role.UNIT_HEAD, "VHXH"),
            PersonSeed("c.official", "Mè Thị Mẫu Vật", "Chuyên viên", Role.OFFICIAL, "VHXH"),
            PersonSeed("c.other", "Lường Văn Người Khác", "Chuyên viên", Role.OFFICIAL, "KT"),
        ),
        registers=((numbering.OUTGOING, 311), (numbering.INCOMING, 806)),
    ),
)


def seed(node: Node, *, keys: Path) -> None:
    """Enter the fictional agencies with their people, keys and open registers; a second call changes nothing."""
    # Opened at every start: the demo authority's revocation lists live for a month only.
    demo_keys = DemoKeys.open(keys, now=node.transactions.clock.now())
    with node.transactions.reading(SYSTEM) as reading:
        if queries.agency_by_code(reading, COMMUNE) is not None:
            return
    with node.transactions.work(SYSTEM) as work:
        for agency_seed in AGENCIES:
            _seed_agency(work, agency_seed, demo_keys)


def actor(reading: Reading, key: str) -> Actor:
    """The person of the journey behind a key such as `c.leader`, acting as that post."""
    agency_seed = next(a for a in AGENCIES if any(p.key == key for p in a.people))
    person = next(p for p in agency_seed.people if p.key == key)
    agency = queries.agency_by_code(reading, agency_seed.code)
    if agency is None:
        raise LookupError(f"{agency_seed.code} is not seeded")
    holders = queries.holders_in(reading, agency_id=agency.id, roles=(person.role,))
    holder = next(h for h in holders if h.person.full_name == person.full_name)
    return queries.actor_as(reading, person_id=holder.person.id, post_id=holder.post.id)


def _seed_agency(work: Work, seed: AgencySeed, keys: DemoKeys) -> None:
    agency = service.found_agency(
        work,
        name=seed.name,
        code=seed.code,
        kind=seed.kind,
        abbreviation="UBND",
        place=seed.place,
        issuer_lines=list(seed.issuer_lines),
        valid_from=SINCE,
    )
    units = {
        short: service.open_unit(work, agency_id=agency.id, name=name, abbreviation=short, valid_from=SINCE).id
        for short, name in seed.units
    }
    for person_seed in seed.people:
        _seed_person(work, agency, person_seed, units.get(person_seed.unit or ""), keys)
    for series, last_used in seed.registers:
        numbering.open_register(
            work,
            agency_id=agency.id,
            series=series,
            year=work.today.year,
            last_used=last_used,
            last_day=work.today - timedelta(days=1),
            former_system="Sổ giấy (dữ liệu mẫu)",
        )
    _seed_certificate(work, keys, agency=agency, agency_id=agency.id, name=seed.name)


def _seed_person(work: Work, agency: Agency, seed: PersonSeed, unit_id: UUID | None, keys: DemoKeys) -> None:
    person = service.enter_person(work, full_name=seed.full_name)
    post = service.create_post(
        work, agency_id=agency.id, unit_id=unit_id, title=seed.title, role=seed.role, valid_from=SINCE
    )
    service.appoint(work, post_id=post.id, person_id=person.id, valid_from=SINCE)
    for capacity in seed.signs:
        _seed_authority(work, post, capacity)
    if seed.signs:
        _seed_certificate(work, keys, agency=agency, person_id=person.id, name=seed.full_name)
    if seed.role is Role.CLERK:
        service.give_custody(
            work,
            agency_id=agency.id,
            label="Khóa mẫu của cơ quan",
            person_id=person.id,
            permission="Văn bản giao quản lý thiết bị (dữ liệu mẫu)",
            minutes="Biên bản bàn giao (dữ liệu mẫu)",
            valid_from=SINCE,
        )


def _seed_authority(work: Work, post: Post, capacity: Capacity) -> None:
    service.grant_authority(
        work,
        post_id=post.id,
        capacity=capacity,
        collective=COLLECTIVE,
        head_title="CHỦ TỊCH" if capacity is Capacity.DEPUTY else None,
        basis_document="Quy chế làm việc (dữ liệu mẫu)",
        valid_from=SINCE,
    )


def _seed_certificate(
    work: Work,
    keys: DemoKeys,
    *,
    agency: Agency,
    name: str,
    person_id: UUID | None = None,
    agency_id: UUID | None = None,
) -> None:
    certificate_id = new_id()
    issued = keys.issue(certificate_id, name=name, organization=agency.name, is_agency=agency_id is not None)
    image = storing.put(work.ports, issued.image)
    name_file(work, agency.id, sha256=image.key, size=image.size, media_type="image/png")
    service.register_certificate(
        work,
        certificate_id=certificate_id,
        issuer=issued.issuer,
        serial=issued.serial,
        public_key_sha256=issued.public_key_sha256,
        valid_from=issued.valid_from,
        valid_to=issued.valid_to,
        person_id=person_id,
        agency_id=agency_id,
        image_sha256=image.key,
    )
