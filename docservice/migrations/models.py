"""Every table of the service, so that the metadata is complete wherever a schema is made or compared."""

import docservice.core.intake
import docservice.core.journal
import docservice.core.limits
import docservice.core.outbox
import docservice.documents.copies
import docservice.documents.draft_models
import docservice.documents.file_models
import docservice.documents.models
import docservice.documents.own_forms
import docservice.documents.register_keeping
import docservice.documents.unsaved
import docservice.exchange.models
import docservice.identity.models
import docservice.meetings.models
import docservice.operations.models
import docservice.records.models
import docservice.searching.models
import docservice.signatures.models
import docservice.signatures.remote_models  # noqa: F401 - imported for their tables
