"""Words for people: gettext catalogues, the placeholder guard, dates and lists, the names of backups."""
