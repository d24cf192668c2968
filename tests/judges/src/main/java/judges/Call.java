package judges;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line: a mode, options with one value each (repeatable), files. */
record Call(String mode, List<String[]> options, List<Path> files) {

    static Call parse(String[] arguments) {
        if (arguments.length == 0) {
            throw new IllegalArgumentException("no judge named");
        }
        List<String[]> options = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        for (int index = 1; index < arguments.length; index++) {
            if (arguments[index].startsWith("--")) {
                options.add(new String[] {arguments[index], arguments[index + 1]});
                index++;
            } else {
                files.add(Path.of(arguments[index]));
            }
        }
        return new Call(arguments[0], options, files);
    }

    List<Path> all(String name) {
        return options.stream().filter(option -> option[0].equals(name)).map(option -> Path.of(option[1])).toList();
    }

    /** The last value given, or null. */
    String last(String name) {
        return options.stream().filter(option -> option[0].equals(name)).map(option -> option[1])
                .reduce((first, second) -> second).orElse(null);
    }
}
