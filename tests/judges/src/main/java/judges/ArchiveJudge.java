package judges;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.VeraPDFFoundry;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** veraPDF against one named flavour, whatever the file claims to be. */
final class ArchiveJudge implements Main.Judge {
    private final VeraPDFFoundry foundry;
    private final PDFAFlavour flavour;

    ArchiveJudge(String flavour) {
        VeraGreenfieldFoundryProvider.initialise();
        this.foundry = Foundries.defaultInstance();
        this.flavour = PDFAFlavour.fromString(flavour);
        if (this.flavour == PDFAFlavour.NO_FLAVOUR) {
            throw new IllegalArgumentException("unknown flavour: " + flavour);
        }
    }

    @Override
    public Map<String, Object> judge(Path file) throws Exception {
        try (PDFAParser parser = foundry.createParser(file.toFile(), flavour);
                PDFAValidator validator = foundry.createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            Map<String, Object> said = new LinkedHashMap<>();
            said.put("compliant", result.isCompliant());
            said.put("flavour", result.getPDFAFlavour().getId());
            said.put("failures", failures(result));
            return said;
        }
    }

    private static List<Map<String, Object>> failures(ValidationResult result) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                Map<String, Object> said = new LinkedHashMap<>();
                said.put("clause", assertion.getRuleId().getClause());
                said.put("test", assertion.getRuleId().getTestNumber());
                said.put("message", assertion.getMessage());
                said.put("context", assertion.getLocation().getContext());
                all.add(said);
            }
        }
        return all;
    }
}
