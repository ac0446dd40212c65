"""When there is work: calendars, holidays, clocks, and the one place where a time zone is applied."""
