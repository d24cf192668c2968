"""Annex VI, part I, III.6 and III.7: counting, searching, using, and metadata."""

from docservice.assessment.item import MET, NOT, PARTLY, Item

_PAGES = "tests/web/test_pages.py"
_RIGHTS = "tests/web/test_rights.py"
_INTAKE = "tests/exchange/test_intake.py"
_NUMBERS = "tests/documents/test_numbering.py"

SEARCHING = (
    Item(
        "III.6.a", "Thống kê số lượng hồ sơ, văn bản, tài liệu; số lượt truy cập vào từng hồ sơ, văn bản", PARTLY,
        ("docservice/documents/models.py:Viewing",), (f"{_RIGHTS}::test_counts_are_of_what_one_may_see",),
        "Số văn bản theo hộp việc và theo sổ có; số lượt truy cập từng văn bản chưa hiển thị.",
    ),
    Item(
        "III.6.b", "Thống kê số lượt truy cập vào Hệ thống theo yêu cầu của người quản lý, quản trị", NOT, (), (),
        "Chưa có.",
    ),
    Item(
        "III.6.c", "Cấp quyền, kiểm soát quyền truy cập vào hồ sơ lưu trữ điện tử và dữ liệu đặc tả", MET,
        ("docservice/records/service.py:answer_access",),
        (f"{_PAGES}::test_a_case_file_from_opening_to_the_archive_and_back",),
    ),
    Item(
        "III.6.d", "Tìm kiếm đối với tất cả các trường thông tin đầu vào và nội dung của văn bản", PARTLY,
        ("search/index.py", "docservice/web/searching.py"),
        ("tests/search/test_asking.py::test_a_query_finds_what_it_means",),
        "Tìm theo nội dung, số, cơ quan, loại, năm; chưa đủ mọi trường của Phần II.",
    ),
    Item(
        "III.6.đ", "Cho phép lựa chọn hiển thị các trường thông tin trong kết quả tìm kiếm", NOT, (), (), "Chưa có.",
    ),
    Item(
        "III.6.e",
        "Cho phép lưu và sử dụng lại các yêu cầu tìm kiếm",
        MET,
        ("docservice/searching/saved.py",),
        ("tests/searching/test_searching.py::test_a_saved_search_tells_what_is_new_until_it_is_seen",),
    ),
    Item(
        "III.6.g", "Cho phép hiển thị thứ tự kết quả tìm kiếm", MET, ("search/index.py",),
        ("tests/search/test_index.py::test_the_report_comes_first_however_it_is_asked_for",),
    ),
    Item(
        "III.6.h", "Kết xuất kết quả tìm kiếm ra các định dạng (.doc), (.docx), (.pdf)", PARTLY,
        ("docservice/web/searching.py:paper", "docservice/web/searching.py:export"),
        ("tests/web/test_searching.py::test_results_leave_as_a_list_to_print",),
        "Kết quả tìm kiếm xuất được PDF và CSV; chưa xuất ra .doc, .docx.",
    ),
    Item(
        "III.6.i", "Cho phép tải hoặc in văn bản, tài liệu, dữ liệu đặc tả", MET,
        ("docservice/web/documents.py:download", "docservice/web/registers.py:export"),
        (f"{_PAGES}::test_pictures_and_files_of_a_document", f"{_PAGES}::test_registers_are_exported_without_formulas"),
    ),
    Item(
        "III.6.k", "Cho phép đánh dấu vào văn bản, tài liệu, dữ liệu đặc tả được in ra từ Hệ thống", PARTLY,
        ("docservice/documents/copies.py", "templates/pages.py"),
        (
            "tests/workflow/test_copies.py::test_an_electronic_original_is_printed_with_the_copys_block",
            "tests/workflow/test_copies.py::test_a_paper_original_has_signature_and_number_but_no_seal",
        ),
        "Bản sao, bản chính giấy và tài liệu họp in ra có dấu và được ghi sổ; bản tải về để đọc không có dấu.",
    ),
    Item(
        "III.6.l", "Lưu lịch sử truy cập và sử dụng văn bản, tài liệu", MET,
        ("docservice/documents/facts.py:note_viewing", "docservice/documents/facts.py:note_taking"),
        (f"{_PAGES}::test_the_journal_tells_who_opened_and_took_a_document_and_when",),
    ),
)  # fmt: skip

METADATA = (
    Item(
        "III.7.a", "Lưu các yếu tố dữ liệu đặc tả liên quan đến văn bản, hồ sơ theo thời hạn bảo quản", MET,
        ("docservice/documents/models.py:RegisterLine",),
        (f"{_NUMBERS}::test_a_cancelled_number_stays_with_its_reason",),
    ),
    Item(
        "III.7.b", "Hiển thị toàn bộ dữ liệu đặc tả của văn bản, hồ sơ khi người được cấp quyền yêu cầu", PARTLY,
        ("docservice/web/pages/document_facts.html",), (f"{_PAGES}::test_pictures_and_files_of_a_document",),
        "Thông tin chính và diễn biến hiện trên trang văn bản; bảng đầy đủ các trường của Phần II chưa có.",
    ),
    Item(
        "III.7.c", "Cho phép nhập dữ liệu đặc tả bổ sung cho văn bản, hồ sơ", NOT, (), (), "Chưa có.",
    ),
    Item(
        "III.7.d", "Lưu dữ liệu đặc tả của quá trình kiểm soát an ninh văn bản, hồ sơ, hệ thống", MET,
        ("docservice/core/journal.py", "docservice/exchange/holding.py"),
        (f"{_INTAKE}::test_the_security_officer_releases_or_wipes",),
    ),
    Item(
        "III.7.đ", "Lưu và cố định sự liên kết của văn bản, hồ sơ với các yếu tố dữ liệu đặc tả", MET,
        ("docservice/core/journal.py", "docservice/documents/facts.py"),
        ("tests/core/test_journal.py::test_the_chain_is_whole",),
    ),
)  # fmt: skip
