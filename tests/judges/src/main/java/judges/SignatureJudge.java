package judges;

import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.PDFRevisionWrapper;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.diagnostic.jaxb.XmlObjectModification;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.pades.validation.PDFDocumentValidator;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** EU DSS with its own default policy; trust and revocation come from files alone, nothing is fetched. */
final class SignatureJudge implements Main.Judge {
    private final CommonCertificateVerifier verifier = new CommonCertificateVerifier();
    private final Date at;

    SignatureJudge(List<Path> anchors, List<Path> crls, String at) throws Exception {
        CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
        for (Path anchor : anchors) {
            trusted.addCertificate(DSSUtils.loadCertificate(anchor.toFile()));
        }
        List<InputStream> lists = new ArrayList<>();
        for (Path crl : crls) {
            lists.add(Files.newInputStream(crl));
        }
        verifier.setTrustedCertSources(trusted);
        verifier.setCrlSource(new ExternalResourcesCRLSource(lists.toArray(InputStream[]::new)));
        verifier.setOcspSource(null);
        // Unset, this one would follow the addresses found in certificates.
        verifier.setAIASource(null);
        this.at = at == null ? null : Date.from(Instant.parse(at));
    }

    @Override
    public Map<String, Object> judge(Path file) {
        PDFDocumentValidator validator = new PDFDocumentValidator(new FileDocument(file.toFile()));
        validator.setCertificateVerifier(verifier);
        if (at != null) {
            validator.setValidationTime(at);
        }
        Reports reports = validator.validateDocument();
        List<Map<String, Object>> signatures = new ArrayList<>();
        for (String id : reports.getSimpleReport().getSignatureIdList()) {
            signatures.add(signature(id, reports.getSimpleReport(), reports.getDiagnosticData()));
        }
        return Map.of("signatures", signatures);
    }

    private static Map<String, Object> signature(String id, SimpleReport report, DiagnosticData data) {
        SignatureWrapper wrapper = data.getSignatureById(id);
        PDFRevisionWrapper revision = wrapper.getPDFRevision();
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("id", id);
        said.put("field", revision == null ? "" : revision.getFirstFieldName());
        said.put("covers", covers(revision));
        said.put("indication", report.getIndication(id));
        said.put("subIndication", report.getSubIndication(id));
        said.put("level", report.getSignatureFormat(id));
        said.put("signedBy", report.getSignedBy(id));
        said.put("signingTime", instant(report.getSigningTime(id)));
        said.put("timestamps", wrapper.getTimestampList().stream().map(SignatureJudge::timestamp).toList());
        said.put("errors", texts(report.getAdESValidationErrors(id)));
        said.put("warnings", texts(report.getAdESValidationWarnings(id)));
        said.put("modifications", revision == null ? List.of() : modifications(revision));
        return said;
    }

    /** Where the signed part of the file ends, which puts the signatures in the order they were made. */
    private static long covers(PDFRevisionWrapper revision) {
        if (revision == null) {
            return 0;
        }
        List<BigInteger> range = revision.getSignatureByteRange();
        return range.get(2).add(range.get(3)).longValue();
    }

    private static Map<String, Object> timestamp(TimestampWrapper token) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("type", token.getType());
        said.put("time", instant(token.getProductionTime()));
        said.put("intact", token.isMessageImprintDataIntact() && token.isSignatureIntact());
        said.put("trusted", token.isTrustedChain());
        return said;
    }

    private static List<Map<String, Object>> modifications(PDFRevisionWrapper revision) {
        List<Map<String, Object>> all = new ArrayList<>();
        add(all, "extension", revision.getPdfExtensionChanges());
        add(all, "form", revision.getPdfSignatureOrFormFillChanges());
        add(all, "annotation", revision.getPdfAnnotationChanges());
        add(all, "undefined", revision.getPdfUndefinedChanges());
        return all;
    }

    private static void add(List<Map<String, Object>> all, String kind, List<XmlObjectModification> changes) {
        for (XmlObjectModification change : changes) {
            Map<String, Object> said = new LinkedHashMap<>();
            said.put("kind", kind);
            said.put("action", change.getAction());
            said.put("object", change.getValue());
            all.add(said);
        }
    }

    private static List<String> texts(List<Message> messages) {
        return messages.stream().map(Message::getValue).toList();
    }

    private static String instant(Date date) {
        return date == null ? null : date.toInstant().toString();
    }
}
