"""What the checker says of the body of a document (box 6)."""

from collections.abc import Mapping

from docservice.core.words import N_

# Code of the rule: what is wrong, and how to mend it.
BODY: Mapping[str, tuple[str, str]] = {
    "6.citation.missing": (
        N_("Văn bản này cần có căn cứ ban hành."),
        N_("Ghi các căn cứ trước “QUYẾT ĐỊNH:” hoặc “QUYẾT NGHỊ:”."),
    ),
    "6.citation.semicolon": (
        N_("Cuối căn cứ không có dấu chấm phẩy: “{what}”."),
        N_("Kết thúc bằng dấu chấm phẩy (;)."),
    ),
    "6.citation.full_stop": (
        N_("Căn cứ cuối cùng không kết thúc bằng dấu chấm: “{what}”."),
        N_("Kết thúc bằng dấu chấm (.)."),
    ),
    "6.citation.initial": (N_("Căn cứ bắt đầu bằng chữ thường: “{what}”."), N_("Viết hoa chữ cái đầu.")),
    "6.citation.dash": (N_("Trước căn cứ có gạch đầu dòng: “{what}”."), N_("Bỏ gạch đầu dòng.")),
    "6.citation.date": (N_("Căn cứ thiếu ngày, tháng, năm ban hành: “{what}”."), N_("Ghi “ngày … tháng … năm …”.")),
    "6.citation.date_form": (N_("Ngày trong căn cứ viết tắt: “{what}”."), N_("Ghi đầy đủ “ngày … tháng … năm …”.")),
    "6.citation.issuer": (N_("Căn cứ thiếu tên cơ quan ban hành: “{what}”."), N_("Ghi “của …” sau ngày ban hành.")),
    "6.citation.subject": (
        N_("Căn cứ thiếu trích yếu nội dung: “{what}”."),
        N_("Ghi trích yếu sau tên cơ quan ban hành."),
    ),
    "6.citation.number": (N_("Căn cứ thiếu số, ký hiệu: “{what}”."), N_("Ghi số, ký hiệu của văn bản làm căn cứ.")),
    "6.citation.number_word": (N_("Trước số của văn bản thiếu từ “số”: “{what}”."), N_("Thêm từ “số”.")),
    "6.citation.law_date": (
        N_("Luật, Pháp lệnh làm căn cứ chưa ghi ngày ban hành."),
        N_("Ghi tên Luật kèm ngày, ví dụ: Căn cứ Luật Lưu trữ ngày 21 tháng 6 năm 2024."),
    ),
    "6.citation.law_number": (N_("Luật, Pháp lệnh làm căn cứ không ghi số, ký hiệu: “{what}”."), N_("Bỏ số, ký hiệu.")),
    "6.reference.first": (
        N_("Viện dẫn lần đầu chưa đầy đủ: “{found}”."),
        N_("Ghi tên loại, số, ký hiệu, ngày, cơ quan ban hành và trích yếu."),
    ),
    "6.reference.later": (
        N_("Viện dẫn lần sau ghi lại ngày ban hành: “{found}”."),
        N_("Chỉ ghi tên loại và số, ký hiệu."),
    ),
    "6.reference.number_word": (N_("Trước số của văn bản viện dẫn thiếu từ “số”: “{what}”."), N_("Thêm từ “số”.")),
    "6.reference.blanks": (N_("Số, ký hiệu viện dẫn có cách chữ: “{found}”."), N_("Ghi “{wanted}”.")),
    "6.reference.law_number": (
        N_("Luật, Pháp lệnh được viện dẫn chỉ ghi tên loại và tên: “{what}”."),
        N_("Bỏ số, ký hiệu của Luật, Pháp lệnh."),
    ),
    "6.date.form": (N_("Ngày viết tắt: “{found}”."), N_("Ghi “{wanted}”.")),
    "6.date.day_zero": (N_("Ngày ghi sai số 0 phía trước: “{found}”."), N_("Ghi “{wanted}”.")),
    "6.date.month_zero": (N_("Từ tháng 3 đến tháng 9 không thêm số 0: “{found}”."), N_("Ghi “{wanted}”.")),
    "6.date.month_no_zero": (N_("Tháng 1, 2 thiếu số 0 phía trước: “{found}”."), N_("Ghi “{wanted}”.")),
    "6.date.impossible": (N_("Không có ngày này: “{found}”."), N_("Kiểm tra lại ngày, tháng, năm.")),
    "6.authority.missing": (
        N_("Không ghi thẩm quyền ban hành."),
        N_("Ghi chức vụ hoặc tên tập thể ban hành, in hoa, trước căn cứ."),
    ),
    "6.enacts.missing": (N_("Thiếu dòng “{wanted}”."), N_("Ghi “{wanted}” giữa căn cứ và nội dung.")),
    "6.enacts.words": (N_("Dòng “{what}” phải là “{wanted}”."), N_("Ghi “{wanted}”.")),
    "6.articles.missing": (
        N_("Quyết định không được bố cục theo điều."),
        N_("Trình bày nội dung theo “Điều 1.”, “Điều 2.”."),
    ),
    "6.body.missing": (N_("Không tìm thấy nội dung văn bản."), N_("Ghi nội dung giữa phần đầu và phần ký.")),
    "6.body.justified": (N_("Đoạn văn không canh đều hai lề: “{what}”."), N_("Canh đều cả hai lề.")),
    "6.body.indent": (N_("Chữ đầu dòng lùi vào {found} mm: “{what}”."), N_("Lùi đầu dòng 1 cm hoặc 1,27 cm.")),
    "6.body.indent_blanks": (
        N_("Đầu dòng lùi vào bằng dấu cách: “{what}”."),
        N_("Lùi đầu dòng 1 cm hoặc 1,27 cm bằng định dạng đoạn."),
    ),
    "6.body.indent_list": (N_("Dòng liệt kê lùi vào {found} mm: “{what}”."), N_("Lùi đầu dòng 1 cm hoặc 1,27 cm.")),
    "6.body.gap": (N_("Khoảng cách giữa hai đoạn là {found} pt: “{what}”."), N_("Đặt ít nhất 6 pt.")),
    "6.body.spacing_least": (N_("Khoảng cách dòng {found}: “{what}”."), N_("Đặt ít nhất dòng đơn.")),
    "6.body.spacing_most": (N_("Khoảng cách dòng {found}: “{what}”."), N_("Đặt nhiều nhất 1,5 dòng.")),
    "6.body.sizes": (
        N_("Cỡ chữ {found} trong khi các đoạn khác cỡ {wanted}: “{what}”."),
        N_("Dùng một cỡ chữ trong cả nội dung."),
    ),
    "6.body.underline": (N_("Cả đoạn văn gạch chân: “{what}”."), N_("Bỏ gạch chân.")),
    "6.body.capitals": (N_("Cả đoạn văn viết in hoa: “{what}”."), N_("Viết bằng chữ in thường.")),
    "6.end.missing": (N_("Cuối nội dung thiếu “./.”: “{what}”."), N_("Thêm “./.” ngay sau câu cuối.")),
    "6.end.blank": (N_("Trước “./.” có dấu cách: “{what}”."), N_("Viết liền “./.” với câu cuối.")),
    "6.end.early": (N_("“./.” ở giữa nội dung: “{what}”."), N_("Chỉ ghi “./.” ở cuối nội dung.")),
    "6.end.form": (N_("Dấu kết thúc ghi sai: “{what}”."), N_("Ghi “./.”.")),
    "6.division.roman": (N_("Phần, chương không đánh số La Mã: “{what}”."), N_("Dùng chữ số La Mã.")),
    "6.division.arabic": (N_("Mục, tiểu mục không đánh số Ả Rập: “{what}”."), N_("Dùng chữ số Ả Rập.")),
    "6.division.own_line": (N_("Số thứ tự không ở một dòng riêng: “{what}”."), N_("Xuống dòng trước tiêu đề.")),
    "6.division.title": (
        N_("Thiếu tiêu đề: “{what}”."),
        N_("Ghi tiêu đề bằng chữ in hoa, đậm, canh giữa ở dòng dưới."),
    ),
    "6.division.order": (N_("Sai thứ tự: “{what}”; thứ tự tiếp theo là {wanted}."), N_("Đánh lại số thứ tự.")),
    "6.section.order": (N_("Sai thứ tự: “{what}”; thứ tự tiếp theo là {wanted}."), N_("Đánh lại số thứ tự.")),
    "6.section.dot": (N_("Sau số La Mã không có dấu chấm: “{what}”."), N_("Thêm dấu chấm sau số thứ tự.")),
    "6.article.stop": (
        N_("Sau số của điều không có dấu chấm: “{what}”."),
        N_("Ghi dấu chấm (.) sau số thứ tự của điều."),
    ),
    "6.article.case": (N_("Từ “Điều” viết sai: “{what}”."), N_("Ghi “Điều” bằng chữ in thường, viết hoa chữ đầu.")),
    "6.article.order": (
        N_("Sai thứ tự điều: “{what}”; tiếp theo là Điều {wanted}."),
        N_("Đánh lại số thứ tự các điều."),
    ),
    "6.article.roman": (N_("Điều không đánh số Ả Rập: “{what}”."), N_("Dùng chữ số Ả Rập.")),
    "6.article.indent": (
        N_("Điều không lùi đầu dòng 1 cm hoặc 1,27 cm: “{what}”."),
        N_("Lùi đầu dòng 1 cm hoặc 1,27 cm."),
    ),
    "6.clause.form": (N_("Sau số của khoản không có dấu chấm: “{what}”."), N_("Ghi “1.”, “2.”.")),
    "6.clause.order": (N_("Sai thứ tự khoản: “{what}”; tiếp theo là {wanted}."), N_("Đánh lại số thứ tự các khoản.")),
    "6.clause.slant": (N_("Số thứ tự khoản viết nghiêng: “{what}”."), N_("Dùng chữ đứng.")),
    "6.point.form": (N_("Sau chữ cái của điểm không có dấu đóng ngoặc: “{what}”."), N_("Ghi “a)”, “b)”.")),
    "6.point.order": (
        N_("Sai thứ tự điểm: “{found})”; tiếp theo là “{wanted})”."),
        N_("Đánh lại theo bảng chữ cái tiếng Việt: a, b, c, d, đ, e, g, h, i, k …"),
    ),
    "6.point.letter": (
        N_("Chữ “{found}” không dùng để đánh thứ tự điểm; tiếp theo là “{wanted})”."),
        N_("Đánh lại theo bảng chữ cái tiếng Việt."),
    ),
    "6.point.case": (N_("Điểm đánh bằng chữ in hoa: “{what}”."), N_("Dùng chữ in thường.")),
    "6.capital.sentence": (N_("Đầu câu không viết hoa: “{found}”."), N_("Viết hoa chữ cái đầu câu.")),
    "6.capital.line": (N_("Đầu dòng không viết hoa: “{what}”."), N_("Viết hoa chữ cái đầu dòng.")),
}
