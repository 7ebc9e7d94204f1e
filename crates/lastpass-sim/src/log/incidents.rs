//! Incidents worth finding.
