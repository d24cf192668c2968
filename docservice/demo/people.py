"""Fictional agencies and people, with keys of the demo authority: nobody here exists, and nothing they sign counts.

Seeding happens in one transaction after the key files are written, so a start that is killed leaves either
nobody or everybody.
"""

from collections.abc import Sequence
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
from docservice.identity import authorities, custody, queries, service
from docservice.identity.models import Agency, Capacity, Post, Role

PROVINCE = "H99"
COMMUNE = "H99.71"
SINCE = date(2025, 7, 1)
COUNCIL = "K99.71"
DEPARTMENT = "H99.05"


@dataclass(frozen=True)
class PersonSeed:
    """`key` names the post in the journey; `unit` is the abbreviation of the unit the post belongs to.

    `same_as` is the key of another post the same person holds.
    """

    key: str
    full_name: str
    title: str
    role: Role
    unit: str | None = None
    signs: tuple[Capacity, ...] = ()
    same_as: str | None = None
    # A certificate without authority to sign documents: minutes and routing slips want one.
    signs_slips: bool = False


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
    abbreviation: str = "UBND"
    collective: str | None = "ỦY BAN NHÂN DÂN"
    superior_lines: tuple[str, ...] = ()


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
            PersonSeed("p.deputy", "Lù Văn Phỏng Tác", "Phó Chủ tịch", Role.DEPUTY, signs=(Capacity.DEPUTY,)),
        ),
        registers=((numbering.OUTGOING, 1244), (numbering.INCOMING, 2310), (numbering.COPIES, 11)),
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
            PersonSeed("c.checker", "Bạc Văn Kiểm Thử", "Chánh Văn phòng", Role.FORM_CHECKER, "VP", signs_slips=True),
            PersonSeed("c.clerk", "Điêu Thị Bản Thử", "Văn thư", Role.CLERK, "VP"),
            PersonSeed("c.head", "Hà Văn Mô Phỏng", "Trưởng phòng", Role.UNIT_HEAD, "VHXH", signs_slips=True),
            PersonSeed("c.official", "Mè Thị Mẫu Vật", "Chuyên viên", Role.OFFICIAL, "VHXH", signs_slips=True),
            PersonSeed("c.other", "Lường Văn Người Khác", "Chuyên viên", Role.OFFICIAL, "KT"),
            PersonSeed("c.archivist", "Lèo Thị Lưu Giữ", "Lưu trữ viên", Role.ARCHIVIST, "VP"),
            PersonSeed("c.security", "Tao Văn Canh Gác", "Cán bộ bảo mật", Role.SECURITY_OFFICER, "VP"),
            PersonSeed("c.admin", "Ngần Văn Vận Hành", "Quản trị hệ thống", Role.ADMINISTRATOR, "VP"),
        ),
        registers=((numbering.OUTGOING, 311), (numbering.INCOMING, 806), (numbering.COPIES, 4)),
    ),
    AgencySeed(
        code=COUNCIL,
        name="HĐND xã Suối Trúc",
        kind="commune_council",
        place="Suối Trúc",
        abbreviation="HĐND",
        collective="HỘI ĐỒNG NHÂN DÂN",
        issuer_lines=("HỘI ĐỒNG NHÂN DÂN", "XÃ SUỐI TRÚC"),
        units=(("VP", "Văn phòng HĐND và UBND"),),
        people=(
            PersonSeed("k.leader", "Lò Thị Tưởng Tượng", "Chủ tịch", Role.LEADER, signs=(Capacity.COLLECTIVE,)),
            PersonSeed("k.official", "Quàng Văn Phác Thảo", "Chuyên viên", Role.OFFICIAL, "VP"),
            PersonSeed("k.clerk", "Điêu Thị Bản Thử", "Văn thư", Role.CLERK, "VP", same_as="c.clerk"),
            PersonSeed(
                "k.checker", "Bạc Văn Kiểm Thử", "Chánh Văn phòng", Role.FORM_CHECKER, "VP", same_as="c.checker"
            ),
        ),
        registers=((numbering.OUTGOING, 20), (numbering.INCOMING, 41), (numbering.COPIES, 0)),
    ),
    AgencySeed(
        code=DEPARTMENT,
        name="Sở Nội vụ tỉnh Hoa Ban",
        kind="provincial_department",
        place="Hoa Ban",
        abbreviation="SNV",
        collective=None,
        superior_lines=("ỦY BAN NHÂN DÂN", "TỈNH HOA BAN"),
        issuer_lines=("SỞ NỘI VỤ",),
        units=(("VP", "Văn phòng Sở"), ("CCHC", "Phòng Cải cách hành chính")),
        people=(
            PersonSeed("s.leader", "Bế Văn Ước Lệ", "Giám đốc", Role.LEADER, signs=(Capacity.HEAD,)),
            PersonSeed("s.official", "Hoàng Thị Giả Thiết", "Chuyên viên", Role.OFFICIAL, "CCHC"),
            PersonSeed("s.clerk", "Vì Thị Mô Tả", "Văn thư", Role.CLERK, "VP"),
        ),
        registers=((numbering.OUTGOING, 902), (numbering.INCOMING, 1530), (numbering.COPIES, 7)),
    ),
)


def seed(node: Node, *, keys: Path, agencies: Sequence[AgencySeed] = AGENCIES) -> None:
    """Enter fictional agencies with their people, keys and open registers; a second call changes nothing."""
    # Opened at every start: the demo authority's revocation lists live for a month only.
    demo_keys = DemoKeys.open(keys, now=node.transactions.clock.now())
    with node.transactions.reading(SYSTEM) as reading:
        if queries.agency_by_code(reading, agencies[0].code) is not None:
            return
    with node.transactions.work(SYSTEM) as work:
        for agency_seed in agencies:
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
        abbreviation=seed.abbreviation,
        place=seed.place,
        issuer_lines=list(seed.issuer_lines),
        superior_lines=list(seed.superior_lines),
        valid_from=SINCE,
    )
    units = {
        short: service.open_unit(work, agency_id=agency.id, name=name, abbreviation=short, valid_from=SINCE).id
        for short, name in seed.units
    }
    for person_seed in seed.people:
        _seed_person(work, agency, person_seed, home=seed, unit_id=units.get(person_seed.unit or ""), keys=keys)
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


def _seed_person(
    work: Work, agency: Agency, seed: PersonSeed, *, home: AgencySeed, unit_id: UUID | None, keys: DemoKeys
) -> None:
    person_id = _known_person(work, seed) or service.enter_person(work, full_name=seed.full_name).id
    post = service.create_post(
        work, agency_id=agency.id, unit_id=unit_id, title=seed.title, role=seed.role, valid_from=SINCE
    )
    service.appoint(work, post_id=post.id, person_id=person_id, valid_from=SINCE)
    for capacity in seed.signs:
        _seed_authority(work, post, capacity, home.collective)
    if seed.signs or seed.signs_slips:
        _seed_certificate(work, keys, agency=agency, person_id=person_id, name=seed.full_name)
    if seed.role is Role.CLERK:
        custody.hand_over(
            work,
            agency_id=agency.id,
            label="Khóa mẫu của cơ quan",
            person_id=person_id,
            permission="Văn bản giao quản lý thiết bị (dữ liệu mẫu)",
            minutes="Biên bản bàn giao (dữ liệu mẫu)",
            valid_from=SINCE,
        )


def _known_person(work: Work, seed: PersonSeed) -> UUID | None:
    """The person of the post this seed names as the same."""
    return actor(work, seed.same_as).person_id if seed.same_as else None


def _seed_authority(work: Work, post: Post, capacity: Capacity, collective: str | None) -> None:
    authorities.grant_authority(
        work,
        post_id=post.id,
        capacity=capacity,
        collective=collective,
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
