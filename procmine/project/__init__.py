"""One YAML file and what it names: everything a project says, checked; and a first project for an export."""
