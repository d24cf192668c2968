"""Annex VI, part I, III.1 to III.3: making and following documents, connecting, security."""

from docservice.assessment.item import MET, NOT, PARTLY, Item

_WORKFLOW = "tests/workflow/test_workflow.py"
_PAGES = "tests/web/test_pages.py"
_RIGHTS = "tests/web/test_rights.py"
_INTAKE = "tests/exchange/test_intake.py"
_NUMBERS = "tests/documents/test_numbering.py"
_RECORDS = "tests/records/test_case_files.py"
_JOURNEY = "tests/journeys/test_journey.py"

CREATING = (
    Item(
        "III.1.a", "Cho phép tạo lập văn bản mới và chuyển đổi định dạng văn bản", MET,
        ("docservice/web/drafts.py", "templates/catalogue.py", "templates/convert.py"),
        (
            f"{_PAGES}::test_a_draft_from_the_form",
            f"{_PAGES}::test_a_word_file_becomes_a_draft_with_what_it_says",
            "tests/templates/test_convert.py::test_a_form_becomes_pdfa_with_its_places",
        ),
    ),
    Item(
        "III.1.b", "Cho phép đính kèm văn bản", MET,
        ("docservice/web/annexes.py:attach", "docservice/signatures/annexes.py"),
        (f"{_PAGES}::test_attachments_come_and_go_and_are_handed_over_as_files",
         "tests/signatures/test_annexes.py::test_one_act_seals_the_document_and_its_annexes"),
    ),
    Item(
        "III.1.c", "Cho phép tạo mã định danh văn bản đi", MET,
        ("docservice/exchange/edxml_codes.py", "docservice/exchange/service.py:send_parcels"),
        (f"{_INTAKE}::test_the_parcel_travels_and_every_status_comes_back",),
    ),
    Item(
        "III.1.d", "Hiển thị mức độ khẩn của văn bản", MET,
        ("docservice/web/pages/parts.html", "docservice/documents/models.py:Urgency"),
        (f"{_PAGES}::test_the_whole_way_by_forms",),
    ),
    Item(
        "III.1.đ", "Cho phép tự động cấp số cho văn bản đi và số đến cho văn bản đến theo thứ tự và trình tự thời gian "
        "trong năm", MET,
        ("docservice/documents/numbering.py:give_number",),
        (
            f"{_NUMBERS}::test_a_date_never_precedes_the_series_last",
            f"{_NUMBERS}::test_the_year_is_vietnams_and_a_new_year_starts_at_01",
            f"{_NUMBERS}::test_numbers_have_no_gap_whatever_fails",
        ),
    ),
    Item(
        "III.1.e", "Cho phép bên nhận tự động thông báo cho bên gửi đã nhận văn bản", MET,
        ("docservice/exchange/service.py:report",),
        (f"{_INTAKE}::test_the_parcel_travels_and_every_status_comes_back",),
    ),
    Item(
        "III.1.g", "Cho phép tự động cập nhật các trường thông tin đã nêu của Phần II", PARTLY,
        ("docservice/documents/registers.py", "docservice/exchange/examine.py"),
        (f"{_INTAKE}::test_a_whole_message_arrives_once_however_often_it_comes",),
        "Số, ngày, số trang, nơi nhận, ngày và số đến tự cập nhật; mã hồ sơ trong văn bản (trường 1) chưa có.",
    ),
    Item(
        "III.1.h", "Thông báo cho Văn thư khi có sự trùng lặp mã định danh văn bản hoặc cả ba trường số, ký hiệu và "
        "tên cơ quan ban hành", PARTLY,
        ("docservice/exchange/models.py",),
        (f"{_INTAKE}::test_a_whole_message_arrives_once_however_often_it_comes",),
        "Cùng mã định danh thì không vào lần hai; cảnh báo trùng số, ký hiệu và cơ quan (kể cả với bản giấy) chưa có.",
    ),
    Item(
        "III.1.i", "Thông báo khi có văn bản mới", PARTLY,
        ("docservice/inbox/boxes.py",),
        (f"{_RIGHTS}::test_counts_are_of_what_one_may_see",),
        "Hộp việc hiện số văn bản chờ từng người, trang đang mở tự cập nhật; chưa có thư báo.",
    ),
    Item(
        "III.1.k", "Thông báo tình trạng nhận văn bản tại cơ quan, tổ chức nhận văn bản", MET,
        ("docservice/exchange/timeline.py", "docservice/web/pages/document_facts.html"),
        (f"{_JOURNEY}::test_the_statuses_travelled_back_both_ways",),
    ),
    Item(
        "III.1.l", "Cho phép thống kê, theo dõi, đôn đốc việc giải quyết văn bản đến", PARTLY,
        ("docservice/inbox/boxes.py",),
        (f"{_WORKFLOW}::test_every_document_says_who_it_waits_for_and_since_when",),
        "Từng người thấy việc sắp đến hạn; báo cáo thống kê và nhắc việc của lãnh đạo chưa có.",
    ),
    Item(
        "III.1.m", "Cho phép người có thẩm quyền phân phối văn bản đến, theo dõi, đôn đốc giải quyết đúng thời hạn",
        MET,
        ("docservice/workflow/service/incoming.py:direct", "docservice/workflow/service/incoming.py:assign"),
        (f"{_PAGES}::test_the_whole_way_by_forms",),
    ),
    Item(
        "III.1.n", "Cho phép người có thẩm quyền truy cập, chỉnh sửa, chuyển lại dự thảo văn bản, tài liệu", PARTLY,
        ("docservice/workflow/service/outgoing.py:return_document", "docservice/workflow/service/together.py:remark"),
        (
            f"{_WORKFLOW}::test_returned_by_the_unit_head_it_is_the_drafters_again",
            "tests/web/test_together.py::test_a_remark_stands_beside_its_place_and_follows_it",
        ),
        "Người duyệt xem, góp ý từng chỗ, trả lại; người cùng đơn vị sửa được khi chưa trình, đang duyệt thì chưa.",
    ),
    Item(
        "III.1.o", "Cho phép nơi gửi biết tình trạng xử lý văn bản của cơ quan, tổ chức nhận văn bản", MET,
        ("docservice/exchange/service.py:report",),
        (f"{_JOURNEY}::test_the_statuses_travelled_back_both_ways",),
    ),
)  # fmt: skip

CONNECTING = (
    Item(
        "III.2.a", "Kết nối, liên thông giữa các Hệ thống và Hệ thống quản lý tài liệu lưu trữ điện tử của Lưu trữ "
        "lịch sử", NOT, ("docservice/exchange/edxml.py",), (),
        "Trao đổi văn bản giữa hai hệ thống có; gói nộp lưu vào Lưu trữ lịch sử (TT 05/2025/TT-BNV) chưa có.",
    ),
    Item(
        "III.2.b", "Có khả năng hoạt động trên các thiết bị di động thông minh trong điều kiện bảo đảm an toàn", MET,
        ("docservice/web/static/app.css",),
        ("tests/browser/test_journey.py::test_returned_with_a_note_and_found_on_the_phone",),
    ),
    Item(
        "III.2.c", "Có khả năng kết nối, liên thông và tích hợp với các hệ thống chuyên dụng khác", NOT, (), (),
        "Chưa có giao diện lập trình (API) cho hệ thống khác.",
    ),
)  # fmt: skip

SECURITY = (
    Item(
        "III.3.a", "Bảo đảm các cấp độ an ninh thông tin theo quy định của pháp luật", PARTLY,
        ("docservice/core/sandbox.py", "docservice/exchange/holding.py"),
        (f"{_INTAKE}::test_a_secrecy_stamp_never_leaves_intake",),
        "Văn bản mật bị chặn ở cửa nhận; hồ sơ đề xuất cấp độ do đơn vị vận hành lập.",
    ),
    Item(
        "III.3.b", "Bảo đảm phân quyền truy cập đối với từng hồ sơ, văn bản", MET,
        ("docservice/documents/queries.py:visible_to", "docservice/records/queries.py:visible_to"),
        (
            f"{_RIGHTS}::test_a_strangers_document_is_nowhere",
            f"{_RECORDS}::test_a_document_is_linked_once_and_only_by_who_sees_it",
        ),
    ),
    Item(
        "III.3.c", "Cảnh báo sự thay đổi về quyền truy cập cho đến khi có xác nhận của người có thẩm quyền", NOT,
        ("docservice/documents/facts.py:grant",), (),
        "Mỗi thay đổi quyền được ghi nhật ký; cảnh báo và việc xác nhận chưa có.",
    ),
)  # fmt: skip
