"""Annex VI, part I, sections I and II: principles and general demands."""

from docservice.assessment.item import MET, PARTLY, Item

_WORKFLOW = "tests/workflow/test_workflow.py"
_PAGES = "tests/web/test_pages.py"
_RIGHTS = "tests/web/test_rights.py"
_INTAKE = "tests/exchange/test_intake.py"
_RECORDS = "tests/records/test_case_files.py"
_JOURNEY = "tests/journeys/test_journey.py"

PRINCIPLES = (
    Item(
        "I.1", "Bảo đảm quản lý văn bản và hồ sơ điện tử của cơ quan, tổ chức đúng quy định", PARTLY,
        ("docservice/workflow/transitions.py", "docservice/records/service.py"),
        (
            f"{_WORKFLOW}::test_a_report_goes_all_the_way",
            f"{_RECORDS}::test_case_files_are_numbered_in_their_units_list",
        ),
        "Phần quản lý văn bản đầy đủ; phần hồ sơ còn thiếu các điểm nêu ở mục III.4 và III.5.",
    ),
    Item(
        "I.2", "Bảo đảm an toàn, an ninh thông tin mạng theo quy định của pháp luật hiện hành", PARTLY,
        ("docservice/core/sandbox.py", "docservice/web/app.py", "docservice/identity/accounts.py"),
        (
            "tests/core/test_sandbox.py::test_a_listener_on_the_hosts_loopback_is_not_reached",
            "tests/web/test_sign_in.py::test_guessing_is_stopped_and_begins_again_later",
            "tests/web/test_sign_in.py::test_every_answer_carries_the_safety_headers",
        ),
        "Phê duyệt cấp độ an toàn và phương án bảo đảm an toàn là việc của đơn vị vận hành, ngoài phần mềm.",
    ),
    Item(
        "I.3", "Bảo đảm phân quyền cho các cá nhân truy cập vào Hệ thống", MET,
        ("docservice/workflow/transitions.py:allowed", "docservice/edge.py:permit", "docservice/documents/readers.py"),
        (f"{_RIGHTS}::test_every_route_states_its_permission", f"{_WORKFLOW}::test_nobody_does_anothers_act"),
    ),
    Item(
        "I.4", "Bảo đảm tính xác thực, độ tin cậy của tài liệu, dữ liệu lưu hành trong Hệ thống", MET,
        ("signing/verdict.py", "docservice/core/journal.py"),
        (
            f"{_INTAKE}::test_a_signed_pdf_that_was_changed_is_never_registered",
            "tests/core/test_journal.py::test_a_rewritten_line_shows",
        ),
    ),
    Item(
        "I.5", "Cho phép kiểm chứng, xác minh, thực hiện các yêu cầu nghiệp vụ khác khi được yêu cầu", MET,
        ("docservice/verify.py", "docservice/changes.py", "docservice/web/verdicts.py"),
        (
            f"{_PAGES}::test_the_signatures_looked_at_closely",
            "tests/web/test_evidence.py::test_the_evidence_names_what_was_seen_and_what_was_signed",
        ),
    ),
)  # fmt: skip

DESIGN = (
    Item(
        "II.1", "Đáp ứng đầy đủ các quy trình và kỹ thuật về quản lý văn bản điện tử, lập và quản lý hồ sơ điện tử "
        "và dữ liệu đặc tả", PARTLY,
        ("docservice/documents/status.py", "docservice/records/service.py"),
        (f"{_JOURNEY}::test_it_leaves_the_papers_it_promises",),
        "Quy trình thu hồi văn bản (III.8) và xuất hồ sơ kèm dữ liệu đặc tả (III.4.g) chưa có.",
    ),
    Item(
        "II.2", "Có khả năng tích hợp, liên thông, chia sẻ thông tin, dữ liệu với các hệ thống khác", PARTLY,
        ("docservice/exchange/edxml.py", "docservice/exchange/carrier.py"),
        ("tests/exchange/test_edxml.py::test_a_document_read_is_the_document_written",),
        "Gói edXML (QCVN 102) đọc và ghi được; kết nối với trục liên thông thật và API cho hệ thống khác chưa có.",
    ),
    Item(
        "II.3", "Có khả năng hệ thống hóa văn bản, hồ sơ, thống kê số lượt truy cập văn bản, hồ sơ, hệ thống", PARTLY,
        ("docservice/documents/registers.py", "docservice/core/journal.py"),
        (f"{_PAGES}::test_registers_are_exported_without_formulas",),
        "Lượt mở văn bản được ghi nhật ký nhưng chưa có trang thống kê số lượt truy cập.",
    ),
    Item(
        "II.4", "Bảo đảm tính xác thực, tin cậy, toàn vẹn và khả năng truy cập, sử dụng văn bản, tài liệu", MET,
        ("signing/pdf.py", "docservice/signatures/preserving.py", "storage/folder.py"),
        (
            "tests/signing/test_archive.py::test_renewed_in_time_a_file_holds_in_2044",
            "tests/storage/test_stores.py::test_a_changed_file_shows",
        ),
    ),
    Item(
        "II.5", "Bảo đảm lưu trữ hồ sơ theo thời hạn bảo quản", PARTLY,
        ("docservice/records/service.py:retention_ends",),
        (f"{_PAGES}::test_a_case_file_from_opening_to_the_archive_and_back",),
        "Hạn bảo quản được tính và nhắc; việc xét hủy tài liệu hết hạn chưa có.",
    ),
    Item(
        "II.6", "Bảo đảm phù hợp với Khung kiến trúc Chính phủ điện tử Việt Nam", PARTLY,
        ("docservice/exchange/edxml_codes.py",),
        ("tests/exchange/test_edxml.py::test_a_document_is_written_as_the_samples_are",),
        "Mã định danh theo QĐ 20/2020 và gói tin theo QCVN 102 có; đối chiếu với kiến trúc cấp tỉnh do tỉnh thực hiện.",
    ),
    Item(
        "II.7", "Bảo đảm dễ tiếp cận và sử dụng", MET,
        ("docservice/web/pages/base.html", "docs/huong-dan.md"),
        (
            "tests/browser/test_pages.py::test_no_page_keeps_anybody_out",
            "tests/browser/test_keyboard.py::test_the_journey_by_keyboard_alone",
        ),
    ),
    Item(
        "II.8", "Cho phép ký số, kiểm tra, xác thực chữ ký số theo quy định của pháp luật", MET,
        ("signing/pdf.py", "signing/verdict.py", "docservice/signatures/service.py"),
        (
            f"{_JOURNEY}::test_both_signatures_hold_for_pyhanko_and_openssl",
            "tests/signatures/test_sealing.py::test_a_broken_signature_is_not_sealed",
        ),
    ),
)  # fmt: skip
