"""What the checker says of the foot of a document, of marks and annexes (boxes 7a to 13)."""

from collections.abc import Mapping

from docservice.core.words import N_

# Code of the rule: what is wrong, and how to mend it.
FOOT: Mapping[str, tuple[str, str]] = {
    "7b.full_stop": (N_("Sau họ tên có dấu câu: “{what}”."), N_("Bỏ dấu câu sau họ tên.")),
    "9b.above_missing": (
        N_("Văn bản có “Kính gửi” nhưng nơi nhận không có “Như trên”."),
        N_("Thêm dòng “- Như trên;” ở đầu danh sách."),
    ),
    "9b.above_words": (N_("“{what}”: quy định ghi “Như trên”."), N_("Ghi “- Như trên;”.")),
    "9b.articles": (
        N_("“{what}” nhưng văn bản không có điều."),
        N_("Chỉ ghi “Như Điều …” ở quyết định, nghị quyết có điều đó."),
    ),
    "9b.initial": (N_("Đầu dòng nơi nhận không viết hoa: “{what}”."), N_("Viết hoa chữ cái đầu dòng.")),
    "9b.underline": (N_("“Nơi nhận” bị gạch chân."), N_("Bỏ gạch chân.")),
    "7a.missing": (
        N_("Không có quyền hạn, chức vụ của người ký."),
        N_("Ghi quyền hạn, chức vụ ở bên phải, ngang dòng “Nơi nhận”."),
    ),
    "7a.form": (N_("Chữ viết tắt quyền hạn ghi sai: “{what}”."), N_("Ghi “{wanted}”.")),
    "7a.blank": (N_("Sau chữ viết tắt quyền hạn thiếu dấu cách: “{what}”."), N_("Ghi “{wanted}”.")),
    "7a.deputy": (N_("Sau “{what}” không phải chức vụ cấp phó."), N_("Ghi chức vụ của cấp phó ký thay ở dòng dưới.")),
    "7a.deputy_alone": (
        N_("Cấp phó ký nhưng không ghi “KT.”: “{what}”."),
        N_("Thêm dòng “KT.” và chức vụ người đứng đầu phía trên."),
    ),
    "7a.own_title": (N_("Dưới “{what}” thiếu chức vụ của người ký."), N_("Ghi chức vụ của người ký ở dòng dưới.")),
    "7a.collective": (
        N_("“TM.” đặt trước chức vụ: “{what}”."),
        N_("Ghi “TM.” trước tên tập thể lãnh đạo hoặc tên cơ quan."),
    ),
    "7a.head": (
        N_("“{what}”: KT., TL., TUQ. đặt trước chức vụ người đứng đầu, không đặt trước tên cơ quan."),
        N_("Ghi chức vụ của người đứng đầu."),
    ),
    "7a.acting": (N_("“Q.” đặt trước chức vụ cấp phó: “{what}”."), N_("“Q.” đặt trước chức vụ của người đứng đầu.")),
    "7a.unofficial": (
        N_("Chức vụ Nhà nước không quy định: “{what}”."),
        N_("Cấp phó được giao phụ trách ký như cấp phó ký thay (KT.)."),
    ),
    "7b.missing": (N_("Không có họ tên người ký."), N_("Ghi họ tên người ký dưới chức vụ.")),
    "7b.degree": (
        N_("Trước họ tên có học hàm, học vị, quân hàm hoặc danh hiệu: “{what}”."),
        N_("Chỉ ghi họ, tên đệm và tên."),
    ),
    "7b.honorific": (N_("Trước họ tên có từ xưng hô: “{what}”."), N_("Chỉ ghi họ, tên đệm và tên.")),
    "7b.initial": (N_("Họ tên không viết hoa chữ cái đầu: “{what}”."), N_("Viết hoa chữ cái đầu các âm tiết.")),
    "9a.missing": (N_("Công văn không có “Kính gửi”."), N_("Ghi “Kính gửi: …” trên nội dung.")),
    "9a.kind": (
        N_("Loại văn bản này không ghi “Kính gửi”."),
        N_("Bỏ phần “Kính gửi”; chỉ dùng cho công văn, tờ trình, báo cáo gửi cấp trên."),
    ),
    "9a.colon": (N_("Sau “Kính gửi” không có dấu hai chấm."), N_("Thêm dấu hai chấm.")),
    "9a.words": (N_("“Kính gửi” viết sai: “{what}”."), N_("Ghi “Kính gửi” bằng chữ in thường.")),
    "9a.same_line": (
        N_("Gửi một nơi nhưng tên nơi nhận ở dòng riêng."),
        N_("Ghi tên nơi nhận cùng dòng với “Kính gửi:”."),
    ),
    "9a.own_lines": (
        N_("Gửi nhiều nơi nhưng có tên nơi nhận cùng dòng với “Kính gửi”."),
        N_("Ghi mỗi nơi nhận trên một dòng riêng, có gạch đầu dòng."),
    ),
    "9a.dash": (N_("Nơi nhận không có gạch đầu dòng (-): “{what}”."), N_("Dùng gạch đầu dòng (-).")),
    "9a.semicolon": (N_("Cuối dòng thiếu dấu chấm phẩy: “{what}”."), N_("Kết thúc bằng dấu chấm phẩy (;).")),
    "9a.full_stop": (N_("Cuối dòng cuối cùng thiếu dấu chấm: “{what}”."), N_("Kết thúc bằng dấu chấm (.).")),
    "9a.align": (
        N_("Các gạch đầu dòng không thẳng hàng với nhau."),
        N_("Đặt các gạch đầu dòng thẳng hàng dưới dấu hai chấm."),
    ),
    "9b.missing": (N_("Không có “Nơi nhận”."), N_("Ghi “Nơi nhận:” ở bên trái, ngang dòng chức vụ người ký.")),
    "9b.colon": (N_("Sau “Nơi nhận” không có dấu hai chấm."), N_("Thêm dấu hai chấm.")),
    "9b.words": (N_("“Nơi nhận” ghi sai: “{what}”."), N_("Ghi “Nơi nhận:”.")),
    "9b.empty": (N_("Dưới “Nơi nhận:” không có nơi nào."), N_("Liệt kê nơi nhận, dòng cuối là “- Lưu: VT, …”.")),
    "9b.dash": (N_("Nơi nhận không có gạch đầu dòng (-): “{what}”."), N_("Dùng gạch đầu dòng (-).")),
    "9b.semicolon": (N_("Cuối dòng thiếu dấu chấm phẩy: “{what}”."), N_("Kết thúc bằng dấu chấm phẩy (;).")),
    "9b.archive": (N_("Nơi nhận thiếu dòng “Lưu”."), N_("Thêm dòng cuối “- Lưu: VT, …”.")),
    "9b.archive_colon": (N_("Sau “Lưu” không có dấu hai chấm: “{what}”."), N_("Ghi “- Lưu: VT, …”.")),
    "9b.archive_office": (N_("Dòng “Lưu” thiếu “VT”: “{what}”."), N_("Ghi “- Lưu: VT, …”.")),
    "9b.archive_comma": (N_("Sau “VT” không phải dấu phẩy: “{what}”."), N_("Ghi “- Lưu: VT, …”.")),
    "9b.archive_last": (N_("Dòng “Lưu” không ở cuối: “{what}”."), N_("Chuyển dòng “Lưu” xuống cuối.")),
    "9b.full_stop": (N_("Dòng cuối của nơi nhận thiếu dấu chấm: “{what}”."), N_("Kết thúc bằng dấu chấm (.).")),
    "9b.as_above": (N_("Ghi “Như trên” nhưng văn bản không có “Kính gửi”."), N_("Ghi tên nơi nhận cụ thể.")),
    "9b.as_articles": (
        N_("Nơi nhận của quyết định, nghị quyết không có “Như Điều …”."),
        N_("Ghi “- Như Điều …;” ở dòng đầu."),
    ),
    "9b.left": (N_("Nơi nhận không sát lề trái: “{what}”."), N_("Đặt sát lề trái.")),
    "9b.level": (N_("“Nơi nhận” không ngang hàng với quyền hạn, chức vụ người ký."), N_("Đặt hai dòng ngang nhau.")),
    "10b.words": (N_("Dấu chỉ mức độ khẩn ghi sai: “{what}”."), N_("Ghi “HỎA TỐC”, “THƯỢNG KHẨN” hoặc “KHẨN”.")),
    "10b.box": (N_("Dấu chỉ mức độ khẩn không có khung viền đơn."), N_("Đặt trong khung hình chữ nhật viền đơn.")),
    "10b.colour": (N_("Dấu chỉ mức độ khẩn không phải màu đỏ tươi."), N_("Dùng màu đỏ tươi.")),
    "11.words": (
        N_("Chỉ dẫn phạm vi lưu hành ghi sai: “{what}”."),
        N_("Ghi “XEM XONG TRẢ LẠI” hoặc “LƯU HÀNH NỘI BỘ”."),
    ),
    "11.box": (N_("Chỉ dẫn phạm vi lưu hành không có khung viền đơn."), N_("Đặt trong khung hình chữ nhật viền đơn.")),
    "12.form": (N_("Ký hiệu người soạn thảo và số lượng bản ghi sai: “{what}”."), N_("Ghi như “PL.(300)”.")),
    "13.rule": (
        N_("Trên địa chỉ cơ quan không có đường kẻ hết chiều ngang."),
        N_("Kẻ một đường nét liền hết chiều ngang phía trên."),
    ),
    "annex.mentioned": (
        N_("Văn bản không nhắc đến Phụ lục kèm theo."),
        N_("Ghi chỉ dẫn về Phụ lục trong nội dung văn bản."),
    ),
    "annex.own_line": (
        N_("Số thứ tự và tên Phụ lục ở cùng một dòng: “{what}”."),
        N_("Đưa tên Phụ lục xuống dòng dưới, viết bằng chữ in hoa."),
    ),
    "annex.stop": (N_("Sau “Phụ lục” và số thứ tự có dấu câu: “{what}”."), N_("Bỏ dấu câu ở cuối dòng.")),
    "annex.reference_date": (
        N_("Ngày tháng trong chỉ dẫn kèm theo ghi chưa đúng: “{found}”."),
        N_("Ghi ngày nhỏ hơn 10 và tháng 1, 2 với số 0 phía trước, đủ chữ ngày, tháng, năm."),
    ),
    "annex.reference_number": (
        N_("Chỉ dẫn kèm theo ghi số {found}, văn bản có số {wanted}."),
        N_("Ghi đúng số, ký hiệu của văn bản, hoặc để trống với văn bản điện tử."),
    ),
    "annex.roman": (N_("Phụ lục không đánh số La Mã: “{what}”."), N_("Dùng chữ số La Mã.")),
    "annex.ordinal": (N_("Có nhiều Phụ lục nhưng Phụ lục này không đánh số."), N_("Đánh số La Mã cho từng Phụ lục.")),
    "annex.order": (N_("Sai thứ tự Phụ lục: “{what}”; thứ tự đúng là {wanted}."), N_("Đánh lại số thứ tự.")),
    "annex.reference": (
        N_("Phụ lục thiếu dòng “(Kèm theo … số … ngày … tháng … năm … của …)”."),
        N_("Ghi chỉ dẫn kèm theo dưới tên Phụ lục."),
    ),
    "annex.brackets": (N_("Chỉ dẫn kèm theo không ở trong ngoặc đơn: “{what}”."), N_("Đặt trong ngoặc đơn.")),
    "annex.page": (N_("Phụ lục không bắt đầu ở trang mới."), N_("Đặt Phụ lục ở trang mới.")),
    "annex.page_numbers": (
        N_("Số trang của Phụ lục không đánh riêng."),
        N_("Đặt Phụ lục trong phần (section) riêng, số trang bắt đầu từ 1."),
    ),
}
