"""What other systems read: packages, FHIR and the monitoring set."""
