"""What is said and written: words in two languages, errors, specs and YAML, amounts, widths of texts, colours."""
