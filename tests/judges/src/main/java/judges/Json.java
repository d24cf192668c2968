package judges;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Writes maps, lists, strings, numbers, truth values and null on one line; everything else as its text. */
final class Json {
    private Json() {}

    static String write(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> write(entry.getKey().toString()) + ":" + write(entry.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof Iterable<?> items) {
            return StreamSupport.stream(items.spliterator(), false).map(Json::write)
                    .collect(Collectors.joining(",", "[", "]"));
        }
        if (value == null || value instanceof Boolean || value instanceof Number) {
            return String.valueOf(value);
        }
        return quote(value.toString());
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.chars().forEach(unit -> {
            if (unit == '"' || unit == '\\') {
                out.append('\\').append((char) unit);
            } else if (unit < 0x20 || unit > 0x7e) {
                out.append(String.format("\\u%04x", unit));
            } else {
                out.append((char) unit);
            }
        });
        return out.append('"').toString();
    }
}
