"""The page of who signs what: granted with grounds, limited to fields, passed on, revoked; posts given acting."""

import re

from docservice.demo import people
from docservice.identity import queries
from tests.node import Office
from tests.web.conftest import Enter
from tests.web.test_pages import form, id_in

GRANT = {
    "capacity": "KT",
    "collective": "Ủy ban nhân dân",
    "head_title": "Chủ tịch",
    "basis_document": "Quyết định phân công số 12/QĐ-UBND",
}


def test_a_deputy_is_assigned_a_field_and_drafts_know_theirs(enter: Enter, office: Office) -> None:
    leader, official = enter("c.leader"), enter("c.official")
    units = dict(
        re.findall(r'<option value="([0-9a-f-]{36})">(Phòng [^<(]+)</option>', leader.get("/authorities").text)
    )
    for unit, name in units.items():
        leader.post("/authorities/fields", {"name": name.removeprefix("Phòng "), "unit_id": unit})
    page = leader.get("/authorities").text
    fields = {name: value for value, name in re.findall(r'name="fields" value="([^"]+)">([^<]+)<', page)}
    assert set(fields) == {"Văn hóa - Xã hội", "Kinh tế"}
    # What the demo's deputy had reached everywhere: it is revoked, at once and with its reason.
    old = re.findall(r'action="/authorities/([0-9a-f-]{36})/revoke"', page)
    for authority in old:
        leader.post(f"/authorities/{authority}/revoke", {"reason": "Phân công lại"})
    answer = leader.post(
        "/authorities", {**GRANT, "post_id": str(office.post("c.deputy")), "fields": fields["Kinh tế"]}
    )
    assert "Đã giao thẩm quyền ký." in answer.text
    assert "KT. CHỦ TỊCH" in answer.text
    assert "Đã hết hiệu lực (2)" in answer.text
    assert "Phân công lại" in answer.text
    # The draft of the unit for culture is in its field; the deputy for the economy is offered with the own one.
    page = official.get("/drafts/new/BC").text
    assert f'<option value="{fields["Văn hóa - Xã hội"]}" selected>' in page
    assert "lĩnh vực: Kinh tế" in page
    deputy = str(office.post("c.deputy"))
    answer = official.post("/drafts/new/BC", form(office, signer_post_id=deputy, field_id=fields["Văn hóa - Xã hội"]))
    assert answer.status_code == 403
    assert "không gồm lĩnh vực của văn bản này (Văn hóa - Xã hội)" in answer.text
    answer = official.post("/drafts/new/BC", form(office, signer_post_id=deputy, field_id=fields["Kinh tế"]))
    document = office.document(id_in(answer.url))
    assert str(document.field_id) == fields["Kinh tế"]
    page = official.get(f"/documents/{document.id}/edit").text
    assert f'<option value="{fields["Kinh tế"]}" selected>' in page


def test_what_is_wrong_with_a_grant_is_said_with_what_was_typed(enter: Enter, office: Office) -> None:
    admin = enter("c.admin")
    answer = admin.post("/authorities", {**GRANT, "capacity": "TUQ", "post_id": str(office.post("c.head"))})
    assert answer.status_code == 422
    assert "ký thừa ủy quyền phải có ngày hết hạn" in answer.text
    assert 'value="Quyết định phân công số 12/QĐ-UBND"' in answer.text
    answer = admin.post("/authorities", {**GRANT, "post_id": str(office.post("c.official"))})
    assert "không được ký với tư cách đó" in answer.text
    # Nobody of another agency.
    answer = admin.post("/authorities", {**GRANT, "post_id": str(office.post("p.deputy"))})
    assert answer.status_code == 422


def test_a_units_head_passes_on_and_takes_back(enter: Enter, office: Office) -> None:
    admin, head = enter("c.admin"), enter("c.head")
    admin.post("/authorities", {**GRANT, "capacity": "TL", "collective": "", "post_id": str(office.post("c.head"))})
    page = head.get("/authorities").text
    assert "Đơn vị chưa có cấp phó nào đang giữ chức." in page
    assert "Giao thẩm quyền ký" not in page
    with office.reading("c.head") as reading:
        unit = str(reading.actor.unit_id)
    admin.post(
        "/people",
        {
            "full_name": "Đèo Thị Giúp Việc",
            "title": "Phó Trưởng phòng",
            "role": "unit_head",
            "unit_id": unit,
            "login": "c.second",
            "password": "mat-khau-de-thu",
        },
    )
    page = head.get("/authorities").text
    authority = re.search(r'action="/authorities/([0-9a-f-]{36})/pass-on"', page)
    deputy = re.search(r'<option value="([0-9a-f-]{36})">Đèo Thị Giúp Việc', page)
    assert authority is not None
    assert deputy is not None
    given = {"post_id": deputy[1], "basis_document": "Quy chế làm việc"}
    assert enter("c.checker").post(f"/authorities/{authority[1]}/pass-on", given).status_code == 403
    answer = head.post(f"/authorities/{authority[1]}/pass-on", given)
    assert "KT. TRƯỞNG PHÒNG" in answer.text
    assert "Giao lại từ Trưởng phòng" in answer.text
    assert "Đèo Thị Giúp Việc" in enter("c.official").get("/drafts/new/BC").text
    passed = re.search(r'action="/authorities/([0-9a-f-]{36})/revoke"', answer.text)
    assert passed is not None
    answer = head.post(f"/authorities/{passed[1]}/revoke", {"reason": "Hết công việc", "last_day": ""})
    assert "Đã thu hồi thẩm quyền ký" in answer.text
    assert "Hết công việc" in answer.text
    # An official sees no such page at all.
    assert enter("c.official").get("/authorities").status_code == 403


def test_a_vacant_post_is_given_acting(enter: Enter, office: Office) -> None:
    admin = enter("c.admin")
    assert "Không có chức vụ nào đang trống." in admin.get("/people").text
    with office.reading("c.admin") as reading:
        agency = queries.agency_by_code(reading, people.COMMUNE)
        assert agency is not None
        staff = {entry.post.title: entry for entry in queries.staff(reading, agency_id=agency.id)}
    admin.post(f"/people/tenures/{staff['Chủ tịch'].tenure.id}/end")
    page = admin.get("/people").text
    assert f'<option value="{staff["Chủ tịch"].post.id}">Chủ tịch</option>' in page
    given = {
        "post_id": str(staff["Chủ tịch"].post.id),
        "person_id": str(staff["Phó Chủ tịch"].person.id),
        "mode": "acting",
    }
    answer = admin.post("/people/tenures", given)
    assert "Quyền (Q.)" in answer.text
    assert "Q. CHỦ TỊCH" in admin.get("/authorities").text
    # The post is held now.
    assert admin.post("/people/tenures", given).status_code == 403
