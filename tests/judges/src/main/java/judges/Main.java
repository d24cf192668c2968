package judges;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One start of the Java machine for many files: starting costs more than judging.
 *
 * <p>{@code dss [--trust CERTIFICATE]... [--crl CRL]... [--at INSTANT] FILE...} or {@code verapdf --flavour 2b FILE...};
 * one JSON object a line and file. Ends with 2 when the call is wrong; a file that cannot be read is an answer.
 */
public final class Main {
    private Main() {}

    /** What a judge says of one file. */
    interface Judge {
        Map<String, Object> judge(Path file) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        Call call = Call.parse(arguments);
        Judge judge = switch (call.mode()) {
            case "dss" -> new SignatureJudge(call.all("--trust"), call.all("--crl"), call.last("--at"));
            case "verapdf" -> new ArchiveJudge(call.last("--flavour"));
            default -> throw new IllegalArgumentException("unknown judge: " + call.mode());
        };
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (Path file : call.files()) {
            answers.println(Json.write(answer(judge, file)));
        }
    }

    private static Map<String, Object> answer(Judge judge, Path file) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("file", file.toString());
        try {
            answer.putAll(judge.judge(file));
        } catch (Exception | StackOverflowError refused) {
            answer.put("unreadable", refused.toString());
        }
        return answer;
    }
}
