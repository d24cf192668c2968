"""What the checker says of pages, fonts, letters and of the head of a document (boxes 1 to 5b)."""

from collections.abc import Mapping

from docservice.core.words import N_

# Code of the rule: what is wrong, and how to mend it.
HEAD: Mapping[str, tuple[str, str]] = {
    "page.size": (N_("Khổ giấy là {found}."), N_("Đặt khổ A4 (210 x 297 mm).")),
    "page.landscape": (N_("Trang nằm ngang mà không có bảng, biểu."), N_("Trình bày theo chiều dài của khổ A4.")),
    "page.margin_top": (N_("Lề trên {found} mm; quy định {wanted} mm."), N_("Đặt lại lề trên.")),
    "page.margin_bottom": (N_("Lề dưới {found} mm; quy định {wanted} mm."), N_("Đặt lại lề dưới.")),
    "page.margin_left": (N_("Lề trái {found} mm; quy định {wanted} mm."), N_("Đặt lại lề trái.")),
    "page.margin_right": (N_("Lề phải {found} mm; quy định {wanted} mm."), N_("Đặt lại lề phải.")),
    "page.number_missing": (
        N_("Văn bản nhiều trang nhưng không có số trang."),
        N_("Đánh số trang ở giữa lề trên, từ trang thứ hai."),
    ),
    "page.number_first": (N_("Số trang hiện ở trang thứ nhất."), N_("Không hiển thị số trang ở trang thứ nhất.")),
    "page.number_bottom": (N_("Số trang đặt ở lề dưới."), N_("Đặt số trang ở lề trên.")),
    "page.number_align": (N_("Số trang không ở giữa theo chiều ngang."), N_("Canh giữa số trang.")),
    "page.number_size": (N_("Số trang cỡ chữ {found}; quy định {wanted}."), N_("Đặt lại cỡ chữ của số trang.")),
    "page.number_style": (
        N_("Số trang không phải kiểu chữ đứng, không đậm."),
        N_("Dùng chữ đứng, không đậm cho số trang."),
    ),
    "page.number_format": (N_("Số trang không dùng chữ số Ả Rập ({found})."), N_("Đánh số trang bằng chữ số Ả Rập.")),
    "page.number_start": (N_("Số trang bắt đầu từ {found}."), N_("Đánh số trang từ số 1.")),
    "page.number_beside": (N_("Cạnh số trang còn có “{what}”."), N_("Chỉ để lại số trang.")),
    "page.family": (
        N_("Không phải văn bản hành chính theo Nghị định 30/2020/NĐ-CP; chỉ kiểm tra trang, phông chữ, mã chữ."),
        N_("Văn bản quy phạm pháp luật, văn bản của Đảng và văn bản chuyên ngành theo quy định riêng."),
    ),
    "3.normative": (
        N_("Số, ký hiệu không theo cách ghi của văn bản quy phạm pháp luật."),
        N_("Ghi theo dạng “{wanted}”; đối chiếu với quy định về văn bản quy phạm pháp luật."),
    ),
    "3.party": (
        N_("Số, ký hiệu không theo cách ghi của văn bản Đảng."),
        N_("Ghi theo dạng “{wanted}”; đối chiếu với hướng dẫn của Đảng."),
    ),
    "font.family": (N_("Phông chữ {found}."), N_("Dùng phông chữ Times New Roman.")),
    "font.twin": (
        N_("Phông chữ {found} có cỡ như Times New Roman nhưng không phải phông chữ quy định."),
        N_("Dùng phông chữ Times New Roman."),
    ),
    "font.colour": (N_("Chữ có màu {found}."), N_("Dùng chữ màu đen.")),
    "font.highlight": (N_("Chữ có nền màu."), N_("Bỏ nền màu.")),
    "font.unembedded": (
        N_("Phông chữ {found} không nằm trong tệp nên máy khác có thể hiển thị sai."),
        N_("Nhúng phông chữ khi xuất PDF."),
    ),
    "unicode.nfc": (N_("Chữ có dấu ở dạng tổ hợp rời (NFD)."), N_("Chuyển sang dạng dựng sẵn (NFC).")),
    "unicode.eth": (N_("Dùng chữ Ð (U+00D0) thay cho chữ Đ (U+0110)."), N_("Thay bằng chữ Đ.")),
    "unicode.legacy_font": (
        N_("Chữ viết bằng phông chữ cũ {found} (TCVN3 hoặc VNI)."),
        N_("Chuyển sang Unicode, phông chữ Times New Roman."),
    ),
    "unicode.legacy_text": (N_("Chữ theo bảng mã cũ (TCVN3 hoặc VNI) nên không đọc được."), N_("Chuyển sang Unicode.")),
    "unicode.widthless": (N_("Có ký tự ẩn, không hiện ra khi đọc."), N_("Bỏ các ký tự ẩn.")),
    "unicode.hard_blank": (N_("Có dấu cách cứng trong số, ký hiệu."), N_("Bỏ dấu cách cứng.")),
    "unicode.private": (N_("Có ký tự riêng của máy soạn thảo, máy khác không hiện được."), N_("Gõ lại bằng Unicode.")),
    "unicode.broken": (N_("Có chữ đã hỏng (�)."), N_("Gõ lại chữ đó.")),
    "unicode.lookalike": (
        N_("“{found}” có chữ của bảng chữ cái khác trông giống chữ Việt."),
        N_("Gõ lại bằng chữ Việt."),
    ),
    "1.nation.missing": (
        N_("Không có Quốc hiệu."),
        N_("Ghi “CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM” ở phía trên cùng, bên phải trang đầu."),
    ),
    "1.nation.words": (N_("Quốc hiệu ghi sai: “{what}”."), N_("Ghi “CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM”.")),
    "1.nation.place": (N_("Quốc hiệu ở bên trái."), N_("Đặt Quốc hiệu ở bên phải trang đầu.")),
    "1.motto.missing": (N_("Không có Tiêu ngữ."), N_("Ghi “Độc lập - Tự do - Hạnh phúc” dưới Quốc hiệu.")),
    "1.motto.words": (N_("Tiêu ngữ ghi sai: “{what}”."), N_("Ghi “Độc lập - Tự do - Hạnh phúc”.")),
    "1.motto.hyphens": (
        N_("Giữa các cụm từ của Tiêu ngữ không phải gạch nối có cách chữ."),
        N_("Dùng gạch nối (-) có cách chữ hai bên."),
    ),
    "1.motto.initials": (
        N_("Chữ cái đầu các cụm từ của Tiêu ngữ không viết hoa đúng."),
        N_("Ghi “Độc lập - Tự do - Hạnh phúc”."),
    ),
    "1.motto.rule_missing": (
        N_("Dưới Tiêu ngữ không có đường kẻ ngang."),
        N_("Kẻ một đường nét liền dài bằng dòng chữ."),
    ),
    "1.motto.rule_length": (
        N_("Đường kẻ dưới Tiêu ngữ dài {found} mm; dòng chữ dài {wanted} mm."),
        N_("Kẻ đường dài bằng dòng chữ."),
    ),
    "1.motto.gap": (N_("Quốc hiệu và Tiêu ngữ không cách nhau dòng đơn."), N_("Đặt dòng đơn giữa hai dòng.")),
    "2.issuer.missing": (
        N_("Không có tên cơ quan, tổ chức ban hành văn bản."),
        N_("Ghi tên cơ quan ở góc trên, bên trái trang đầu."),
    ),
    "2.issuer.rule_missing": (
        N_("Dưới tên cơ quan không có đường kẻ ngang."),
        N_("Kẻ một đường nét liền dài bằng 1/3 đến 1/2 dòng chữ."),
    ),
    "2.issuer.rule_length": (
        N_("Đường kẻ dưới tên cơ quan dài {found} mm; quy định {wanted} mm."),
        N_("Kẻ đường dài bằng 1/3 đến 1/2 dòng chữ."),
    ),
    "3.missing": (N_("Không có số, ký hiệu văn bản."), N_("Ghi “Số: …/…” dưới tên cơ quan.")),
    "3.word": (N_("Từ “Số” ghi sai: “{what}”."), N_("Ghi “Số:” bằng chữ in thường.")),
    "3.colon": (N_("Sau từ “Số” không có dấu hai chấm: “{what}”."), N_("Thêm dấu hai chấm sau từ “Số”.")),
    "3.zero": (N_("Số nhỏ hơn 10 thiếu số 0 phía trước: “{what}”."), N_("Thêm số 0 phía trước.")),
    "3.zeros": (N_("Thừa số 0 phía trước: “{what}”."), N_("Bỏ bớt số 0.")),
    "3.digits": (N_("Số văn bản không hợp lệ: “{what}”."), N_("Ghi số bằng chữ số Ả Rập, bắt đầu từ 01.")),
    "3.stroke": (N_("Giữa số và ký hiệu không có dấu gạch chéo: “{what}”."), N_("Dùng dấu gạch chéo (/).")),
    "3.blanks": (N_("Số, ký hiệu có cách chữ thừa: “{what}”."), N_("Viết liền, không cách chữ.")),
    "3.hyphen": (N_("Ký hiệu dùng gạch ngang dài thay cho gạch nối: “{what}”."), N_("Dùng dấu gạch nối (-).")),
    "3.capitals": (N_("Ký hiệu không viết bằng chữ in hoa: “{what}”."), N_("Viết ký hiệu bằng chữ in hoa.")),
    "3.year": (N_("Số, ký hiệu văn bản hành chính không ghi năm: “{what}”."), N_("Bỏ năm trong số, ký hiệu.")),
    "3.kind": (
        N_("Ký hiệu ghi “{found}” nhưng tên loại văn bản viết tắt là “{wanted}”."),
        N_("Ghi “{wanted}” trong ký hiệu."),
    ),
    "3.kind_case": (N_("Chữ viết tắt “{found}” phải là “{wanted}”."), N_("Ghi đúng chữ hoa, chữ thường: “{wanted}”.")),
    "3.letter_kind": (
        N_("Ký hiệu công văn không có chữ viết tắt tên loại (“{found}”)."),
        N_("Ghi tên cơ quan và đơn vị soạn thảo, ví dụ “12/UBND-VX”."),
    ),
    "3.letter_unit": (
        N_("Ký hiệu công văn thiếu đơn vị soạn thảo hoặc lĩnh vực: “{what}”."),
        N_("Ghi thêm, ví dụ “12/UBND-VX”."),
    ),
    "3.full_stop": (N_("Sau ký hiệu có dấu câu: “{what}”."), N_("Bỏ dấu câu sau ký hiệu.")),
    "3.agency": (
        N_("Ký hiệu thiếu chữ viết tắt tên cơ quan: “{what}”."),
        N_("Ghi thêm tên cơ quan viết tắt sau dấu gạch nối."),
    ),
    "4.missing": (N_("Không có địa danh và thời gian ban hành."), N_("Ghi “…, ngày … tháng … năm …” dưới Tiêu ngữ.")),
    "4.place": (N_("Thiếu địa danh: “{what}”."), N_("Ghi địa danh trước ngày, tháng, năm.")),
    "4.place_initial": (
        N_("Chữ cái đầu của địa danh không viết hoa: “{found}”."),
        N_("Viết hoa các chữ cái đầu của địa danh."),
    ),
    "4.place_abbreviated": (
        N_("Địa danh viết tắt: “{found}”."),
        N_("Ghi tên gọi chính thức, đầy đủ của đơn vị hành chính."),
    ),
    "4.comma": (N_("Sau địa danh không có dấu phẩy: “{what}”."), N_("Thêm dấu phẩy sau địa danh.")),
    "4.words": (N_("Thời gian ban hành không viết đầy đủ: “{what}”."), N_("Ghi “ngày … tháng … năm …”.")),
    "4.day_zero": (N_("Ngày ghi sai số 0 phía trước: “{found}”."), N_("Ghi “{wanted}”.")),
    "4.month_zero": (N_("Từ tháng 3 đến tháng 9 không thêm số 0: “{found}”."), N_("Ghi “{wanted}”.")),
    "4.month_no_zero": (N_("Tháng 1, 2 thiếu số 0 phía trước: “{found}”."), N_("Ghi “{wanted}”.")),
    "4.year": (N_("Năm không đủ bốn chữ số: “{found}”."), N_("Ghi đủ bốn chữ số của năm.")),
    "4.impossible": (N_("Không có ngày này: “{found}”."), N_("Kiểm tra lại ngày, tháng, năm.")),
    "4.full_stop": (N_("Sau năm có dấu câu thừa: “{what}”."), N_("Bỏ dấu câu ở cuối dòng.")),
    "4.same_line": (N_("Địa danh, thời gian không cùng dòng với số, ký hiệu."), N_("Đặt hai phần trên cùng một dòng.")),
    "4.minutes": (
        N_("Mẫu biên bản không có dòng địa danh, thời gian."),
        N_("Bỏ dòng này; ghi thời gian trong nội dung biên bản."),
    ),
    "5a.missing": (
        N_("Không xác định được tên loại văn bản."),
        N_("Ghi tên loại văn bản theo Điều 7, bằng chữ in hoa, canh giữa."),
    ),
    "5a.subject_missing": (
        N_("Dưới tên loại không có trích yếu nội dung."),
        N_("Ghi trích yếu ngay dưới tên loại văn bản."),
    ),
    "5a.subject_abbreviated": (
        N_("Trích yếu văn bản có tên loại ghi “V/v”."),
        N_("Ghi “Về việc …”; “V/v” chỉ dùng cho công văn."),
    ),
    "5a.subject_stop": (N_("Cuối trích yếu có dấu câu."), N_("Bỏ dấu câu ở cuối trích yếu.")),
    "5a.subject_initial": (N_("Trích yếu bắt đầu bằng chữ thường."), N_("Viết hoa chữ cái đầu.")),
    "5a.rule_missing": (
        N_("Dưới trích yếu không có đường kẻ ngang."),
        N_("Kẻ một đường nét liền dài bằng 1/3 đến 1/2 dòng chữ."),
    ),
    "5a.rule_length": (
        N_("Đường kẻ dưới trích yếu dài {found} mm; quy định {wanted} mm."),
        N_("Kẻ đường dài bằng 1/3 đến 1/2 dòng chữ."),
    ),
    "5a.copy_words": (N_("Hình thức sao ghi sai: “{what}”."), N_("Ghi “SAO Y”, “SAO LỤC” hoặc “TRÍCH SAO”.")),
    "5a.letter_titled": (
        N_("Công văn không ghi tên loại: “{what}”."),
        N_("Bỏ dòng tên loại; ghi trích yếu “V/v …” dưới số, ký hiệu."),
    ),
    "5b.missing": (N_("Công văn thiếu trích yếu “V/v …”."), N_("Ghi “V/v …” dưới số, ký hiệu.")),
    "5b.form": (
        N_("Trích yếu công văn không bắt đầu bằng “V/v ”: “{what}”."),
        N_("Ghi “V/v ” rồi đến nội dung, không có dấu hai chấm."),
    ),
    "5b.kind": (
        N_("Văn bản có tên loại không ghi “V/v …” dưới số, ký hiệu."),
        N_("Chuyển trích yếu xuống dưới tên loại."),
    ),
    "5b.stop": (N_("Cuối trích yếu công văn có dấu câu."), N_("Bỏ dấu câu.")),
    "5b.gap": (N_("Trích yếu cách số, ký hiệu {found} pt; quy định 6 pt."), N_("Đặt khoảng cách 6 pt.")),
    "5b.rule": (N_("Dưới trích yếu công văn có đường kẻ."), N_("Bỏ đường kẻ.")),
}
