"""Ways of cases as rows of chevrons."""
